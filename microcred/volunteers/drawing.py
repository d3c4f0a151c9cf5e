"""A fair draw that anybody can repeat: the order follows from a seed, whose hash is published before.

The seed is secret until the draw, so that nobody who applies can choose a lucky moment; its SHA-256 is published, so
that it cannot be chosen anew afterwards (a commitment). Whoever runs the server could know it all the same.
"""

import hashlib
from collections.abc import Iterable

from microcred.lots import lots

SEED_BYTES = 32


def new_seed() -> str:
    """A seed that nobody can guess, as 64 hex digits."""
    return lots().randbytes(SEED_BYTES).hex()


def hash_of(seed: str) -> str:
    """What is published of a seed beforehand: its SHA-256, as 64 hex digits."""
    return hashlib.sha256(seed.encode()).hexdigest()


def lot(seed: str, ticket: int) -> str:
    """The lot of one ticket: the SHA-256 of `seed:ticket`, as 64 hex digits."""
    return hashlib.sha256(f"{seed}:{ticket}".encode()).hexdigest()


def drawn_order(seed: str, tickets: Iterable[int]) -> list[int]:
    """The tickets by their lots, the lowest first."""
    return sorted(tickets, key=lambda ticket: lot(seed, ticket))
