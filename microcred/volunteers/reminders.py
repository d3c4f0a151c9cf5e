"""The one reminder to those who answer for a school."""

from collections.abc import Collection

from flask import current_app

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.history import record
from microcred.outbox import write_mail
from microcred.schooldays import has_run_out, holidays
from microcred.volunteers.models import Volunteer
from microcred.volunteers.queries import answerers_for, has_ended, to_answer, unreminded


def remind_principals() -> list[Account]:
    """Remind principals and deputies of those who have waited for some school days, of each of them once.

    Everyone gets one message, which tells how many wait and since when; returns who did. Whom nobody answers for stays
    to be reminded of.
    """
    answerers: dict[int, Account] = {}
    late = _late()
    for entry in late:
        found = answerers_for(entry)
        answerers |= {each.id: each for each in found}
        if found:
            entry.reminded_at = utcnow()
            record(None, "reminded of", entry)
    for answerer in answerers.values():
        _remind(answerer, late)
    return list(answerers.values())


def _late() -> list[Volunteer]:
    days, out = current_app.config["MICROCRED_ANSWER_SCHOOL_DAYS"], holidays()
    return [entry for entry in db.session.scalars(unreminded()) if has_run_out(entry.applied_at, days, out)]


def _remind(answerer: Account, late: Collection[Volunteer]) -> None:
    waiting = [entry for entry in to_answer(answerer) if entry in late and not has_ended(entry.pilot)]
    write_mail(answerer, "volunteers_wait", waiting=waiting)
