"""Files with an author's name wherever files remember authors, and the search for it in all layers of a file."""

import io
import zipfile
from collections.abc import Callable

from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from microcred.evidence.cleaning import CleanFile, clean

CANARY = "Zipporah-Quill"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "application/vnd.openxmlformats-officedocument."


def photograph(format_name: str = "JPEG", size: tuple[int, int] = (40, 20), orientation: int = 1) -> bytes:
    """A picture whose EXIF, XMP, comment and text chunks name the author."""
    picture = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x0112], exif[0x013B], exif[0x8298] = orientation, CANARY, CANARY
    luggage: dict[str, object] = {"exif": exif, "icc_profile": b"profile of " + CANARY.encode()}
    if format_name == "JPEG":
        luggage |= {"comment": CANARY.encode(), "xmp": f"<x>{CANARY}</x>".encode()}
    if format_name == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", CANARY)
        text.add_itxt("XML:com.adobe.xmp", CANARY, zip=True)
        luggage["pnginfo"] = text
    if format_name == "WEBP":
        luggage["xmp"] = f"<x>{CANARY}</x>".encode()
    if format_name == "GIF":
        luggage = {"comment": CANARY.encode()}
    written = io.BytesIO()
    picture.save(written, format_name, **luggage)
    return written.getvalue()


