"""Who may score what: reviewers practise on anchors, and join once they agree with them often enough.

Agreement is the share of criteria in which a reviewer saw the very level that counts as right. Of each anchor the
latest finished look at it counts, so that one can practise again; only looks that were announced as training count,
because what is mixed in unannounced is there to be watched by the lead, not to shut anybody out overnight.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Select, case, func, select

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.anchor_models import Anchor, AnchorLevel
from microcred.scoring.barring import barred, training_anchors
from microcred.scoring.models import AnchorUse, Review, ReviewState, Score


class Agreement(NamedTuple):
    """In how many of the compared criteria the level was the same."""

    same: int = 0
    compared: int = 0

    @property
    def percent(self) -> int | None:
        """The share in percent, rounded down, so that nobody seems to have reached what was missed; None of nothing."""
        return self.same * 100 // self.compared if self.compared else None

    def suffices(self, needed_percent: int) -> bool:
        """Whether something was compared, and at least that share agrees."""
        return self.compared > 0 and self.same * 100 >= needed_percent * self.compared


def agreement(reference: Mapping[int, int], seen: Mapping[int, int]) -> Agreement:
    """Compare the levels that a reviewer saw with those that count as right, both by the id of the criterion."""
    compared = reference.keys() & seen.keys()
    return Agreement(sum(reference[each] == seen[each] for each in compared), len(compared))


def together(agreements: Iterable[Agreement]) -> Agreement:
    """Several agreements as one: every criterion weighs the same, not every anchor."""
    every = list(agreements)
    return Agreement(sum(each.same for each in every), sum(each.compared for each in every))


class Look(NamedTuple):
    """A finished look of somebody at an anchor."""

    review_id: int
    reviewer_id: int
    anchor_id: int
    micro_credential_id: int
    final_at: Any
    agreement: Agreement


def latest(looks: Iterable[Look]) -> dict[tuple[int, int], Look]:
    """The last look of each reviewer at each anchor, of looks in the order in which they were finished."""
    return {(look.reviewer_id, look.anchor_id): look for look in looks}


def standing(looks: Iterable[Look]) -> dict[tuple[int, int], Agreement]:
    """How far each reviewer agrees in each micro-credential, by the latest look at each of its anchors."""
    found: dict[tuple[int, int], list[Agreement]] = {}
    for look in latest(looks).values():
        found.setdefault((look.reviewer_id, look.micro_credential_id), []).append(look.agreement)
    return {key: together(agreements) for key, agreements in found.items()}


def finished_looks(use: AnchorUse, reviewer: Account | None = None) -> list[Look]:
    """Every finished look of that kind, of one reviewer or all, in the order in which they were finished."""
    same = func.count(case((Score.level_position == AnchorLevel.level_position, 1)))
    head = (Review.id, Review.reviewer_id, Anchor.id, Submission.micro_credential_id, Review.final_at)
    statement = (
        select(*head, same, func.count(AnchorLevel.id))
        .select_from(Review)
        .join(Submission, Submission.id == Review.submission_id)
        .join(Anchor, Anchor.submission_id == Review.submission_id)
        .join(Score, Score.review_id == Review.id)
        .join(AnchorLevel, (AnchorLevel.anchor_id == Anchor.id) & (AnchorLevel.criterion_id == Score.criterion_id))
        .where(Review.state == ReviewState.FINAL, Review.anchor_use == use)
        .group_by(*head)
        .order_by(Review.final_at, Review.id)
    )
    found = statement if reviewer is None else statement.where(Review.reviewer_id == reviewer.id)
    return [Look(*row[:5], Agreement(*row[5:])) for row in db.session.execute(found)]


def needed_percent() -> int:
    """How far a reviewer has to agree with the anchors, in percent."""
    percent: int = current_app.config["MICROCRED_CALIBRATION_PERCENT"]
    return percent


def calibrated_ids(micro_credential_id: int) -> frozenset[int] | None:
    """The reviewers who agree with the anchors of a micro-credential; None where it has none, and so no gate.

    The gate is not held against who may practise on none of its anchors, for having scored or written them: they could
    never pass it.
    """
    anchors = training_anchors(micro_credential_id)
    if not anchors:
        return None
    people = reviewers()
    closed = barred(anchors, people)
    free = {one.id for one in people if all((anchor.id, one.id) in closed for anchor in anchors)}
    return frozenset(free | _agreeing({anchor.id for anchor in anchors}))


def _agreeing(anchor_ids: set[int]) -> set[int]:
    looks = [look for look in finished_looks(AnchorUse.TRAINING) if look.anchor_id in anchor_ids]
    return {reviewer for (reviewer, _), agreed in standing(looks).items() if agreed.suffices(needed_percent())}


def reviewers() -> list[Account]:
    """Everyone who scores and can sign in, by name."""
    return list(db.session.scalars(_reviewers().order_by(Account.name, Account.id)))


def _reviewers() -> Select[Account]:
    held = select(Role.account_id).where(Role.name == RoleName.REVIEWER)
    return select(Account).where(Account.id.in_(held), Account.disabled_at.is_(None))
