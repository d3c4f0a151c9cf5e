"""PDF documents written anew from their pages alone: no author, no scripts, no attachments, no earlier versions."""

# ruff: noqa: SLF001 - pypdf offers no public way to a writer's objects and a stream's bytes as they are stored.

import logging
import zlib
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _l
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from microcred.evidence.photo_markers import without_jpeg2000_metadata, without_jpeg_metadata
from microcred.evidence.refusals import refused, refusing_what_breaks

# What pypdf has to say about a broken file quotes the file, and logs carry no names.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

MOST_PAGES = 1000
MOST_PICTURE_BYTES = 100 * 1024 * 1024

ENCRYPTED = _l("This PDF is protected by a password. Please save it without one and hand it in again.")
BROKEN_PDF = _l("This PDF is broken and cannot be cleaned. Please print it to a new PDF and hand that in.")
TOO_MANY_PAGES = _l("This PDF has more than 1,000 pages. Please hand in only the pages that matter.")
NO_PAGES = _l("This PDF has no pages.")

PAGE_KEYS = {
    *("/Type", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate"),
    *("/UserUnit", "/Group", "/Contents", "/Annots"),
}
ANNOTATION_KEYS = {
    *("/Type", "/Subtype", "/Rect", "/Contents", "/AP", "/AS", "/F", "/C", "/Border", "/BS", "/BE", "/QuadPoints"),
    *("/InkList", "/Vertices", "/L", "/LE", "/IC", "/CA", "/DA", "/Q", "/RD"),
}
ANNOTATION_KINDS = {
    *("/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline"),
    *("/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Link", "/Widget"),
}
# Wherever they stand, these hold who made it, with what, when; or files and scripts; or the tree of a tagged PDF.
NEVER_COPIED = (
    *("/Metadata", "/PieceInfo", "/LastModified", "/AF", "/EF", "/AA", "/JS", "/OpenAction", "/Thumb", "/OPI"),
    *("/StructParent", "/StructParents", "/PtData", "/Measure"),
)


def clean_pdf(source: BinaryIO, target: BinaryIO) -> None:
    """Write the pages to a new PDF. What no page needs, such as scripts, attachments and old versions, stays behind."""
    with refusing_what_breaks(BROKEN_PDF):
        reader = PdfReader(source)
        _refuse_the_unreadable(reader)
        writer = PdfWriter()
        writer.metadata = None
        for page in reader.pages:
            _strip_page(page)
            writer.add_page(page, excluded_keys=NEVER_COPIED)
        _strip_pictures(writer)
        writer.write(target)


def _refuse_the_unreadable(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise refused(ENCRYPTED)
    if len(reader.pages) > MOST_PAGES:
        raise refused(TOO_MANY_PAGES)
    if not reader.pages:
        raise refused(NO_PAGES)


def _strip_page(page: PageObject) -> None:
    annotations = page.get("/Annots")
    for key in set(page) - PAGE_KEYS:
        del page[key]
    page.pop("/Annots", None)
    kept = [_cleaned_annotation(annotation.get_object()) for annotation in _entries(annotations)]
    if any(kept):
        page[NameObject("/Annots")] = ArrayObject(annotation for annotation in kept if annotation)


def _entries(annotations: Any) -> list[Any]:
    resolved = annotations.get_object() if annotations is not None else None
    return list(resolved) if isinstance(resolved, ArrayObject) else []


def _cleaned_annotation(annotation: Any) -> DictionaryObject | None:
    """Copy what an annotation shows, and not who made it; None for films, sounds, attachments and the like."""
    if not isinstance(annotation, DictionaryObject) or annotation.get("/Subtype") not in ANNOTATION_KINDS:
        return None
    cleaned = DictionaryObject({key: annotation.raw_get(key) for key in annotation if key in ANNOTATION_KEYS})
    if annotation.get("/Subtype") == "/Widget":
        # Without its form a filled-in field is only its picture, which every viewer draws for a stamp.
        cleaned[NameObject("/Subtype")] = NameObject("/Stamp")
    address = _web_address(annotation)
    if address is not None:
        cleaned[NameObject("/A")] = address
    return cleaned


def _web_address(annotation: DictionaryObject) -> DictionaryObject | None:
    action = annotation.get("/A")
    if not isinstance(action, DictionaryObject) or action.get("/S") != "/URI" or "/URI" not in action:
        return None
    return DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/URI"): action["/URI"]})


def _strip_pictures(writer: PdfWriter) -> None:
    for thing in writer._objects:
        if isinstance(thing, StreamObject):
            _strip_picture(thing)


def _strip_picture(stream: StreamObject) -> None:
    """A photograph inside a PDF is a whole JPEG file, with its own record of camera, place and author."""
    filters = _filters(stream)
    if filters == ["/DCTDecode"]:
        stream._data = without_jpeg_metadata(stream._data)
    elif filters == ["/JPXDecode"]:
        stream._data = without_jpeg2000_metadata(stream._data)
    elif filters == ["/FlateDecode", "/DCTDecode"]:
        stream._data = without_jpeg_metadata(zlib.decompressobj().decompress(stream._data, MOST_PICTURE_BYTES))
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        stream.pop("/DecodeParms", None)
    elif {"/DCTDecode", "/JPXDecode"} & set(filters):
        raise refused(BROKEN_PDF)


def _filters(stream: StreamObject) -> list[str]:
    declared = stream.get("/Filter")
    resolved = declared.get_object() if declared is not None else []
    return [str(name.get_object()) for name in resolved] if isinstance(resolved, list) else [str(resolved)]
