"""Drawing lots: by the system's own chance; the demo draws the same ones in every telling."""

import random
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Card = TypeVar("Card")

_chance: ContextVar[random.Random] = ContextVar("chance", default=secrets.SystemRandom())  # noqa: B039 — has no state


def lots() -> random.Random:
    """What lots are drawn from. Keys, tokens and ids that must not be guessed come from `secrets` itself."""
    return _chance.get()


def in_random_order(cards: Sequence[Card]) -> list[Card]:
    """The same cards, shuffled."""
    return lots().sample(cards, len(cards))


@contextmanager
def drawn_from(chance: random.Random) -> Iterator[None]:
    """Let lots be drawn from a chance that falls the same way again."""
    token = _chance.set(chance)
    try:
        yield
    finally:
        _chance.reset(token)
