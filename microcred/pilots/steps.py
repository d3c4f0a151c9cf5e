"""The five steps that a pilot walks through, and where it stands in them."""

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.db import utcnow
from microcred.pilots.models import Pilot
from microcred.schooldays import local
from microcred.words import day, moment


class PilotStep(NamedTuple):
    """One step: what it is, how it stands in words, and whether that is good (done), wait (now) or neutral (later)."""

    title: str
    text: str
    tone: str


def steps_of(pilot: Pilot) -> list[PilotStep]:
    """The five steps of a pilot, in order."""
    return [
        PilotStep(_("Pick your purpose"), _("Written down, with what would count as success."), "good"),
        PilotStep(_("Start small"), _sign_up(pilot), _started(pilot)),
        PilotStep(
            _("Offer choices (but only so much)"), _offered(pilot), _tone(has_begun=bool(pilot.offers), pilot=pilot)
        ),
        PilotStep(_("Keep an eye on the score"), _scoring(pilot), _tone(has_begun=_has_started(pilot), pilot=pilot)),
        PilotStep(
            _("Keep communicating"), _("Challenges, wins and thanks have their place on the noticeboard."), _talk(pilot)
        ),
    ]


def _started(pilot: Pilot) -> str:
    """Once every place is taken the step is done, as the steps above each page say too."""
    is_full = pilot.places_taken >= pilot.places
    return "good" if is_full else _tone(has_begun=pilot.sign_up_opens_at <= utcnow(), pilot=pilot)


def _sign_up(pilot: Pilot) -> str:
    if pilot.sign_up_opens_at > utcnow():
        return _("Sign-up opens on %(moment)s.", moment=moment(pilot.sign_up_opens_at))
    return ngettext(
        "%(taken)s of %(num)s place is taken.",
        "%(taken)s of %(num)s places are taken.",
        pilot.places,
        taken=pilot.places_taken,
    )


def _offered(pilot: Pilot) -> str:
    count = sum(offer.withdrawn_at is None for offer in pilot.offers)
    if not count:
        return _("Nothing is offered yet.")
    return ngettext("%(num)s micro-credential is offered.", "%(num)s micro-credentials are offered.", count)


def _scoring(pilot: Pilot) -> str:
    return ngettext(
        "One reviewer looks at each piece of evidence, from %(day)s on.",
        "%(num)s reviewers look at each piece of evidence, from %(day)s on.",
        pilot.reviewers_per_submission,
        day=day(pilot.starts_on),
    )


def _has_started(pilot: Pilot) -> bool:
    return pilot.starts_on <= local(utcnow()).date()


def _tone(*, has_begun: bool, pilot: Pilot) -> str:
    if not has_begun:
        return "neutral"
    return "good" if pilot.ended_at else "wait"


def _talk(pilot: Pilot) -> str:
    return _tone(has_begun=True, pilot=pilot)
