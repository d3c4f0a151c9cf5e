"""Passwords: how they are kept, and which are too easily guessed."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 8
LONGEST = 200
COMMON = frozenset(
    [
        "password",
        "password1",
        "password123",
        "passw0rd",
        "motdepasse",
        "azertyuiop",
        "qwertyuiop",
        "qwerty123",
        "iloveyou",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "welcome1",
        "welcome123",
        "12345678",
        "123456789",
        "1234567890",
        "11111111",
        "00000000",
        "abcd1234",
        "abc12345",
        "trustno1",
        "superman",
        "letmein1",
        "whatever",
        "computer",
        "internet",
        "teacher1",
        "teacher123",
        "school123",
        "bonjour1",
        "bonjour123",
        "soleil123",
        "chouchou",
        "doudou123",
        "admin123",
        "administrator",
        "changeme",
        "microcred",
        "microcred1",
    ]
)


@cache
def hasher() -> PasswordHasher:
    """Argon2id at 19 MiB, two passes, one lane."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys_hash() -> str:
    return hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    """What the database keeps of a password."""
    return hasher().hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether the password is the one that was kept; takes as long when nothing was kept."""
    try:
        return hasher().verify(kept or _nobodys_hash(), password[:LONGEST]) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_common(password: str) -> bool:
    """Whether a guesser would try it first."""
    return password.lower() in COMMON or len(set(password)) < 4
