"""What stands in the menu of each role, and where the five steps lead each role to."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.home.standing import Standing

MOST = 8
"""What fits beside the name of the application."""


class Place(NamedTuple):
    """Somewhere to go; `is_spare` when the home page leads there too."""

    title: str
    url: str
    is_spare: bool = False


def places(user: Account, standing: Standing | None) -> list[Place]:
    """The menu of a person: that of each role, each place once; those at home too give way when there are too many."""
    found = list({place.url: place for place in _places(user, standing)}.values())
    spare = [place for place in found if place.is_spare]
    while len(found) > MOST and spare:
        found.remove(spare.pop())
    return found


def _places(user: Account, standing: Standing | None) -> Iterator[Place]:
    yield Place(_("Home"), url_for("home.index"))
    if user.is_teacher:
        yield from _teacher(standing)
    if user.is_reviewer:
        yield Place(_("Reviews"), url_for("scoring.index"))
    if user.is_principal:
        yield from _principal(user, standing)
    elif user.answered_school_ids:
        yield from _deputy(standing)
    if user.is_coordinator:
        yield from _coordinator(standing)
    if user.is_administrator:
        yield from _administrator()


def _teacher(standing: Standing | None) -> Iterator[Place]:
    yield _own_pilot(standing)
    yield Place(_("Polls"), url_for("polls.index"))
    yield Place(_("Evidence"), url_for("evidence.index"))
    yield Place(_("Badges"), url_for("badges.index"), is_spare=True)
    yield Place(_("Thank-yous"), url_for("recognition.index"), is_spare=True)
    yield from _noticeboard(standing)


def _own_pilot(standing: Standing | None) -> Place:
    if standing and standing.takes_volunteers and standing.entry_state is None:
        return Place(_("Volunteer"), url_for("volunteers.show", pilot_id=standing.pilot.id))
    return _pilot(standing)


def _pilot(standing: Standing | None) -> Place:
    if standing:
        return Place(_("Pilot"), url_for("pilots.show", pilot_id=standing.pilot.id))
    return Place(_("Pilots"), url_for("pilots.index"))


def _noticeboard(standing: Standing | None) -> Iterator[Place]:
    if standing:
        yield Place(_("Noticeboard"), url_for("noticeboard.index", pilot_id=standing.pilot.id))


def _principal(user: Account, standing: Standing | None) -> Iterator[Place]:
    if standing:
        yield Place(_("Volunteers"), url_for("volunteers.applicants", pilot_id=standing.pilot.id))
    for school_id in sorted(user.led_school_ids)[:1]:
        yield Place(_("Deputies"), url_for("accounts.deputies", school_id=school_id))
    yield _hand_out()
    yield _reports()
    yield from _noticeboard(standing)


def _deputy(standing: Standing | None) -> Iterator[Place]:
    if standing:
        yield Place(_("Volunteers"), url_for("volunteers.applicants", pilot_id=standing.pilot.id))


def _hand_out() -> Place:
    return Place(_("Hand out"), url_for("recognition.desk"))


def _reports() -> Place:
    return Place(_("Reports"), url_for("reports.index"))


def _coordinator(standing: Standing | None) -> Iterator[Place]:
    yield _pilot(standing)
    yield Place(_("Catalogue"), url_for("catalog.index"))
    yield Place(_("Polls"), url_for("polls.index"))
    yield Place(_("Scoring"), url_for("scoring.overview"))
    yield _hand_out()
    yield Place(_("Giveaways"), url_for("recognition.giveaways"))
    yield _reports()


def _administrator() -> Iterator[Place]:
    yield Place(_("People"), url_for("accounts.people"))
    yield Place(_("Schools"), url_for("accounts.schools"))
    yield Place(_("Days off"), url_for("holidays.index"))
    yield Place(_("History"), url_for("accounts.history"))


def step_urls(user: Account, standing: Standing) -> list[str]:
    """Where each of the five steps leads this person."""
    pilot_id = standing.pilot.id
    return [
        url_for("pilots.show", pilot_id=pilot_id),
        url_for(_volunteers_page(user), pilot_id=pilot_id),
        url_for("polls.index"),
        url_for(_score_page(user)),
        url_for("noticeboard.index", pilot_id=pilot_id),
    ]


def _volunteers_page(user: Account) -> str:
    if user.is_coordinator:
        return "volunteers.index"
    if user.is_principal or (user.answered_school_ids and not user.is_teacher):
        return "volunteers.applicants"
    return "volunteers.show"


def _score_page(user: Account) -> str:
    if user.is_coordinator:
        return "scoring.overview"
    if user.is_reviewer:
        return "scoring.index"
    return "reports.index" if user.is_principal else "evidence.index"
