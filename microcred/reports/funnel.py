"""The pilot's funnel by school: teachers, interested, volunteered, joined, handed in, earned."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, distinct, func, select, union

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.polls.models import Participation, Poll
from microcred.reports.shape import Figures, Picture, Report, Scope, shielded
from microcred.volunteers.models import Volunteer
from microcred.volunteers.queries import is_told

PRIVATE_FROM = 4
"""From this stage on a small number could tell whose evidence was not enough yet."""


def figures(scope: Scope) -> Figures:
    """Count people, each once, in every stage and school."""
    counted = [_by_school(stage) for stage in _stages(scope)]
    rows = [
        [school.name, *_shielded(scope, [stage.get(school.id, 0) for stage in counted])] for school in scope.schools
    ]
    totals = _shielded(scope, [sum(stage.get(id_, 0) for id_ in scope.school_ids) for stage in counted])
    titles = [_("Teachers"), _("Interested"), _("Volunteered"), _("Joined"), _("Handed in"), _("Earned a badge")]
    notes = [
        _("Interested: voted in a poll of this pilot, or volunteered. Each person counts once in each stage."),
        _("Whoever joined and left later is still counted."),
    ]
    if not scope.sees_all:
        notes.append(_("Numbers from 1 to 4 are not shown where they could tell about one person’s evidence."))
    return Figures(
        columns=[_("School"), *titles],
        rows=[*rows, [_("Together"), *totals]] if len(rows) > 1 else rows,
        pictures=[Picture(_("From teachers to badges"), list(zip(titles, totals, strict=True)))],
        notes=notes,
    )


def _stages(scope: Scope) -> Sequence[Select[Any]]:
    """For each stage a statement that selects the ids of its people."""
    teachers = select(Role.account_id).where(Role.name == RoleName.TEACHER)
    voted = select(Participation.person_id).join(Poll).where(Poll.pilot_id == scope.pilot.id)
    volunteered = select(Volunteer.person_id).where(Volunteer.pilot_id == scope.pilot.id)
    handed_in = select(Submission.person_id).where(Submission.pilot_id == scope.pilot.id)
    return (
        teachers,
        select(union(voted, volunteered).subquery()),
        volunteered,
        volunteered.where(Volunteer.joined_at.is_not(None), is_told()),
        handed_in.where(Submission.submitted_at.is_not(None)),
        handed_in.where(Submission.state == SubmissionState.EARNED),
    )


def _by_school(people: Select[Any]) -> dict[int | None, int]:
    statement = (
        select(Account.school_id, func.count(distinct(Account.id)))
        .where(Account.id.in_(people), Account.school_id.is_not(None))
        .group_by(Account.school_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _shielded(scope: Scope, counts: list[int]) -> list[int | None]:
    return [count if place < PRIVATE_FROM else shielded(count, scope) for place, count in enumerate(counts)]


REPORT = Report(
    title=_l("The way from interest to badge"),
    lead=_l("How many teachers of each school are interested, volunteer, join, hand in and earn."),
    figures=figures,
)
