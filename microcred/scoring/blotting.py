"""Texts without the names in them: what reviewers wrote can be read without learning of whom."""

import re
import unicodedata
from collections.abc import Collection, Iterable

BLOT = "[…]"
WORD = re.compile(r"[^\W\d_]+")
ADDRESS = re.compile(r"\S+@\S+")
BLOTS = re.compile(rf"{re.escape(BLOT)}(?:[\s’'.-]+{re.escape(BLOT)})+")
PARTICLES = {
    "al",
    "da",
    "das",
    "de",
    "del",
    "den",
    "der",
    "des",
    "di",
    "dos",
    "du",
    "el",
    "la",
    "le",
    "les",
    "van",
    "von",
}
"""What begins names and sentences alike."""

SHORTEST = 2


def name_words(names: Iterable[str]) -> set[str]:
    """The words of people's names, without accents and in lower case; no initials, and no particles such as “de”."""
    words = {plain(word) for name in names for word in WORD.findall(_composed(name))}
    return {word for word in words if len(word) >= SHORTEST and word not in PARTICLES}


def blotted(text: str, names: Collection[str], phrases: Iterable[str] = ()) -> str:
    """A text with these name words, phrases and all mail addresses blotted out.

    A name word counts when it has a capital letter, or stands beside another one: so “Rose” is a name, “rose” is none,
    and “rose okafor” is one again.
    """
    text = ADDRESS.sub(BLOT, _composed(text))
    for phrase in filter(None, phrases):
        text = re.sub(rf"(?<!\w){re.escape(_composed(phrase))}(?!\w)", BLOT, text, flags=re.IGNORECASE)
    for start, end in reversed(_places(text, names)):
        text = f"{text[:start]}{BLOT}{text[end:]}"
    return BLOTS.sub(BLOT, text)


def _places(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    words = list(WORD.finditer(text))
    known = [plain(word.group()) in names for word in words]
    beside = [any(known[max(place - 1, 0) : place] + known[place + 1 : place + 2]) for place in range(len(words))]
    return [
        word.span()
        for word, is_known, has_neighbour in zip(words, known, beside, strict=True)
        if is_known and (has_neighbour or not word.group().islower())
    ]


def plain(text: str) -> str:
    """A text in lower case and without accents, as one looks for it."""
    bare = (letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return "".join(bare).casefold()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
