"""Finding announcements and posts: whoever sees a pilot sees its noticeboard."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from microcred.accounts.models import Account
from microcred.db import db
from microcred.noticeboard.models import Announcement, Post
from microcred.permissions import may_read_posts
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot


def announcements(pilot: Pilot) -> Select[Any]:
    """Everything announced in a pilot, the newest first; what was taken back is among it."""
    statement = select(Announcement).where(Announcement.pilot_id == pilot.id).order_by(Announcement.id.desc())
    return statement.options(joinedload(Announcement.author).lazyload(Account.roles))


def latest_announcements(pilot: Pilot, count: int) -> list[Announcement]:
    """The newest announcements that stand."""
    standing = announcements(pilot).where(Announcement.taken_back_at.is_(None))
    return list(db.session.scalars(standing.limit(count)))


def threads(user: Account, pilot: Pilot, kind: str = "") -> Select[Any]:
    """Challenges and wins with their replies, the newest first.

    One that was taken back is shown, as taken back, to its author, and to everyone once it has replies.
    """
    answered = Post.replies.any()
    shown = or_(Post.taken_back_at.is_(None), Post.author_id == user.id, answered)
    statement = select(Post).where(Post.pilot_id == pilot.id, Post.thread_id.is_(None), shown)
    if kind:
        statement = statement.where(Post.kind == kind)
    return statement.order_by(Post.id.desc()).options(*_authors_and_replies())


def _authors_and_replies() -> tuple[Any, ...]:
    replies = selectinload(Post.replies).joinedload(Post.author).lazyload(Account.roles)
    return joinedload(Post.author).lazyload(Account.roles), replies


def latest_threads(user: Account, pilot: Pilot, count: int) -> list[Post]:
    """The newest challenges and wins that stand; none for who may not read them."""
    if not may_read_posts(user, pilot):
        return []
    standing = threads(user, pilot).where(Post.taken_back_at.is_(None))
    return list(db.session.scalars(standing.limit(count)))


def posts_in(pilot_id: int) -> Select[int, datetime]:
    """Who shared or replied in a pilot and when: a person's id and the moment, several for each."""
    return select(Post.author_id, Post.posted_at).where(Post.pilot_id == pilot_id)


def visible_announcement(user: Account, announcement_id: int) -> Announcement | None:
    """One announcement of a pilot that the person may see."""
    announcement = db.session.get(Announcement, announcement_id)
    return announcement if announcement and visible_pilot(user, announcement.pilot_id) else None


def visible_post(user: Account, post_id: int) -> Post | None:
    """One post or reply of a pilot whose posts the person may read."""
    post = db.session.get(Post, post_id)
    return post if post and visible_pilot(user, post.pilot_id) and may_read_posts(user, post.pilot) else None
