"""The code of a badge: what a person types to have it verified, short enough to read out, too rare to be guessed."""

import hashlib
import uuid

SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 or O, no 1, I or L, no U that may be read as V."""

LENGTH = 12
"""Twelve of thirty symbols are 58 bits: a million guesses a second would take millennia to meet one of many badges."""

GROUP = 4


def new_badge_id() -> str:
    """The name of a new badge: a random `urn:uuid:…`."""
    return uuid.uuid4().urn


def code_for(badge_id: str) -> str:
    """The code that belongs to a badge's id, e.g. `K7QF-3MXB-9RTA`: whoever holds the badge can work it out."""
    number = int.from_bytes(hashlib.sha256(badge_id.encode("utf-8", "replace")).digest())
    return _grouped("".join(SYMBOLS[number // len(SYMBOLS) ** place % len(SYMBOLS)] for place in range(LENGTH)))


def as_written(typed: str) -> str:
    """A code as it is kept, from how people type it: small letters, without dashes, with spaces."""
    return _grouped("".join(symbol for symbol in typed.upper()[:60] if symbol.isalnum()))


def _grouped(symbols: str) -> str:
    return "-".join(symbols[start : start + GROUP] for start in range(0, len(symbols), GROUP))
