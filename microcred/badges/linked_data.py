"""Linked data without the web: from a JSON document to the canonical statements that a signature covers.

What is signed is not the JSON but the statements it stands for, so two things are made sure before anything is read:
every value of the JSON stands for a statement, and turning it into statements takes little time, whoever wrote it.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SHIPPED = Path(__file__).with_name("contexts")
CONTEXTS = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "open-badges-3.0.3.json"}

LARGEST = 256 * 1024  # bytes of compact JSON
DEEPEST = 20  # levels; a badge has 8
MOST_VALUES = 1500  # objects, arrays and simple values; a rubric of 15 criteria with 5 levels has about 600
MOST_ALIKE = 5  # nameless objects with the same statements: putting them in order tries every order

ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*")
OTHER_NAMES = {"AchievementCredential": "OpenBadgeCredential"}  # one type under two names
PYLD = threading.Lock()  # the caches of PyLD are shared by all threads and not made for it

Document = dict[str, Any]


class TooMuch(ValueError):
    """The document is larger, deeper or more tangled than any badge needs to be."""


class OutsideContext(ValueError):
    """The document names other contexts than the ones shipped here."""


class NotStated(ValueError):
    """A part of the document stands for no statement, so a signature would not cover it."""


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the sorted N-Quads (RDFC-1.0) of a document; raise one of the three errors above."""
    _require_known_contexts(document)
    _require_substance(document)
    with PYLD:
        return _canonical(dict(document))


def _canonical(document: Document) -> bytes:
    from pyld import canon, jsonld  # takes 0.1 s, which only badges need

    expanded = jsonld.expand(document, _options())
    _require_absolute_names(expanded)
    compacted = jsonld.compact(expanded, document["@context"], _options())
    if _loosely(compacted) != _loosely(document):
        raise NotStated("a term is not defined")
    statements = jsonld.to_rdf(expanded, _options())
    _require_distinct(statements)
    lines: str = canon.URDNA2015().main(statements, {"format": "application/n-quads"})
    return lines.encode()


def _options() -> dict[str, Any]:
    return {"base": None, "documentLoader": _shipped, "processingMode": "json-ld-1.1"}


def _shipped(url: str, _options: object = None) -> dict[str, Any]:
    if url not in CONTEXTS:
        raise OutsideContext(url)
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _context(url)}


@cache
def _context(url: str) -> Document:
    context: Document = json.loads((SHIPPED / CONTEXTS[url]).read_text("utf-8"))
    return context


def _require_known_contexts(document: Mapping[str, Any]) -> None:
    if document.get("@context") not in ([CREDENTIALS], [CREDENTIALS, OPEN_BADGES]):
        raise OutsideContext("the contexts are not those of an Open Badge")


def _require_substance(document: Mapping[str, Any]) -> None:
    """Refuse what linked data would pass over in silence (null, nothing, keywords), and what costs too much."""
    if len(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()) > LARGEST:
        raise TooMuch("too many bytes")
    for count, (depth, value) in enumerate(_values({k: v for k, v in document.items() if k != "@context"}), 1):
        if count > MOST_VALUES or depth > DEEPEST:
            raise TooMuch("too many values or levels")
        if value is None or value in ([], {}) or _has_keyword(value) or _repeats(value):
            raise NotStated("a value says nothing")


def _values(document: Document) -> Iterator[tuple[int, Any]]:
    waiting: list[tuple[int, Any]] = [(1, document)]
    while waiting:
        depth, value = waiting.pop()
        yield depth, value
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting.extend((depth + 1, each) for each in inner)


def _has_keyword(value: object) -> bool:
    return isinstance(value, dict) and any(key.startswith("@") or ":" in key for key in value)


def _repeats(value: object) -> bool:
    """Tell whether an array holds a value or a named thing twice, or arrays: as statements they would melt into one."""
    if not isinstance(value, list):
        return False
    told = [str(each.get("id", id(each))) if isinstance(each, dict) else each for each in value]
    return any(isinstance(each, list) for each in told) or len(set(told)) < len(told)


def _require_absolute_names(expanded: Any) -> None:
    """Refuse names (of things and of types) that are relative or blank: they would be dropped, or could tie knots."""
    for _, value in _values({"": expanded}):
        if isinstance(value, dict):
            names = [value.get("@id"), *_listed(value.get("@type"))]
            if not all(name is None or name == "@json" or ABSOLUTE.fullmatch(name) for name in names):
                raise NotStated("a name is not absolute")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _loosely(value: Any) -> Any:
    """Return a value as linked data reads it: an array of one is its only member, a synonym is its other name."""
    if isinstance(value, dict):
        return {key: _loosely(inner) for key, inner in value.items() if key != "@context"}
    if isinstance(value, list):
        return _loosely(value[0]) if len(value) == 1 else [_loosely(each) for each in value]
    return OTHER_NAMES.get(value, value) if isinstance(value, str) else value


def _require_distinct(statements: Mapping[str, list[dict[str, Any]]]) -> None:
    """Refuse many nameless things that look the same: ordering those alone can take longer than the sun has left."""
    described: dict[str, list[str]] = {}
    for statement in (each for graph in statements.values() for each in graph):
        for name in {part["value"] for part in statement.values() if part["type"] == "blank node"}:
            described.setdefault(name, []).append(_seen_from(name, statement))
    alike = Counter(tuple(sorted(lines)) for lines in described.values())
    if sum(count for count in alike.values() if count > 1) > MOST_ALIKE:
        raise TooMuch("too many parts that look the same")


def _seen_from(name: str, statement: Mapping[str, dict[str, Any]]) -> str:
    """Return a statement as a nameless thing in it sees it: itself is `a`, every other nameless thing is `z`."""
    parts = (statement[place] for place in ("subject", "predicate", "object"))
    return repr([_seen_part(name, part) for part in parts])


def _seen_part(name: str, part: Mapping[str, Any]) -> object:
    if part["type"] == "blank node":
        return "a" if part["value"] == name else "z"
    return sorted(part.items())
