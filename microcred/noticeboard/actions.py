"""Telling the whole pilot something, and sharing challenges and wins."""

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.noticeboard.models import Announcement, Post, PostKind
from microcred.outbox import write_mail
from microcred.pilots.models import Pilot
from microcred.pilots.queries import audience


def announce(pilot: Pilot, title: str, text: str, *, by: Account) -> Announcement:
    """Tell everyone in the pilot something, on the noticeboard and by mail."""
    announcement = Announcement(pilot=pilot, author=by, title=title, text=text, posted_at=utcnow())
    db.session.add(announcement)
    record(by, "announced", announcement)
    for person in audience(pilot):
        write_mail(person, "announcement", announcement=announcement)
    return announcement


def take_back_announcement(announcement: Announcement, *, by: Account) -> Announcement:
    """Show an announcement as taken back; a mail that has left cannot be called back. Twice is once."""
    lock(announcement)
    if not announcement.taken_back_at:
        announcement.taken_back_at = utcnow()
        record(by, "took back", announcement)
    return announcement


def restore_announcement(announcement: Announcement, *, by: Account) -> Announcement:
    """Undo the taking back; nobody is mailed again."""
    lock(announcement)
    if announcement.taken_back_at:
        announcement.taken_back_at = None
        record(by, "restored", announcement)
    return announcement


def share(pilot: Pilot, kind: PostKind, text: str, *, by: Account) -> Post:
    """Share a challenge or a win with the pilot."""
    post = Post(pilot=pilot, author=by, kind=PostKind(kind), text=text, posted_at=utcnow(), replies=[])
    db.session.add(post)
    record(by, "shared", post, kind=post.kind)
    return post


def reply(post: Post, text: str, *, by: Account) -> Post:
    """Answer a post, or the thread that a reply belongs to; refused when that was taken back."""
    thread = lock(post.thread or post)
    if thread.taken_back_at:
        raise Refused(_("This post has been taken back."), field="text")
    answer = Post(pilot=thread.pilot, author=by, thread=thread, text=text, posted_at=utcnow())
    db.session.add(answer)
    record(by, "replied", answer, thread=thread.id)
    return answer


def take_back(post: Post, *, by: Account) -> Post:
    """Take back what one wrote; what others replied stays. Twice is once."""
    lock(post)
    if not post.taken_back_at:
        post.taken_back_at = utcnow()
        record(by, "took back", post)
    return post


def restore(post: Post, *, by: Account) -> Post:
    """Put back what one had taken back."""
    lock(post)
    if post.taken_back_at:
        post.taken_back_at = None
        record(by, "restored", post)
    return post
