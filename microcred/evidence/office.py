"""Word, PowerPoint and Excel documents packed anew: only the parts that the content needs, and nobody's name."""

import posixpath
import re
import zipfile
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from flask_babel import lazy_gettext as _l

from microcred.evidence import packages
from microcred.evidence.blank_xml import blank, blank_drawing, local, read
from microcred.evidence.listings import Attributes, rewrite_listing
from microcred.evidence.packages import HAS_MACROS, UNCLEANABLE, Allowance, Writer
from microcred.evidence.refusals import refused, refusing_what_breaks

CONTENT_TYPES = "[Content_Types].xml"
NOWHERE = "about:blank"
XML_ENDINGS = {".xml", ".rels", ".vml"}
FONT_ENDINGS = {".odttf", ".fntdata"}
NESTED_ENDINGS = {".docx", ".pptx", ".xlsx"}
RENAMED_FOLDERS = {"media", "embeddings"}
# How the types of relationships end whose targets tell about people, machines and printers, not about the content.
TELLING = re.compile(
    r"(properties|thumbnail|/people|/person|customXml\w*|customProperty|printerSettings|attachedTemplate|origin|signature"
    r"|changesInfo|revisionInfo|revisionHeaders|usernames|keyMapCustomizations|classificationlabels|webextension\w*"
    r"|extensibility|userCustomization|recipientData|mailMerge\w*)$",
    re.IGNORECASE,
)
BROKEN_OFFICE = _l("This document is broken and cannot be cleaned. Please save it again, or as PDF, and hand that in.")


def clean_office(source: BinaryIO, target: BinaryIO) -> None:
    """Write a new package with what the document's start can reach over relationships that are not telling."""
    _clean(source, target, allowance=Allowance(), may_nest=True)


def _clean(source: BinaryIO, target: BinaryIO, *, allowance: Allowance, may_nest: bool) -> None:
    nested = partial(_clean, allowance=allowance, may_nest=False) if may_nest else None
    with refusing_what_breaks(BROKEN_OFFICE), zipfile.ZipFile(source) as package:
        packages.refuse_a_dangerous_package(package, packages.size_of(source), allowance)
        parts = _reachable_parts(package)
        names = _new_names(parts)
        with zipfile.ZipFile(target, "w") as clean:
            packages.rewrite_member(package, CONTENT_TYPES, clean, CONTENT_TYPES, _content_types_writer(names))
            for part in parts:
                write = _relationships_writer(part, names) if part.endswith(".rels") else _part_writer(part, nested)
                packages.rewrite_member(package, part, clean, names[part], write)


class _Relationships(ContentHandler):
    """Collects where the relationships of one part lead, leaving out the telling ones and those that lead outside."""

    def __init__(self, of_part: str) -> None:
        super().__init__()
        self._of_part = of_part
        self.targets: list[str] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser calls it so
        attributes = dict(attrs.items())
        if local(name) == "Relationship" and not _is_telling(attributes) and attributes.get("TargetMode") != "External":
            self.targets.append(_resolved(self._of_part, attributes.get("Target", "")))


def _is_telling(attributes: Attributes) -> bool:
    return TELLING.search(attributes.get("Type", "")) is not None


def _reachable_parts(package: zipfile.ZipFile) -> list[str]:
    known = {name for name in package.namelist() if not name.endswith("/")}
    found: list[str] = []
    waiting = [""]
    seen = {"", CONTENT_TYPES}
    while waiting:
        part = waiting.pop()
        relationships = _relationships_of(part)
        found += [name for name in (part, relationships) if name in known]
        fresh = [target for target in _targets(package, part, known) if target in known and target not in seen]
        seen.update(fresh)
        waiting += dict.fromkeys(fresh)
    return found


def _targets(package: zipfile.ZipFile, part: str, known: set[str]) -> list[str]:
    if _relationships_of(part) not in known:
        return []
    handler = _Relationships(part)
    with package.open(_relationships_of(part)) as member:
        read(member, handler)  # type: ignore[arg-type]
    return handler.targets


def _relationships_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _part_of(relationships: str) -> str:
    folder, name = posixpath.split(relationships)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _resolved(of_part: str, target: str) -> str:
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(of_part), path)).lstrip("/")


def _new_names(parts: list[str]) -> dict[str, str]:
    """Number pictures and embedded files: people leave their names in them."""
    return {part: _numbered(part, number) for number, part in enumerate(parts, start=1)}


def _numbered(part: str, number: int) -> str:
    path = PurePosixPath(part)
    if path.parent.name not in RENAMED_FOLDERS:
        return part
    return str(path.with_name(f"file{number}{path.suffix.lower()}"))


def _content_types_writer(names: dict[str, str]) -> Writer:
    return partial(rewrite_listing, entry=partial(_content_type, names))


def _content_type(names: dict[str, str], element: str, attributes: Attributes) -> Attributes | None:
    if "macroEnabled" in attributes.get("ContentType", "") or "vbaProject" in attributes.get("ContentType", ""):
        raise refused(HAS_MACROS)
    if element != "Override":
        return attributes
    renamed = names.get(unquote(attributes.get("PartName", "")).lstrip("/"))
    return None if renamed is None else {**attributes, "PartName": f"/{renamed}"}


def _relationships_writer(relationships: str, names: dict[str, str]) -> Writer:
    return partial(rewrite_listing, entry=partial(_relationship, _part_of(relationships), names))


def _relationship(part: str, names: dict[str, str], element: str, attributes: Attributes) -> Attributes | None:
    if _is_telling(attributes):
        return None
    is_outside = attributes.get("TargetMode") == "External"
    address = _outside(attributes) if is_outside else _inside(attributes, part, names)
    return None if address is None else {**attributes, "Target": address}


def _inside(attributes: Attributes, part: str, names: dict[str, str]) -> str | None:
    target = attributes.get("Target", "")
    renamed = names.get(_resolved(part, target))
    return target if target.startswith("#") else None if renamed is None else f"/{renamed}"


def _outside(attributes: Attributes) -> str:
    """Only links that a reader clicks may lead outside; pictures and templates from elsewhere would call home."""
    target = attributes.get("Target", "")
    is_link = attributes.get("Type", "").endswith("/hyperlink")
    return target if is_link and target.lower().startswith(("http:", "https:", "mailto:", "tel:")) else NOWHERE


def _part_writer(part: str, nested: Writer | None) -> Writer:
    ending = PurePosixPath(part.lower()).suffix
    if ending == ".svg":
        return blank_drawing
    if ending in XML_ENDINGS:
        return partial(blank, attribute=_without_dropped_printer)
    if ending in packages.PICTURES:
        return packages.redraw
    if ending in FONT_ENDINGS:
        return packages.copy
    if ending in NESTED_ENDINGS and nested:
        return nested
    raise refused(UNCLEANABLE)


def _without_dropped_printer(element: str, name: str, value: str) -> str | None:
    """A page set-up points at settings of a printer, which were left out."""
    return None if element == "pageSetup" and local(name) == "id" else value
