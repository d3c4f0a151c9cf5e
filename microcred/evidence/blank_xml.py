"""XML streamed from one file to another with the places blanked where an Office program notes who wrote."""

import io
from collections.abc import Callable, Set
from typing import BinaryIO
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import ContentHandler, feature_external_ges, property_lexical_handler
from xml.sax.saxutils import escape, quoteattr
from xml.sax.xmlreader import AttributesImpl

from flask_babel import lazy_gettext as _l

from microcred.evidence.refusals import refused

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic")

# Local names, without their prefixes. A pair names an attribute of one element only.
BLANK_ATTRIBUTES = {"author", "initials", "refreshedBy", "userName", "absref", "docname", "export-filename"}
BLANK_PAIRS = {
    *(("cmAuthor", "name"), ("presenceInfo", "userId"), ("presenceInfo", "providerId"), ("userInfo", "name")),
    *(("person", "displayName"), ("person", "userId"), ("person", "providerId"), ("absPath", "url")),
    *(("cNvPr", "name"), ("docPr", "name"), ("imagedata", "title"), ("fill", "title"), ("author", "name")),
    *(("author", "userId"), ("author", "providerId"), ("frame", "name"), ("workbookPr", "codeName")),
}
BLANK_TEXTS = {
    *("author", "creator", "creator-initials", "initial-creator", "printed-by", "author-name", "author-initials"),
    *("sender-initials", "sender-firstname", "sender-lastname", "sender-title", "sender-position", "sender-email"),
    *("sender-phone-private", "sender-phone-work", "sender-fax", "sender-company", "sender-street", "sender-city"),
    *("sender-postal-code", "sender-country", "sender-state-or-province"),
}
BLANK_SETTINGS = ("Printer", "Current", "Rsid", "Redline")
DROPPED_ELEMENTS = {
    "rsids",
    "docVars",
    "attachedTemplate",
    "docId",
    "mailMerge",
    "script",
    "scripts",
    "event-listeners",
}

MARKUP_TRICK = _l("This document uses XML declarations that Office programs never write. Please save it as PDF.")

Attribute = Callable[[str, str, str], str | None]


class BlankingWriter(ContentHandler):
    """Writes what the parser reads, leaving out comments, processing instructions and people.

    `attribute(element, name, value)` has the last word on each attribute; None leaves it out.
    """

    def __init__(self, target: io.TextIOBase, attribute: Attribute, dropped: Set[str] = DROPPED_ELEMENTS) -> None:
        super().__init__()
        self._write = target.write
        self._attribute = attribute
        self._dropped_elements = dropped
        self._dropped = 0
        self._blank = 0
        self._open = False
        self._people: set[str] = set()

    def startDocument(self) -> None:  # noqa: N802 - the parser calls it so
        self._write(DECLARATION)

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser calls it so
        element = local(name)
        if self._dropped or element in self._dropped_elements:
            self._dropped += 1
            return
        self._close_tag()
        self._write(f"<{name}{self._attributes(element, attrs)}")
        self._open = True
        if self._blank or element in BLANK_TEXTS or _is_a_telling_setting(element, attrs):
            self._blank += 1

    def endElement(self, name: str) -> None:  # noqa: N802 - the parser calls it so
        if self._dropped:
            self._dropped -= 1
            return
        self._blank -= 1 if self._blank else 0
        self._write("/>" if self._open else f"</{name}>")
        self._open = False

    def characters(self, content: str) -> None:
        """Excel begins a note with its author's name and a colon: such a line goes with the name that it repeats."""
        if self._blank:
            self._people.add(f"{content.strip()}:")
        elif not self._dropped and content.strip() not in self._people:
            self._write_text(content)

    def _write_text(self, content: str) -> None:
        self._close_tag()
        self._write(escape(content, {"\r": "&#13;"}))

    def ignorableWhitespace(self, whitespace: str) -> None:  # noqa: N802 - the parser calls it so
        self.characters(whitespace)

    def _close_tag(self) -> None:
        if self._open:
            self._write(">")
            self._open = False

    def _attributes(self, element: str, attrs: AttributesImpl) -> str:
        written = []
        for name, value in attrs.items():
            if _is_an_editing_session(name):
                continue
            kept = self._attribute(element, name, _without_people(element, local(name), value))
            if kept is not None:
                written.append(f" {name}={quoteattr(kept)}")
        return "".join(written)


def local(name: str) -> str:
    return name.rpartition(":")[2]


def _is_an_editing_session(name: str) -> bool:
    """Word numbers editing sessions; the same numbers in two documents betray the same author."""
    return local(name).startswith("rsid")


def _is_a_telling_setting(element: str, attrs: AttributesImpl) -> bool:
    return element == "config-item" and attrs.get("config:name", "").startswith(BLANK_SETTINGS)


def _without_people(element: str, name: str, value: str) -> str:
    if name in BLANK_ATTRIBUTES or (element, name) in BLANK_PAIRS:
        return ""
    if name == "descr" and (value.lower().endswith(PICTURE_ENDINGS) or "\\" in value):
        return ""
    return value


def keep_attribute(element: str, name: str, value: str) -> str | None:
    return value


def blank(
    source: BinaryIO, target: BinaryIO, attribute: Attribute = keep_attribute, dropped: Set[str] = DROPPED_ELEMENTS
) -> None:
    """Stream XML from source to target with BlankingWriter."""
    text = io.TextIOWrapper(target, encoding="utf-8", newline="")
    read(source, BlankingWriter(text, attribute, dropped))
    text.flush()
    text.detach()


def blank_drawing(source: BinaryIO, target: BinaryIO) -> None:
    """An SVG drawing keeps its author and licence in an element of its own."""
    blank(source, target, dropped=DROPPED_ELEMENTS | {"metadata", "namedview"})


def read(source: BinaryIO, handler: ContentHandler) -> None:
    """Parse XML, refusing a document type: it is how XML is made to explode or to fetch."""
    parser = ExpatParser()
    parser.setFeature(feature_external_ges, state=False)
    parser.setContentHandler(handler)
    parser.setProperty(property_lexical_handler, _NoDocumentType())
    parser.parse(source)


class _NoDocumentType:
    def startDTD(self, name: str, public_id: str | None, system_id: str | None) -> None:  # noqa: N802 - the parser calls it so
        raise refused(MARKUP_TRICK)

    def endDTD(self) -> None: ...  # noqa: N802 - the parser calls it so

    def comment(self, content: str) -> None: ...

    def startCDATA(self) -> None: ...  # noqa: N802 - the parser calls it so

    def endCDATA(self) -> None: ...  # noqa: N802 - the parser calls it so
