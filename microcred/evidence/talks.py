"""The talk with a coach that comes before another try, once "not yet" was the answer too often."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from microcred.accounts.models import Account, Role, RoleName, School
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import CoachTalk, Submission
from microcred.evidence.queries import has_later_try
from microcred.history import record
from microcred.outbox import write_mail
from microcred.schooldays import local


def talk_of(submission: Submission) -> CoachTalk | None:
    """The talk that was asked for after an answer, held or not."""
    return db.session.get(CoachTalk, submission.id)


def comes_first(submission: Submission) -> bool:
    """Whether a talk has to be held before another try is begun."""
    if not submission.was_not_yet or submission.attempt < current_app.config["MICROCRED_TRIES_BEFORE_TALK"]:
        return False
    talk = talk_of(submission)
    return talk is None or talk.held_on is None


def waiting_for_talks(newest: Iterable[Submission]) -> tuple[list[Submission], list[Submission]]:
    """Of somebody's newest tries those after which a talk comes first: not asked for yet, and asked for."""
    waiting = [each for each in newest if comes_first(each)]
    return [each for each in waiting if not talk_of(each)], [each for each in waiting if talk_of(each)]


def refuse_before_talk(submission: Submission) -> None:
    """Refuse another try while the talk that comes first was not held."""
    if comes_first(submission):
        raise Refused(_("A talk with a coach comes first. Ask for it, and hand in again after it was held."))


def ask_for_talk(submission: Submission, *, by: Account) -> CoachTalk:
    """Ask for the talk: each coordinator is told by mail, and whoever takes it on learns whose evidence it is.

    Refused when no talk is due, and a second time.
    """
    lock(submission)
    if not comes_first(submission) or has_later_try(submission):
        raise Refused(_("No talk is needed here."))
    if talk_of(submission):
        raise Refused(_("You have asked for this talk already. The coordinator will be in touch."))
    talk = CoachTalk(submission=submission, asked_at=utcnow())
    db.session.add(talk)
    db.session.flush()
    for coordinator in _coordinators():
        write_mail(coordinator, "talk_asked", submission=submission)
    record(by, "asked for a talk", submission)
    return talk


def _coordinators() -> list[Account]:
    held = select(Role.account_id).where(Role.name == RoleName.COORDINATOR)
    statement = select(Account).where(Account.id.in_(held), Account.disabled_at.is_(None))
    return list(db.session.scalars(statement.order_by(Account.id)))


def lead_talk(talk: CoachTalk, *, by: Account) -> CoachTalk:
    """Take the talk on, also in the place of another coordinator; who does so learns who asks, and always knows it.

    Refused for the author, for whoever leads it already, and once it is noted as held.
    """
    lock(by)
    submission = lock(talk.submission)
    lock(talk)
    _refuse_own(submission, by)
    if talk.held_on:
        raise Refused(_("This talk is noted already."))
    if talk.noted_by_id == by.id:
        raise Refused(_("You lead this talk already."))
    talk.noted_by_id = by.id
    record(by, "took a talk on", submission)
    return talk


def _refuse_own(submission: Submission, by: Account) -> None:
    if submission.person_id == by.id:
        raise Refused(_("Nobody leads the talk about their own evidence: another coordinator does."))


def note_talk(talk: CoachTalk, held_on: date, *, by: Account) -> CoachTalk:
    """Note that the talk was held, and tell its author that another try can begin.

    Refused for anybody but who leads it, for a day to come or one before the answer, and when it is noted already.
    """
    submission = lock(talk.submission)
    lock(talk)
    if talk.held_on:
        raise Refused(_("This talk is noted already."))
    if talk.noted_by_id != by.id:
        raise Refused(_("Only who leads this talk notes that it was held."))
    _refuse_day(submission, held_on)
    talk.held_on, talk.noted_at = held_on, utcnow()
    write_mail(submission.person, "talk_noted", submission=submission)
    record(by, "noted a talk", submission, held_on=held_on.isoformat())
    return talk


def _refuse_day(submission: Submission, held_on: date) -> None:
    if held_on > local(utcnow()).date():
        raise Refused(_("This day is still to come: note the talk once it was held."), field="held_on")
    if submission.decided_at and held_on < local(submission.decided_at).date():
        raise Refused(_("This day is before the answer that the talk is about."), field="held_on")


def undo_talk(talk: CoachTalk, *, by: Account) -> CoachTalk:
    """Take back that the talk was held; whoever leads it still does, for they know who asks.

    Refused for its author, when it is not noted as held, and once the next try has begun.
    """
    submission = lock(talk.submission)
    lock(talk)
    _refuse_own(submission, by)
    if talk.held_on is None:
        raise Refused(_("This talk is not noted as held."))
    if has_later_try(submission):
        raise Refused(_("The next try has begun: this cannot be taken back any more."))
    talk.held_on = talk.noted_at = None
    record(by, "took back a talk", submission)
    return talk


def talks() -> Select[Any]:
    """Every talk that was asked for: first those to be held, the oldest first, then the others, the newest first."""
    statement = select(CoachTalk).order_by(
        CoachTalk.held_on.is_not(None), CoachTalk.held_on.desc(), CoachTalk.asked_at, CoachTalk.submission_id
    )
    return statement.options(joinedload(CoachTalk.submission), joinedload(CoachTalk.noted_by))


class Teacher(NamedTuple):
    """Who asked for a talk."""

    name: str
    school: str


def led_by(user: Account, submission_ids: Collection[int]) -> dict[int, Teacher]:
    """Who asked, by submission, for those of these talks that the person leads; whoever else asks is not found out."""
    statement = (
        select(CoachTalk.submission_id, Account.name, School.name)
        .join(Submission, Submission.id == CoachTalk.submission_id)
        .join(Account, Account.id == Submission.person_id)
        .outerjoin(School, School.id == Account.school_id)
        .where(CoachTalk.noted_by_id == user.id, CoachTalk.submission_id.in_(submission_ids))
    )
    return {row[0]: Teacher(row[1], row[2] or "") for row in db.session.execute(statement)}


def talk_to_lead(user: Account, submission_id: int) -> CoachTalk | None:
    """One talk, for the coordinator."""
    return db.session.get(CoachTalk, submission_id) if user.is_coordinator else None
