"""The noticeboard of a pilot: challenges and wins, with their replies."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.noticeboard import actions, noticeboard, queries
from microcred.noticeboard import announcing as announcing
from microcred.noticeboard.forms import PostForm, ReplyForm
from microcred.noticeboard.models import Post, PostKind
from microcred.paging import page_of
from microcred.permissions import may_be_here, may_post, may_read_posts, may_reply, may_take_back
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot
from microcred.recognition.actions import thank
from microcred.web import Answer, Form, attempt, get, me, post

LATEST = 2


@get(noticeboard, "/pilots/<int:pilot_id>/noticeboard", may=may_read_posts, load=visible_pilot)
def index(pilot: Pilot) -> str:
    """What was said last, and a place to say something."""
    return render_template("noticeboard/index.html", **_index_context(pilot, PostForm()))


@post(noticeboard, "/pilots/<int:pilot_id>/posts", may=may_post, load=visible_pilot)
def share(pilot: Pilot) -> Response:
    """Share a challenge or a win, and be thanked for it."""
    form = PostForm()

    def act() -> Post:
        shared = actions.share(pilot, form.kind.data, form.text.data or "", by=me())
        thank(pilot, me())
        return shared

    answer = Answer(
        to=url_for("noticeboard.index", pilot_id=pilot.id),
        said=_("It is on the noticeboard. Thank you for sharing."),
        page="noticeboard/index.html",
        context=lambda: _index_context(pilot, form),
        undo=lambda shared: url_for("noticeboard.take_back", post_id=shared.id),
    )
    return attempt(form, act, answer)


def _index_context(pilot: Pilot, form: PostForm) -> dict[str, Any]:
    kind = request.args.get("kind", "")
    kind = kind if kind in list(PostKind) else ""
    address = url_for("noticeboard.index", pilot_id=pilot.id, kind=kind or None)
    return {
        "pilot": pilot,
        "form": form,
        "kind": kind,
        "page": page_of(queries.threads(me(), pilot, kind), request.args.get("page"), address),
        "announcements": queries.latest_announcements(pilot, LATEST),
        "reply_form": _reply_form,
    }


def _reply_form(thread: Post) -> ReplyForm:
    return ReplyForm(formdata=None).under(thread)


@get(noticeboard, "/posts/<int:post_id>", may=may_be_here, load=queries.visible_post)
def show(post: Post) -> str:
    """One challenge or win with its replies."""
    return render_template("noticeboard/show.html", **_thread_context(post.thread or post))


@post(noticeboard, "/posts/<int:post_id>/replies", may=may_reply, load=queries.visible_post)
def reply(post: Post) -> Response:
    """Reply to a challenge or a win."""
    thread, form = post.thread or post, ReplyForm()
    answer = _thread_answer(thread, _("Your reply is posted."), form)
    answer.page = "noticeboard/show.html"
    answer.undo = lambda made: url_for("noticeboard.take_back", post_id=made.id)
    return attempt(form, lambda: actions.reply(thread, form.text.data or "", by=me()), answer)


@post(noticeboard, "/posts/<int:post_id>/withdrawal", may=may_take_back, load=queries.visible_post)
def take_back(post: Post) -> Response:
    """Take back what one wrote."""
    answer = _thread_answer(post.thread or post, _("It is taken back."))
    answer.undo = url_for("noticeboard.restore", post_id=post.id)
    return attempt(Form(), lambda: actions.take_back(post, by=me()), answer)


@post(noticeboard, "/posts/<int:post_id>/restoration", may=may_take_back, load=queries.visible_post)
def restore(post: Post) -> Response:
    """Put back what one had taken back; a win that is shared again is thanked."""

    def act() -> None:
        actions.restore(post, by=me())
        thank(post.pilot, me())

    answer = _thread_answer(post.thread or post, _("It is back on the noticeboard."))
    return attempt(Form(), act, answer)


def _thread_answer(thread: Post, said: str, form: ReplyForm | None = None) -> Answer:
    return Answer(
        to=url_for("noticeboard.show", post_id=thread.id),
        said=said,
        fragment="noticeboard/_thread.html",
        context=lambda: _thread_context(thread, form if form and form.errors else None),
    )


def _thread_context(thread: Post, form: ReplyForm | None = None) -> dict[str, Any]:
    return {"thread": thread, "form": form.under(thread) if form else _reply_form(thread)}
