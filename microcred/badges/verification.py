"""Verifying what somebody brings: a picture or a text is a valid, changed, revoked or unknown badge, and why."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask import current_app
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from microcred.badges import baking, queries
from microcred.badges.baking import extract
from microcred.badges.codes import code_for
from microcred.badges.issuer import district
from microcred.badges.linked_data import Document
from microcred.badges.models import Award
from microcred.badges.reading import Reading, is_for, read_badge
from microcred.badges.signing import Reason, Verdict, verify
from microcred.errors import Refused
from microcred.schooldays import local
from microcred.words import day


class Outcome(StrEnum):
    """What is found about a badge."""

    VALID = "valid"
    REVOKED = "revoked"
    CHANGED = "changed"
    UNKNOWN_ISSUER = "unknown issuer"
    NOT_ON_RECORD = "not on record"
    UNREADABLE = "unreadable"


TITLES: dict[Outcome, tuple[LazyString, str]] = {
    Outcome.VALID: (_l("This badge is genuine"), "good"),
    Outcome.REVOKED: (_l("This badge was revoked"), "bad"),
    Outcome.CHANGED: (_l("This badge was changed"), "bad"),
    Outcome.UNKNOWN_ISSUER: (_l("Nobody here knows who issued this badge"), "wait"),
    Outcome.NOT_ON_RECORD: (_l("This badge is not on record here"), "wait"),
    Outcome.UNREADABLE: (_l("This could not be read as a badge"), "wait"),
}

REASONS: dict[Reason, LazyString] = {
    Reason.TOO_LARGE: _l("It is larger than any badge. Choose the badge’s own file."),
    Reason.NOT_JSON: _l("It is neither the picture of a badge (PNG) nor its text (JSON)."),
    Reason.TOO_COMPLICATED: _l("It has more parts than any badge, so it was not looked into."),
    Reason.OTHER_CONTEXT: _l("It is not written as an Open Badge 3.0."),
    Reason.NOT_A_CREDENTIAL: _l("It is not written as an Open Badge 3.0."),
    Reason.NO_PROOF: _l("It carries no signature of the kind that this page can check (eddsa-rdfc-2022)."),
    Reason.UNSIGNED_PART: _l("Something was added that no signature covers. Do not rely on any of it."),
    Reason.OTHER_ISSUER: _l("It names an issuer that did not sign it. Do not rely on any of it."),
    Reason.OTHER_SIGNATURE: _l("Its signature belongs to another text: a word or more was changed after signing."),
}


@dataclass(frozen=True)
class Finding:
    """What was found, why, and what the badge says; `is_holder` is None when nobody's address was asked about."""

    outcome: Outcome
    why: str
    reading: Reading | None = None
    award: Award | None = None
    is_holder: bool | None = None

    @property
    def title(self) -> LazyString:
        """What was found, in a few words."""
        return TITLES[self.outcome][0]

    @property
    def tone(self) -> str:
        """The tone in which it is shown."""
        return TITLES[self.outcome][1]

    @property
    def holder(self) -> str | None:
        """The name of the person who earned it, for those who know the person's address."""
        return self.award.person.name if self.award and self.is_holder else None

    @property
    def issued_on(self) -> date | None:
        """The day of issue in the district."""
        return _moment(self.reading.valid_from) if self.reading else None

    @property
    def started_on(self) -> date | None:
        """The first day of the work."""
        return _day(self.reading.started) if self.reading else None

    @property
    def ended_on(self) -> date | None:
        """The last day of the work."""
        return _day(self.reading.ended) if self.reading else None


def examine(brought: bytes | str, email: str = "") -> Finding:
    """Tell what a picture (PNG) or a text (JSON) is; whatever it is, the answer is a finding."""
    if len(brought) > baking.LARGEST:
        return Finding(Outcome.UNREADABLE, str(REASONS[Reason.TOO_LARGE]))
    try:
        text = _text(brought)
    except ValueError:
        return Finding(Outcome.UNREADABLE, _no_badge_inside())
    return _judged(verify(text), email.strip())


def _text(brought: bytes | str) -> bytes | str:
    """The credential: taken out of a picture, or as it was pasted."""
    if isinstance(brought, str):
        return brought.strip()
    return extract(brought) if brought.startswith(baking.SIGNATURE) else brought.strip()


def _no_badge_inside() -> str:
    return _(
        "There is no badge in this picture, or another program saved the picture anew and lost it. "
        "Ask for the file as it was downloaded."
    )


def _judged(verdict: Verdict, email: str) -> Finding:
    if verdict.reason or verdict.document is None:
        outcome = Outcome.CHANGED if verdict.standing == "changed" else Outcome.UNREADABLE
        return Finding(outcome, str(REASONS[verdict.reason or Reason.NOT_A_CREDENTIAL]))
    try:
        reading = read_badge(verdict.document)
    except ValueError:
        return Finding(Outcome.UNREADABLE, _("It is signed, but it is not a badge."))
    award = _award(reading)
    outcome = _outcome(reading, award)
    return Finding(outcome, _why(outcome, award), reading, award, _is_holder(verdict.document, email))


def _award(reading: Reading) -> Award | None:
    """Our own award, if this badge is it: the same id, signed by the key that signed the one on record."""
    award = queries.award_by_code(code_for(reading.id))
    if award is None:
        return None
    ours = read_badge(json.loads(award.credential))
    return award if (ours.id, ours.issuer_id) == (reading.id, reading.issuer_id) else None


def _outcome(reading: Reading, award: Award | None) -> Outcome:
    if award:
        return Outcome.REVOKED if award.revoked_at else Outcome.VALID
    return Outcome.NOT_ON_RECORD if reading.issuer_id == _own_id() else Outcome.UNKNOWN_ISSUER


def _own_id() -> str | None:
    try:
        return district().id
    except Refused:  # without the key nothing can be issued, yet what is on record can still be verified
        return None


def _why(outcome: Outcome, award: Award | None) -> str:
    name = current_app.config["MICROCRED_DISTRICT"]
    sentences = {
        Outcome.VALID: _("%(name)s issued it, nothing in it was changed, and it has not been revoked.", name=name),
        Outcome.REVOKED: _(
            "%(name)s issued it, but revoked it on %(day)s. It does not count any more.",
            name=name,
            day=day(award.revoked_at if award else None),
        ),
        Outcome.NOT_ON_RECORD: _(
            "It carries the signature of %(name)s, but is not among the badges on record. Ask there.", name=name
        ),
        Outcome.UNKNOWN_ISSUER: _(
            "Nothing in it was changed since it was signed. But it was not signed by %(name)s, and anyone can sign a "
            "badge under any name. Whether it was revoked cannot be seen from here.",
            name=name,
        ),
    }
    return sentences[outcome]


def _is_holder(document: Document, email: str) -> bool | None:
    return is_for(document, email) if email else None


def _moment(text: str) -> date | None:
    try:
        return local(datetime.fromisoformat(text)).date()
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date | None:
    """The day that a badge means by the moment at which it begins, wherever one reads it."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
