"""Announcements: telling the whole pilot something, and taking it back."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.noticeboard import actions, noticeboard, queries
from microcred.noticeboard.forms import AnnouncementForm
from microcred.noticeboard.models import Announcement
from microcred.paging import page_of
from microcred.permissions import may_announce, may_be_here
from microcred.pilots.models import Pilot
from microcred.pilots.queries import audience, visible_pilot
from microcred.web import Answer, Form, attempt, get, me, post


@get(noticeboard, "/pilots/<int:pilot_id>/announcements", may=may_be_here, load=visible_pilot)
def announcements(pilot: Pilot) -> str:
    """Everything that was announced in a pilot."""
    return render_template("noticeboard/announcements.html", **_context(pilot, AnnouncementForm()))


@post(noticeboard, "/pilots/<int:pilot_id>/announcements", may=may_announce, load=visible_pilot)
def announce(pilot: Pilot) -> Response:
    """Tell everyone in the pilot something."""
    form = AnnouncementForm()
    answer = Answer(
        to=url_for("noticeboard.announcements", pilot_id=pilot.id),
        said=_("It is announced, and on its way by mail."),
        page="noticeboard/announcements.html",
        context=lambda: _context(pilot, form),
        undo=lambda made: url_for("noticeboard.take_back_announcement", announcement_id=made.id),
    )
    return attempt(form, lambda: actions.announce(pilot, form.title.data or "", form.text.data or "", by=me()), answer)


def _context(pilot: Pilot, form: AnnouncementForm) -> dict[str, Any]:
    address = url_for("noticeboard.announcements", pilot_id=pilot.id)
    page = page_of(queries.announcements(pilot), request.args.get("page"), address)
    readers = len(audience(pilot)) if may_announce(me()) else 0
    return {"pilot": pilot, "form": form, "page": page, "readers": readers}


@post(
    noticeboard,
    "/announcements/<int:announcement_id>/withdrawal",
    may=may_announce,
    load=queries.visible_announcement,
)
def take_back_announcement(announcement: Announcement) -> Response:
    """Show an announcement as taken back."""
    answer = _announcement_answer(announcement, _("The announcement is taken back."))
    answer.undo = url_for("noticeboard.restore_announcement", announcement_id=announcement.id)
    return attempt(Form(), lambda: actions.take_back_announcement(announcement, by=me()), answer)


@post(
    noticeboard,
    "/announcements/<int:announcement_id>/restoration",
    may=may_announce,
    load=queries.visible_announcement,
)
def restore_announcement(announcement: Announcement) -> Response:
    """Undo the taking back."""
    answer = _announcement_answer(announcement, _("The announcement stands again."))
    return attempt(Form(), lambda: actions.restore_announcement(announcement, by=me()), answer)


def _announcement_answer(announcement: Announcement, said: str) -> Answer:
    return Answer(
        to=url_for("noticeboard.announcements", pilot_id=announcement.pilot_id),
        said=said,
        fragment="noticeboard/_announcement.html",
        context=lambda: {"announcement": announcement},
    )
