"""The flat lists in an Office package, of parts and relationships, written again without what was left out."""

from collections.abc import Callable
from typing import BinaryIO
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import quoteattr
from xml.sax.xmlreader import AttributesImpl

from microcred.evidence.blank_xml import DECLARATION, local, read

Attributes = dict[str, str]
Entry = Callable[[str, Attributes], Attributes | None]


class _Listing(ContentHandler):
    """Writes the root and, below it, each entry as `entry(name, attributes)` words it, or not at all."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self._entry = entry
        self._root = ""
        self._lines: list[str] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser calls it so
        attributes = dict(attrs.items())
        if not self._root:
            self._root = name
            self._lines.append(f"{DECLARATION}<{name}{_written(attributes)}>")
        elif (kept := self._entry(local(name), attributes)) is not None:
            self._lines.append(f"<{name}{_written(kept)}/>")

    def document(self) -> bytes:
        return f"{''.join(self._lines)}</{self._root}>".encode()


def _written(attributes: Attributes) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())


def rewrite_listing(source: BinaryIO, target: BinaryIO, *, entry: Entry) -> None:
    """Write the list from source to target, entry by entry."""
    listing = _Listing(entry)
    read(source, listing)
    target.write(listing.document())
