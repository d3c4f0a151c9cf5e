"""The coordinator's five steps: how each stands, its numbers, and what to do next about it."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.home import five_steps
from microcred.home.coordinating import Coordinating
from microcred.words import moment

Figure = tuple[str, int | str]


class Action(NamedTuple):
    """What to do next; pressing when somebody waits for it."""

    text: str
    url: str
    is_pressing: bool = False


class StepCard(NamedTuple):
    """One of the five steps for the person who runs the pilot."""

    title: str
    state: str
    figures: list[Figure]
    text: str
    action: Action

    @property
    def has_begun(self) -> bool:
        """Whether any of its numbers is more than nothing."""
        return any(number for _title, number in self.figures)


def five_cards(at: Coordinating) -> list[StepCard]:
    """The five steps of a pilot, in order."""
    insides = [_purpose(at), _volunteers(at), _choices(at), _score(at), _talk(at)]
    frames = zip(five_steps.titles(), five_steps.states(at.standing), insides, strict=True)
    return [StepCard(title, state, *inside) for title, state, inside in frames]


Inside = tuple[list[Figure], str, Action]


def _purpose(at: Coordinating) -> Inside:
    pilot, count = at.standing.pilot, at.numbers.micro_credentials
    figures: list[Figure] = [(_("places"), pilot.places), (_("micro-credentials in the catalogue"), count)]
    text = (
        ""
        if at.standing.has_sign_up_opened
        else _("Sign-up opens on %(moment)s.", moment=moment(pilot.sign_up_opens_at))
    )
    if not count:
        text = _("The catalogue is empty: there is nothing to offer yet.")
        return figures, text, Action(_("Fill the catalogue"), url_for("catalog.index"), is_pressing=True)
    return figures, text, Action(_("Read purpose and dates"), url_for("pilots.show", pilot_id=pilot.id))


def _volunteers(at: Coordinating) -> Inside:
    pilot, numbers = at.standing.pilot, at.numbers
    figures: list[Figure] = [
        (_("joined"), _("%(joined)s of %(places)s", joined=at.standing.joined, places=pilot.places)),
        (_("wait for an answer"), numbers.unanswered),
        (_("wait for a place"), numbers.waiting),
    ]
    text = ngettext(
        "%(num)s application waits for a principal.", "%(num)s applications wait for a principal.", numbers.unanswered
    )
    url = url_for("volunteers.index", pilot_id=pilot.id)
    return figures, text if numbers.unanswered else "", Action(_("See the volunteers"), url)


def _choices(at: Coordinating) -> Inside:
    figures: list[Figure] = [(_("polls"), at.standing.polls), (_("micro-credentials offered"), at.standing.offers)]
    if at.numbers.closed_poll_id:
        action = Action(_("Decide"), _poll(at.numbers.closed_poll_id), is_pressing=True)
        return figures, _("A poll is counted and waits for your decision."), action
    if at.standing.vote_ends_at and at.numbers.open_poll_id:
        figures.insert(1, (_("voted so far"), at.numbers.voted))
        text = _("The poll is open until %(moment)s.", moment=moment(at.standing.vote_ends_at))
        return figures, text, Action(_("See the poll"), _poll(at.numbers.open_poll_id))
    return figures, *_next_choice(at)


def _next_choice(at: Coordinating) -> tuple[str, Action]:
    pilot_id = at.standing.pilot.id
    if at.numbers.open_poll_id:
        action = Action(_("See the poll"), _poll(at.numbers.open_poll_id), is_pressing=True)
        return _("A poll’s time is up."), action
    if at.numbers.draft_poll_id:
        action = Action(
            _("Look it over and open it"), _poll(at.numbers.draft_poll_id), is_pressing=not at.standing.offers
        )
        return _("A poll is drafted."), action
    if at.standing.offers:
        return "", Action(_("See what is offered"), url_for("pilots.show", pilot_id=pilot_id))
    action = Action(_("Make a poll"), url_for("polls.new", pilot_id=pilot_id), at.standing.has_sign_up_opened)
    return _("Ask the teachers what interests them."), action


def _poll(poll_id: int) -> str:
    return url_for("polls.show", poll_id=poll_id)


def _score(at: Coordinating) -> Inside:
    numbers, url = at.numbers, url_for("scoring.overview")
    figures: list[Figure] = [
        (_("being written"), numbers.begun),
        (_("in review"), at.standing.in_review),
        (_("not yet"), numbers.not_yet),
        (_("badges earned"), at.standing.earned),
    ]
    if numbers.vacant_seats:
        text = ngettext(
            "%(num)s review has no reviewer yet.", "%(num)s reviews have no reviewer yet.", numbers.vacant_seats
        )
        return figures, text, Action(_("Find reviewers"), url, is_pressing=True)
    if numbers.to_look_at:
        text = ngettext(
            "%(num)s result waits for a lead’s look.", "%(num)s results wait for a lead’s look.", numbers.to_look_at
        )
        return figures, text, Action(_("Look at what is scored"), url_for("scoring.release_list"), is_pressing=True)
    if numbers.late:
        text = ngettext("%(num)s review is late.", "%(num)s reviews are late.", numbers.late)
        return figures, text, Action(_("See what is late"), url, is_pressing=True)
    if numbers.talks:
        text = ngettext("%(num)s teacher asks for a talk.", "%(num)s teachers ask for a talk.", numbers.talks)
        return figures, text, Action(_("See who asks"), url_for("scoring.talks"), is_pressing=True)
    return figures, "", Action(_("See the scoring"), url)


def _talk(at: Coordinating) -> Inside:
    numbers, pilot_id = at.numbers, at.standing.pilot.id
    figures: list[Figure] = [
        (_("announcements"), numbers.announcements),
        (_("posts"), numbers.posts),
        (_("thank-yous given"), numbers.given),
        (_("thank-yous due"), numbers.due),
    ]
    if numbers.due:
        text = ngettext("%(num)s thank-you waits to be given.", "%(num)s thank-yous wait to be given.", numbers.due)
        return figures, text, Action(_("Hand out"), url_for("recognition.desk"), is_pressing=True)
    return figures, "", Action(_("To the noticeboard"), url_for("noticeboard.index", pilot_id=pilot_id))
