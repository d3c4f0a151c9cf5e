"""Made-up ballots of known structure, the same every time."""

import random
from collections import Counter

Ballots = dict[frozenset[str], int]

SUBJECTS = 10
MOST_APPROVALS = 5


def options(courses: int) -> list[str]:
    """Codes for so many courses."""
    return [f"C{number:02}" for number in range(courses)]


def chance_of(seed: int) -> random.Random:
    """Chance that repeats itself."""
    return random.Random(seed)  # noqa: S311 — made-up ballots have to be the same every time, and are no secret.


def realistic(voters: int, courses: int, seed: int = 2026) -> Ballots:
    """Ballots of teachers, each of one of ten subjects, who approve one to five courses.

    Each approval goes, with a chance of three in four, to a course of the own subject, else to any course; there, a
    course is picked in proportion to its popularity, which falls with its rank r as 1 / r^0.7. Picking a course twice
    leaves one approval less.
    """
    chance, codes = chance_of(seed), options(courses)
    popularity = {code: 1 / (1 + chance.randrange(courses)) ** 0.7 for code in codes}
    subjects = [codes[first::SUBJECTS] for first in range(SUBJECTS)]
    pools = [(subject, [popularity[code] for code in subject]) for subject in subjects]
    everything = (codes, list(popularity.values()))
    ballots: Counter[frozenset[str]] = Counter()
    for _ in range(voters):
        own, number = chance.choice(pools), chance.randint(1, MOST_APPROVALS)
        from_own = sum(chance.random() < 0.75 for _ in range(number))
        picks = chance.choices(*own, k=from_own) + chance.choices(*everything, k=number - from_own)
        ballots[frozenset(picks)] += 1
    return dict(ballots)


def independent(voters: int, courses: int, seed: int = 2026) -> Ballots:
    """Ballots without any structure: five different courses each, all equally likely. Hardly two ballots are equal."""
    chance, codes = chance_of(seed), options(courses)
    return dict(Counter(frozenset(chance.sample(codes, k=MOST_APPROVALS)) for _ in range(voters)))
