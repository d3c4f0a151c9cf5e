"""Lettering: a title in one to three lines, in the largest letters for which the plate of a badge has room."""

import unicodedata

ROOM = 364  # units across which a line may stretch
SIZES = {1: 46, 2: 43, 3: 33}  # the largest letters for a title of so many lines, in units
SMALLEST = 15

# Hundredths of the letter size, measured in Libertinus Serif Bold, the family that typst brings along.
WIDTHS = {
    letter: hundredths / 100
    for hundredths, letters in {
        22: "'|,.",
        25: " \u2019\u2018\u00b7:;!",
        31: "\\j{}()/i",
        33: "l\u0142",
        37: '-tIJ"\u2022',
        40: "?`f[]",
        44: "*rsz\u201c\u201d",
        47: "c~",
        50: "_eS#$0123456789<>a\u20ac",
        53: "^gv\u2013+b",
        56: "=Foxdyq\u00ab\u00bb\u0111\u00f8",
        59: "LYp\u0141u",
        62: "EPkZhnT\u00df",
        65: "%BV",
        72: "CRX\u00e6",
        74: "&DGOQUAKN\u2014\u00d8",
        79: "wH\u2026",
        84: "\u0153",
        91: "Mm",
        98: "@W\u00c6\u0152",
    }.items()
    for letter in letters
}


def fitted(title: str) -> tuple[list[str], int]:
    """Return the title in at most three lines, in the largest letters that have room; what never fits is cut."""
    title = " ".join(title.split())
    for size in range(SIZES[1], SMALLEST - 1, -1):
        lines = _wrapped(title, size)
        if len(lines) <= 3 and size <= SIZES[len(lines)] and all(width(line, size) <= ROOM for line in lines):
            return _balanced(title, size, len(lines)), size
    kept = [_cut(line, SMALLEST) for line in _wrapped(title, SMALLEST)[:3]]
    return [*kept[:-1], _cut(kept[-1].rstrip("…") + "…", SMALLEST)], SMALLEST


def _balanced(title: str, size: int, count: int) -> list[str]:
    """Return so many lines of about the same length, so that no word stands alone below two long lines."""
    tries = (_wrapped(title, size, room) for room in range(ROOM // 3, ROOM, 7))
    even = (lines for lines in tries if len(lines) == count and all(width(line, size) <= ROOM for line in lines))
    return next(even, _wrapped(title, size))


def _wrapped(title: str, size: int, room: int = ROOM) -> list[str]:
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(line: str, size: int) -> str:
    while width(line, size) > ROOM:
        line = line.rstrip("…")[:-1] + "…"
    return line


def width(line: str, size: int) -> float:
    """Return how wide a line is in units; letters that were not measured are taken for wide ones."""
    return size * sum(_letter(letter) for letter in line)


def _letter(letter: str) -> float:
    plain = unicodedata.normalize("NFD", letter)[0]
    return WIDTHS.get(letter) or WIDTHS.get(plain) or (1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.75)
