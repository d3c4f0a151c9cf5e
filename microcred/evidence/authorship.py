"""Where a text gives its author away: their name, their e-mail or their school, found before it is handed in."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

LEAST_LETTERS_OF_A_LAST_NAME = 4
AROUND = 40
WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
Word = tuple[str, int, int]
"""A folded word, and where it starts and ends in the text."""


class TraceOf(StrEnum):
    """What a trace gives away."""

    NAME = "name"
    EMAIL = "email"
    SCHOOL = "school"


@dataclass(frozen=True)
class Trace:
    """One place in a text that tells who wrote it: where it stands, what it gives away, and the words around it."""

    start: int
    end: int
    of: TraceOf
    excerpt: str


def traces(text: str, person_name: str, email: str, school_name: str) -> list[Trace]:
    """Find the person's name, last name (of 4 letters or more), e-mail and school in a text, in their order.

    Accents, capitals, punctuation and line breaks do not matter; only whole words count. Where two finds overlap, the
    longer stands.
    """
    return _traces(text, _words(text), person_name, email, school_name)


def traces_of_all(text: str, people: Iterable[tuple[str, str, str]]) -> list[Trace]:
    """Find the traces of several people, each a name, an e-mail and a school, in their order."""
    words = _words(text)
    found = {trace for person in people for trace in _traces(text, words, *person)}
    return sorted(found, key=lambda trace: trace.start)


def _traces(text: str, words: list[Word], person_name: str, email: str, school_name: str) -> list[Trace]:
    finds = [
        Trace(words[first][1], words[last][2], of, "")
        for of, wanted in _wanted(person_name, email, school_name)
        for first, last in _finds(words, wanted)
    ]
    kept = _without_overlaps(finds)
    return [replace(find, excerpt=_excerpt(text, find)) for find in sorted(kept, key=lambda find: find.start)]


def _without_overlaps(finds: list[Trace]) -> list[Trace]:
    taken: set[int] = set()
    kept = []
    for find in sorted(finds, key=lambda find: (find.start - find.end, find.start)):
        if taken.isdisjoint(range(find.start, find.end)):
            taken.update(range(find.start, find.end))
            kept.append(find)
    return kept


def _words(text: str) -> list[Word]:
    return [(folded(found.group()), found.start(), found.end()) for found in WORD.finditer(text)]


def folded(text: str) -> str:
    """Fold case and accents: É, é and e are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _wanted(person_name: str, email: str, school_name: str) -> list[tuple[TraceOf, list[str]]]:
    """List what to look for, as sequences of folded words."""
    names = [person_name, _last_name_first(person_name), *_last_names(person_name)]
    wanted = [(TraceOf.NAME, name) for name in names]
    wanted += [(TraceOf.EMAIL, email), (TraceOf.SCHOOL, school_name)]
    return [(of, [word for word, _, _ in _words(what)]) for of, what in wanted if WORD.search(what)]


def _last_name_first(person_name: str) -> str:
    *first_names, last_name = person_name.split() or [""]
    return " ".join([last_name, *first_names])


def _last_names(person_name: str) -> list[str]:
    """Return the last name, and of a double name each half; short ones are left out, they are words too often."""
    last_name = (person_name.split() or [""])[-1]
    return [name for name in (last_name, *last_name.split("-")) if _letters(name) >= LEAST_LETTERS_OF_A_LAST_NAME]


def _letters(name: str) -> int:
    return sum(letter.isalpha() for letter in name)


def _finds(words: list[Word], wanted: list[str]) -> list[tuple[int, int]]:
    """Find a sequence of words: the numbers of its first and its last word, each time it occurs."""
    starts = (number for number, word in enumerate(words) if word[0] == wanted[0])
    return [
        (start, start + len(wanted) - 1)
        for start in starts
        if [word for word, _, _ in words[start : start + len(wanted)]] == wanted
    ]


def _excerpt(text: str, find: Trace) -> str:
    start, end = max(0, find.start - AROUND), find.end + AROUND
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return before + " ".join(text[start:end].split()) + after
