"""What a teacher may count on before starting: how long an answer takes, and until when there is time for one."""

from collections.abc import Iterable, Set
from datetime import date
from statistics import median
from typing import NamedTuple

from flask import current_app
from sqlalchemy import exists, select

from microcred.catalog.models import MicroCredential
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.pilots.models import Offer
from microcred.schooldays import holidays, last_start, local, school_days_between
from microcred.scoring.models import Appeal

FEWEST_ANSWERS = 5
"""Below this many nothing is said of how long they took."""

LOOKED_AT = 100
"""How many of the newest answers tell how long one takes now."""


class Deadline(NamedTuple):
    """Until when evidence can be handed in for an offer, so that an answer comes before the pilot ends."""

    offer: Offer
    last_on: date
    is_past: bool


class Promises(NamedTuple):
    """Days are school days; `taken_days` is the median of the answers given, None while there are few."""

    promised_days: int
    taken_days: float | None
    deadlines: list[Deadline]


def promises(micro_credential: MicroCredential, offers: Iterable[Offer]) -> Promises:
    """What is promised of a micro-credential where it is offered."""
    out, promised = holidays(), current_app.config["MICROCRED_REVIEW_SCHOOL_DAYS"]
    today = local(utcnow()).date()
    last = [(offer, last_start(offer.pilot.ends_on, promised, out)) for offer in offers]
    return Promises(
        promised_days=promised,
        taken_days=_taken_days(micro_credential, out),
        deadlines=[Deadline(offer, day, is_past=day < today) for offer, day in last],
    )


def _taken_days(micro_credential: MicroCredential, out: Set[date]) -> float | None:
    """An appeal is another answer to the same evidence: what was appealed is left out."""
    appealed = exists().where(Appeal.submission_id == Submission.id)
    answered = select(Submission.submitted_at, Submission.decided_at).where(
        Submission.micro_credential_id == micro_credential.id,
        Submission.state.in_((SubmissionState.EARNED, SubmissionState.NOT_YET)),
        ~appealed,
    )
    dated = answered.where(Submission.submitted_at.is_not(None), Submission.decided_at.is_not(None))
    rows = db.session.execute(dated.order_by(Submission.decided_at.desc()).limit(LOOKED_AT)).all()
    days = [school_days_between(handed_in, decided, out) for handed_in, decided in rows if handed_in and decided]
    return float(median(days)) if len(days) >= FEWEST_ANSWERS else None
