"""Who may score what: reviewers practise on anchors, and join once they agree with them often enough.

Agreement is the share of criteria in which a reviewer saw the very level that counts as right. Of each anchor the
first finished look counts, as long as there is an anchor of that micro-credential to practise on that the reviewer has
not seen: else everyone agreed at once who copies from the comparison and tries again. Once all are seen the latest look
at each counts, so that nobody is shut out for good. Only looks that were announced as training count, because what is
mixed in unannounced is there to be watched by the lead, not to shut anybody out overnight.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import case, func, select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.anchor_models import Anchor, AnchorLevel
from microcred.scoring.barring import barred, training_anchors
from microcred.scoring.models import AnchorUse, Review, ReviewState, Score
from microcred.scoring.people import reviewers


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


Desk = tuple[int, int]
"""A reviewer and a micro-credential, by their ids."""


def counting(looks: Iterable[Look], to_practise: Mapping[Desk, Set[int]]) -> dict[Desk, list[Look]]:
    """The looks that count, by reviewer and micro-credential, of looks in the order in which they were finished.

    Of each anchor the first one, as long as there is an anchor of `to_practise` that the reviewer has not seen: nobody
    copies from a comparison what the next piece is to show. Once all are seen, the latest one.
    """
    found: dict[Desk, list[Look]] = {}
    for look in looks:
        found.setdefault((look.reviewer_id, look.micro_credential_id), []).append(look)
    return {desk: _counting(own, to_practise.get(desk, frozenset())) for desk, own in found.items()}


def _counting(looks: Sequence[Look], to_practise: Set[int]) -> list[Look]:
    has_unseen = bool(to_practise - {look.anchor_id for look in looks})
    return list(latest(reversed(looks) if has_unseen else looks).values())


class Standing(NamedTuple):
    """How far a reviewer agrees in a micro-credential, by the looks that count."""

    agreement: Agreement = Agreement()
    is_barred: bool = True
    """Whether they may practise on none of its anchors, for having scored or written them, and so never could pass."""

    @property
    def is_calibrated(self) -> bool:
        """Whether they may score it."""
        return self.is_barred or self.agreement.suffices(needed_percent())


def standings(anchors: Sequence[Anchor], people: Sequence[Account]) -> dict[Desk, Standing]:
    """How each of these people stands in each micro-credential of these anchors, found once for all of them."""
    to_practise = _to_practise(anchors, people)
    wanted, one = {anchor.id for anchor in anchors}, people[0] if len(people) == 1 else None
    looks = [look for look in finished_looks(AnchorUse.TRAINING, one) if look.anchor_id in wanted]
    counted = counting(looks, to_practise)
    return {
        desk: Standing(together(look.agreement for look in counted.get(desk, ())), is_barred=not open_ones)
        for desk, open_ones in to_practise.items()
    }


def _to_practise(anchors: Sequence[Anchor], people: Sequence[Account]) -> dict[Desk, set[int]]:
    """The anchors that each may practise on; none where they are barred from all."""
    closed = barred(anchors, people)
    courses = {anchor.source.micro_credential_id for anchor in anchors}
    found: dict[Desk, set[int]] = {(person.id, course): set() for person in people for course in courses}
    for anchor in anchors:
        for person in people:
            if (anchor.id, person.id) not in closed:
                found[person.id, anchor.source.micro_credential_id].add(anchor.id)
    return found


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
    """The reviewers who agree with the anchors of a micro-credential; None where it has none, and so no gate."""
    anchors = training_anchors(micro_credential_id)
    if not anchors:
        return None
    found = standings(anchors, reviewers())
    return frozenset(reviewer_id for (reviewer_id, _), standing in found.items() if standing.is_calibrated)
