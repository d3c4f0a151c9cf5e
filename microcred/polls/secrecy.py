"""How a ballot is found again while a poll is open, and what may be shown of few people."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, TypeVar

FEWEST = 5
"""What is told about fewer people than this might tell what one of them chose."""

KEY_BYTES = 32


class Coded(Protocol):
    """Something that a poll knows under a code."""

    code: str


Card = TypeVar("Card", bound=Coded)


def new_key() -> bytes:
    """The key of a poll that opens."""
    return secrets.token_bytes(KEY_BYTES)


def voter_mark(key: bytes, voter_id: int) -> str:
    """HMAC-SHA256 of the voter under the poll's key, as 64 hex digits."""
    return hmac.new(key, str(voter_id).encode(), hashlib.sha256).hexdigest()


def meaningless_mark() -> str:
    """As long as a voter's mark, and of nobody."""
    return secrets.token_hex(32)


def in_own_order(cards: Sequence[Card], secret: str, poll_id: int, voter_id: int) -> list[Card]:
    """The cards of a ballot shuffled for one voter, the same on every visit; one more leaves the others in order.

    The order comes from the application's secret, so that nothing on a page is made with the poll's key.
    """

    def place(card: Card) -> bytes:
        return hmac.new(secret.encode(), f"{card.code} on ballot {poll_id} of {voter_id}".encode(), "sha256").digest()

    return sorted(cards, key=place)


def schools_to_name(voted: Mapping[int, int], may_vote: Mapping[int, int]) -> set[int]:
    """The schools that may stand on a ballot: five or more of each may vote and voted.

    Ballots without a school are those of all the other schools together. If these were fewer than five, they would name
    their voters just as well, so the smallest school that is named joins them.
    """
    named = {school for school, count in voted.items() if min(count, may_vote.get(school, 0)) >= FEWEST}
    while named and 0 < sum(voted.values()) - sum(voted[school] for school in named) < FEWEST:
        named.remove(min(named, key=lambda school: (voted[school], school)))
    return named


def without_small_cells(counts: Sequence[int], sizes: Sequence[int]) -> list[int | None]:
    """A row of a table whose total is known, its cells out of `sizes`, with None for what is not shown.

    Hidden are counts under five, counts of all but fewer than five (these few are told of as well), and, from the
    smallest on, as many others as it takes that subtracting from the total gives no such count back.
    """
    hidden = {cell for cell, count in enumerate(counts) if _tells(count, sizes[cell])}
    shown = sorted(set(range(len(counts))) - hidden, key=lambda cell: (counts[cell], cell), reverse=True)
    while shown and hidden and _is_worked_out(hidden, counts, sizes):
        hidden.add(shown.pop())
    return [None if cell in hidden else count for cell, count in enumerate(counts)]


def _is_worked_out(hidden: Collection[int], counts: Sequence[int], sizes: Sequence[int]) -> bool:
    together = sum(counts[cell] for cell in hidden), sum(sizes[cell] for cell in hidden)
    return len(hidden) == 1 or _tells(*together)


def _tells(count: int, size: int) -> bool:
    return count < FEWEST or size - count < FEWEST
