"""What differs between two versions of a rubric, criterion by criterion and word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
WORD = re.compile(r"\s*\S+\s*")
MOST_COMPARISONS = 1_000_000
"""Words of one text times words of the other: beyond that a text is shown as replaced, not word by word."""

NOTHING: Mapping[str, Any] = {"code": "", "name": "", "levels": []}
LEVEL_FIELDS = {
    "name": _l("Level “%(level)s”: name"),
    "points": _l("Level “%(level)s”: points"),
    "descriptor": _l("Level “%(level)s”: how one recognises it"),
}


class Piece(NamedTuple):
    """A run of words that is the same in both texts, added, or removed."""

    kind: str
    text: str


class Change(NamedTuple):
    """One text that differs: what it is, and its pieces."""

    label: str
    pieces: list[Piece]

    @property
    def is_only_spaces(self) -> bool:
        """Whether no word differs."""
        return all(piece.kind == SAME for piece in self.pieces)


class CriterionDifference(NamedTuple):
    """A criterion that was added, removed or changed, and how."""

    kind: str
    name: str
    changes: list[Change]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[CriterionDifference]:
    """What differs from one rubric, as in a file, to another; what stays as it is is left out."""
    old, new = _by_code(before["criteria"]), _by_code(after["criteria"])
    moved = _moved(list(old), list(new))
    found = [_criterion(old.get(code, NOTHING), each, has_moved=code in moved) for code, each in new.items()]
    found += [_criterion(each, NOTHING, has_moved=False) for code, each in old.items() if code not in new]
    return [each for each in found if each.changes]


def _by_code(entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {entry["code"]: entry for entry in entries}


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """What stands elsewhere among what both have."""
    old, new = [code for code in before if code in after], [code for code in after if code in before]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return set(new) - {code for block in blocks for code in new[block.b : block.b + block.size]}


def _criterion(before: Mapping[str, Any], after: Mapping[str, Any], *, has_moved: bool) -> CriterionDifference:
    kind = ADDED if before is NOTHING else REMOVED if after is NOTHING else CHANGED
    changes = [*_head(before, after, has_moved=has_moved), *_levels(before["levels"], after["levels"])]
    return CriterionDifference(kind, after["name"] or before["name"], changes)


def _head(before: Mapping[str, Any], after: Mapping[str, Any], *, has_moved: bool) -> Iterator[Change]:
    yield from _change(_("Name"), before["name"], after["name"])
    yield from _change(_("Has to be met"), _said(before), _said(after))
    yield from _change(_("Met from"), _required(before), _required(after))
    if has_moved:
        yield Change(_("Order"), [Piece(ADDED, _("stands elsewhere among the criteria"))])


def _said(criterion: Mapping[str, Any]) -> str:
    if criterion is NOTHING:
        return ""
    return _("yes") if criterion["is_required"] else _("no")


def _required(criterion: Mapping[str, Any]) -> str:
    """The name of the required level; that it has another name now is said where the level is."""
    levels = {level["code"]: level["name"] for level in criterion["levels"]}
    return str(levels.get(criterion.get("required_level", ""), ""))


def _levels(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    old, new = _by_code(before), _by_code(after)
    for code, level in new.items():
        yield from _level(old.get(code, {}), level)
    for code, level in old.items():
        if code not in new:
            yield from _level(level, {})
    for code in _moved(list(old), list(new)):
        yield Change(_("Order"), [Piece(ADDED, _("“%(level)s” stands elsewhere", level=new[code]["name"]))])


def _level(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    name = after.get("name") or before.get("name")
    for field, label in LEVEL_FIELDS.items():
        yield from _change(str(label) % {"level": name}, str(before.get(field, "")), str(after.get(field, "")))


def _change(label: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(label, words(before, after))


def words(before: str, after: str) -> list[Piece]:
    """Both texts in one, as runs of words that are the same, removed, added; spaces alone make no difference."""
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) * len(new) > MOST_COMPARISONS:
        return [Piece(REMOVED, before), Piece(ADDED, after)]
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new])
    pieces: list[Piece] = []
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        gone, come = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        pieces += [Piece(SAME, come)] if kind == "equal" else [Piece(REMOVED, gone), Piece(ADDED, come)]
    return [piece for piece in pieces if piece.text]
