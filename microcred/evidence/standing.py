"""Where a submission is, said to its author: its state, the steps behind and before it, and the clock that runs."""

from collections.abc import Iterator, Set
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import pgettext

from microcred.db import utcnow
from microcred.evidence.models import STATES, Submission, SubmissionState
from microcred.schooldays import school_days_between, school_days_since

S = SubmissionState
TONES = {
    S.DRAFT: "neutral",
    S.SUBMITTED: "wait",
    S.INCOMPLETE: "bad",
    S.IN_REVIEW: "wait",
    S.TO_BE_AGREED: "wait",
    S.TO_BE_RELEASED: "wait",
    S.EARNED: "good",
    S.NOT_YET: "info",
    S.UNDER_APPEAL: "wait",
    S.DENIED: "bad",
    S.WITHDRAWN: "neutral",
    S.ANCHOR: "neutral",
}
AWAITS_ANSWER = (S.SUBMITTED, S.IN_REVIEW, S.TO_BE_AGREED, S.TO_BE_RELEASED, S.UNDER_APPEAL)
"""Where others have to do something, and a promise of when runs."""


class Standing(NamedTuple):
    """The state in the reader's language, the tone it is shown in, and a sentence on what it means."""

    state: str
    tone: str
    sentence: str


def standing(submission: Submission) -> Standing:
    """Where a submission is."""
    state = SubmissionState(submission.state)
    return Standing(str(STATES[state]), TONES[state], _sentences()[state])


def _sentences() -> dict[SubmissionState, str]:
    return {
        S.DRAFT: _("It is with you. Nobody else can read it yet."),
        S.SUBMITTED: _("It waits for reviewers to be found. You can still take it back."),
        S.INCOMPLETE: _("Something is missing. Add it and hand in again: this costs no try."),
        S.IN_REVIEW: _("It is with the reviewers, who know it only by its code name and do not see each other."),
        S.TO_BE_AGREED: _("The reviewers do not agree on every required criterion. A third one looks at those."),
        S.TO_BE_RELEASED: _("It is scored. The answer is released soon."),
        S.EARNED: _("You have shown the skill: it is earned."),
        S.NOT_YET: _("Not yet: read the feedback, then hand it in again. What is met stays met."),
        S.UNDER_APPEAL: _("Somebody who did not score it looks again at the criteria that you named."),
        S.DENIED: _("It was not accepted, because it broke the rules."),
        S.WITHDRAWN: _("You gave this draft up. You can start anew."),
        S.ANCHOR: _("A copy that shows others, under another code name, what good evidence looks like."),
    }


class Place(StrEnum):
    """Where a step lies on the way."""

    BEHIND = "behind"
    HERE = "here"
    AHEAD = "ahead"


class Step(NamedTuple):
    """One step on the way to an answer, and since when it is done or under way; None where that is not known."""

    title: str
    place: Place
    since: datetime | None

    @property
    def tone(self) -> str:
        """The tone that it is shown in."""
        return {Place.BEHIND: "good", Place.HERE: "wait"}.get(self.place, "neutral")


class Clock(NamedTuple):
    """Since when a submission is where it is, and when its answer is due; days are school days."""

    since: datetime
    days: int
    due_at: datetime | None
    days_left: int
    is_late: bool
    is_published: bool


def clock(submission: Submission, out: Set[date]) -> Clock:
    """The clock of a submission; `out` are the days without school. Nothing is due of what awaits no answer."""
    awaits = submission.state in AWAITS_ANSWER
    due_at = (submission.release_at or submission.answer_due_at) if awaits else None
    return Clock(
        since=submission.moved_at,
        days=school_days_since(submission.moved_at, out),
        due_at=due_at,
        days_left=school_days_between(utcnow(), due_at, out) if due_at else 0,
        is_late=due_at is not None and due_at < utcnow(),
        is_published=awaits and submission.release_at is not None,
    )


def steps(submission: Submission) -> list[Step]:
    """The whole way of a submission; what is only sometimes on it is shown where it may come, or is."""
    state = SubmissionState(submission.state)
    way = list(_way(submission, state))
    here = [step for step, _title in way].index(S.NOT_YET if state in (S.EARNED, S.DENIED) else state)
    return [
        Step(title, _place(number, here, state), _moment(submission, step, is_here=number == here))
        for number, (step, title) in enumerate(way)
    ]


def _place(number: int, here: int, state: SubmissionState) -> Place:
    is_over = state in (S.EARNED, S.NOT_YET, S.DENIED, S.WITHDRAWN)
    if number < here or (number == here and is_over):
        return Place.BEHIND
    return Place.HERE if number == here else Place.AHEAD


def _moment(submission: Submission, step: SubmissionState, *, is_here: bool) -> datetime | None:
    if is_here:
        return submission.moved_at
    known = {S.DRAFT: submission.started_at, S.SUBMITTED: submission.submitted_at, S.NOT_YET: submission.decided_at}
    return known.get(step)


def _way(submission: Submission, state: SubmissionState) -> Iterator[tuple[SubmissionState, str]]:
    yield S.DRAFT, _("written")
    if state == S.WITHDRAWN:
        yield S.WITHDRAWN, _("given up")
        return
    yield S.SUBMITTED, _("handed in")
    if state == S.INCOMPLETE:
        yield S.INCOMPLETE, _("back with you: something is missing")
    if state != S.DENIED:
        yield S.IN_REVIEW, _("in review")
    yield from _between(submission, state)
    yield S.NOT_YET, pgettext("step", "answer")
    if state == S.UNDER_APPEAL:
        yield S.UNDER_APPEAL, _("under appeal")
        yield S.EARNED, _("answer to the appeal")


def _between(submission: Submission, state: SubmissionState) -> Iterator[tuple[SubmissionState, str]]:
    if state == S.TO_BE_AGREED:
        yield S.TO_BE_AGREED, _("with a third reviewer, for what the two do not agree on")
    elif state in (S.DRAFT, S.SUBMITTED, S.INCOMPLETE, S.IN_REVIEW):
        yield S.TO_BE_AGREED, _("a third reviewer, only where two do not agree")
    if state == S.TO_BE_RELEASED or (submission.release_at and state in AWAITS_ANSWER):
        yield S.TO_BE_RELEASED, _("scored, and not released yet")
