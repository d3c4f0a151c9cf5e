"""What a decided poll promised, and what became of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from microcred.pilots.models import Offer
from microcred.polls.models import Poll


class Kept(NamedTuple):
    """A chosen micro-credential: since when it is offered, until when if no more, who started and who earned it."""

    title: str
    offered_at: datetime | None
    withdrawn_at: datetime | None
    started: int
    earned: int


def promise(poll: Poll, offers: Iterable[Offer], started: Mapping[int, int], earned: Mapping[int, int]) -> list[Kept]:
    """What became of each course of the chosen options; `started` and `earned` count people by micro-credential."""
    made = {offer.micro_credential_id: offer for offer in offers}
    kept = []
    for course in {course.id: course for option in poll.chosen for course in option.courses}.values():
        offer = made.get(course.id)
        offered_at, withdrawn_at = (offer.offered_at, offer.withdrawn_at) if offer else (None, None)
        kept.append(Kept(course.title, offered_at, withdrawn_at, started.get(course.id, 0), earned.get(course.id, 0)))
    return kept