def pdf() -> bytes:
    """A PDF that names the author in all the places that a PDF has for it, and that would act when opened."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": CANARY, "/Title": CANARY, "/Company": CANARY})
    writer.xmp_metadata = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{CANARY}</x:xmpmeta>'.encode()
    writer.root_object[NameObject("/OpenAction")] = _action("/JavaScript", "/JS")
    writer.add_attachment(f"{CANARY}.txt", CANARY.encode())
    writer.add_outline_item(title=CANARY, page_number=0)
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Private"): TextStringObject(CANARY)})
    page[NameObject("/Metadata")] = writer._add_object(_stream(CANARY.encode()))
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): _action("/Launch", "/F")})
    page[NameObject("/Annots")] = ArrayObject(writer._add_object(note) for note in _annotations())
    page[NameObject("/Resources")] = _photograph_in_pdf(writer)
    page[NameObject("/Contents")] = writer._add_object(_stream(b"q 100 0 0 50 10 10 cm /Photo Do Q"))
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue() + f"\n% left over from an earlier version: {CANARY}\n".encode()


def _stream(content: bytes) -> StreamObject:
    stream = DecodedStreamObject()
    stream.set_data(content)
    return stream


def _action(kind: str, key: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(CANARY)})


def _annotations() -> list[DictionaryObject]:
    place = ArrayObject(FloatObject(number) for number in (10, 10, 50, 50))
    shared = {NameObject("/Type"): NameObject("/Annot"), NameObject("/Rect"): place}
    shared |= {NameObject(key): TextStringObject(CANARY) for key in ("/T", "/NM", "/Subj", "/TU")}
    note = {NameObject("/Subtype"): NameObject("/Text"), NameObject("/Contents"): TextStringObject("a kept remark")}
    launch = {NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): _action("/Launch", "/F")}
    script = {NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): _action("/JavaScript", "/JS")}
    field = {NameObject("/Subtype"): NameObject("/Widget"), NameObject("/V"): TextStringObject(CANARY)}
    film = {NameObject("/Subtype"): NameObject("/RichMedia")}
    address = DictionaryObject(
        {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://school.example/kept")}
    )
    link = {NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): address}
    return [DictionaryObject(shared | own) for own in (note, launch, script, field, film, link)]


def _photograph_in_pdf(writer: PdfWriter) -> DictionaryObject:
    photo = StreamObject()
    photo._data = photograph()
    photo[NameObject("/Filter")] = NameObject("/DCTDecode")
    photo[NameObject("/Subtype")] = NameObject("/Image")
    photo[NameObject("/ColorSpace")] = NameObject("/DeviceRGB")
    for key, number in {"/Width": 40, "/Height": 20, "/BitsPerComponent": 8}.items():
        photo[NameObject(key)] = NumberObject(number)
    photo[NameObject("/Metadata")] = writer._add_object(_stream(CANARY.encode()))
    shown = DictionaryObject({NameObject("/Photo"): writer._add_object(photo)})
    return DictionaryObject({NameObject("/XObject"): shown})


def package(members: dict[str, str | bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.comment = b""
        for name, content in members.items():
            packed.writestr(name, content)
    return written.getvalue()


def relationships(**targets: tuple[str, str]) -> str:
    lines = []
    for key, (kind, target) in targets.items():
        full_kind = kind if ":" in kind else f"{RELATION}/{kind}"
        mode = ' TargetMode="External"' if ":" in target else ""
        lines.append(f'<Relationship Id="{key}" Type="{full_kind}" Target="{target}"{mode}/>')
    return f'<Relationships xmlns="{PACKAGE}">{"".join(lines)}</Relationships>'


def content_types(main: str, kind: str, *others: str) -> str:
    overrides = "".join(f'<Override PartName="/{other}" ContentType="application/xml"/>' for other in others)
    return (
        f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{OFFICE}{kind}.main+xml"/>{overrides}</Types>'
    )


def word_members() -> dict[str, str | bytes]:
    """A Word document with a name in each place that Word has for names."""
    person = f'w:author="{CANARY}" w:initials="{CANARY}" w:date="2026-11-02T10:00:00Z"'
    return {
        "[Content_Types].xml": content_types(
            "word/document.xml", "wordprocessingml.document", "docProps/core.xml", "word/people.xml"
        ),
        "_rels/.rels": relationships(
            a=("officeDocument", "word/document.xml"),
            b=(f"{PACKAGE}/metadata/core-properties", "docProps/core.xml"),
            c=("extended-properties", "docProps/app.xml"),
            d=("custom-properties", "docProps/custom.xml"),
            e=(f"{PACKAGE}/metadata/thumbnail", "docProps/thumbnail.jpeg"),
        ),
        "docProps/core.xml": f"<p><creator>{CANARY}</creator><lastModifiedBy>{CANARY}</lastModifiedBy></p>",
        "docProps/app.xml": f"<p><Company>{CANARY}</Company></p>",
        "docProps/custom.xml": f"<p><property>{CANARY}</property></p>",
        "docProps/thumbnail.jpeg": photograph(),
        "word/document.xml": f'<?xml version="1.0"?><!-- {CANARY} --><w:document xmlns:w="{WORD}" xmlns:a="a">'
        f'<w:body><w:p w:rsidR="00C0FFEE"><w:ins {person}><w:r><w:t>kept &amp; inserted </w:t></w:r></w:ins>'
        f"<w:del {person}><w:r><w:delText>kept deletion</w:delText></w:r></w:del>"
        f'<a:cNvPr id="1" name="{CANARY}.jpg" descr="C:\\Users\\{CANARY}\\photo.jpg"/></w:p></w:body></w:document>',
        "word/_rels/document.xml.rels": relationships(
            a=("comments", "comments.xml"),
            b=("image", f"media/{CANARY}.jpeg"),
            c=("http://schemas.microsoft.com/office/2011/relationships/people", "people.xml"),
            d=("settings", "settings.xml"),
            e=("customXml", "../customXml/item1.xml"),
            f=("hyperlink", "https://school.example/kept"),
            g=("image", f"file:///C:/Users/{CANARY}/photo.jpg"),
            h=("package", "embeddings/sheet.xlsx"),
        ),
        "word/comments.xml": f'<w:comments xmlns:w="{WORD}"><w:comment w:id="1" {person}><w:p><w:r><w:t>kept remark'
        "</w:t></w:r></w:p></w:comment></w:comments>",
        f"word/media/{CANARY}.jpeg": photograph(),
        "word/people.xml": f"<people><person author='{CANARY}'/></people>",
        "word/settings.xml": f'<w:settings xmlns:w="{WORD}" xmlns:r="{RELATION}"><w:attachedTemplate r:id="a"/>'
        f'<w:docVars><w:docVar w:name="x" w:val="{CANARY}"/></w:docVars><w:rsids><w:rsid w:val="00C0FFEE"/></w:rsids>'
        "</w:settings>",
        "word/_rels/settings.xml.rels": relationships(a=("attachedTemplate", f"file:///C:/Users/{CANARY}/a.dotx")),
        "customXml/item1.xml": f"<item>{CANARY}</item>",
        "word/embeddings/sheet.xlsx": package(workbook_members()),
        f"left/over/{CANARY}.xml": f"<x>{CANARY}</x>",
    }


def workbook_members() -> dict[str, str | bytes]:
    """An Excel workbook with names in its notes, its threads, its path and its printer."""
    return {
        "[Content_Types].xml": content_types("xl/workbook.xml", "spreadsheetml.sheet", "docProps/core.xml"),
        "_rels/.rels": relationships(
            a=("officeDocument", "xl/workbook.xml"), b=(f"{PACKAGE}/metadata/core-properties", "docProps/core.xml")
        ),
        "docProps/core.xml": f"<p><creator>{CANARY}</creator></p>",
        "xl/workbook.xml": f'<workbook xmlns:x="x"><fileSharing userName="{CANARY}"/><x:absPath url="C:\\{CANARY}"/>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": relationships(a=("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns:r="{RELATION}"><c>kept sum</c><pageSetup r:id="b"/></worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": relationships(
            a=("comments", "../comments1.xml"), b=("printerSettings", "../printerSettings/printerSettings1.bin")
        ),
        "xl/comments1.xml": f"<comments><authors><author>{CANARY}</author></authors><commentList><comment><text>"
        f"<r><t>{CANARY}:</t></r><r><t>kept note</t></r></text></comment></commentList></comments>",
        "xl/printerSettings/printerSettings1.bin": CANARY.encode("utf-16-le"),
    }


def presentation_members() -> dict[str, str | bytes]:
    """A presentation with the authors of its remarks, old way and new way."""
    return {
        "[Content_Types].xml": content_types("ppt/presentation.xml", "presentationml.presentation"),
        "_rels/.rels": relationships(a=("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": '<p:presentation xmlns:p="p"/>',
        "ppt/_rels/presentation.xml.rels": relationships(
            a=("commentAuthors", "commentAuthors.xml"),
            b=("http://schemas.microsoft.com/office/2018/10/relationships/authors", "authors.xml"),
            c=("slide", "slides/slide1.xml"),
            d=(
                "http://schemas.microsoft.com/office/2016/11/relationships/changesInfo",
                "changesInfos/changesInfo1.xml",
            ),
        ),
        "ppt/commentAuthors.xml": f'<p:l xmlns:p="p"><p:cmAuthor id="0" name="{CANARY}" initials="{CANARY}"/></p:l>',
        "ppt/authors.xml": f'<p:l xmlns:p="p"><p:author id="0" name="{CANARY}" userId="{CANARY}"/></p:l>',
        "ppt/slides/slide1.xml": '<p:sld xmlns:p="p" xmlns:a="a"><a:t>kept slide</a:t></p:sld>',
        "ppt/changesInfos/changesInfo1.xml": f'<chgData name="{CANARY}"/>',
    }


def opendocument_members() -> dict[str, str | bytes]:
    """A LibreOffice text with names in properties, remarks, tracked changes, printer settings and pictures."""
    listed = ["/", "content.xml", "meta.xml", "settings.xml", f"Pictures/{CANARY}.jpg", "Thumbnails/thumbnail.png"]
    entries = "".join(f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type=""/>' for path in listed)
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="m">{entries}</manifest:manifest>',
        "content.xml": '<office:d xmlns:office="o" xmlns:dc="dc" xmlns:text="t" xmlns:draw="d" xmlns:xlink="x">'
        f"<text:changed-region><dc:creator>{CANARY}</dc:creator></text:changed-region><text:p>kept text</text:p>"
        f"<text:author-name>{CANARY}</text:author-name><draw:image xlink:href='Pictures/{CANARY}.jpg'/>"
        f"<draw:image xlink:href='file:///home/{CANARY}/photo.jpg'/></office:d>",
        "meta.xml": f"<meta><creator>{CANARY}</creator></meta>",
        "settings.xml": '<s xmlns:config="c"><config:config-item config:name="PrinterName">'
        f"{CANARY}</config:config-item><config:config-item config:name='Zoom'>100</config:config-item></s>",
        f"Pictures/{CANARY}.jpg": photograph(),
        "Thumbnails/thumbnail.png": photograph("PNG"),
    }


def pdf_saying(words: str, *, reading: bytes | None = None) -> bytes:
    """A PDF of one page with a line of text; `reading` tells how its letters are to be read."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 100)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    if reading:
        named[NameObject("/ToUnicode")] = writer._add_object(_stream(reading))
    fonts = DictionaryObject({NameObject("/F"): named})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(_stream(f"BT /F 12 Tf 20 50 Td ({words}) Tj ET".encode()))
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


CARRIERS: dict[str, Callable[[], bytes]] = {
    "photo.jpg": photograph,
    "photo.png": lambda: photograph("PNG"),
    "photo.webp": lambda: photograph("WEBP"),
    "photo.gif": lambda: photograph("GIF"),
    "plan.pdf": pdf,
    "plan.docx": lambda: package(word_members()),
    "plan.xlsx": lambda: package(workbook_members()),
    "plan.pptx": lambda: package(presentation_members()),
    "plan.odt": lambda: package(opendocument_members()),
}


LARGEST = 2 * 1024 * 1024


def cleaned(content: bytes, name: str = "") -> CleanFile:
    return clean(io.BytesIO(content), name, largest_bytes=LARGEST)


def bytes_of(content: bytes, name: str = "") -> bytes:
    with cleaned(content, name) as file:
        return file.read()
