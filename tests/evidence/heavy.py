"""Files of ten megabytes, and by how much a process grows while it takes one in as a form sends it."""

import io
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from microcred.evidence import kinds
from microcred.evidence.cleaning import clean, write_clean
from microcred.evidence.cleaning_apart import write_apart
from microcred.evidence.storage import Storage
from tests.evidence.canaries import package, pdf_saying, word_members

MEGABYTE = 1024 * 1024
LIMIT = 11 * MEGABYTE
SIDE = 3600


def jpeg() -> bytes:
    """Ten megabytes of photograph: noise, which is what compresses worst."""
    side = SIDE
    noise = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(3 * side * side))
    content = io.BytesIO()
    noise.save(content, "JPEG", quality=84)
    return content.getvalue()


def pixels() -> bytes:
    """Nearly forty megapixels in colour."""
    content = io.BytesIO()
    Image.linear_gradient("L").resize((7700, 5150)).convert("RGB").save(content, "PNG", compress_level=1)
    return content.getvalue()


def pdf() -> bytes:
    """A page that shows a photograph of ten megabytes."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_saying("A wall"))))
    photo = StreamObject()
    photo._data = jpeg()
    photo.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(SIDE),
            NameObject("/Height"): NumberObject(SIDE),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    resources = writer.pages[0]["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Photo"): writer._add_object(photo)})
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def docx() -> bytes:
    """A Word document with a long text and ten megabytes of noise in it."""
    members = dict(word_members())
    words = random.Random(2).randbytes(9 * MEGABYTE).hex()
    document = str(members["word/document.xml"])
    members["word/document.xml"] = document.replace("<w:t>", f"<w:t>{words}", 1)
    return package(members)


MAKERS: dict[str, Callable[[], bytes]] = {"jpeg": jpeg, "pixels": pixels, "pdf": pdf, "docx": docx}
NAMES = {"jpeg": "a.jpg", "pixels": "a.png", "pdf": "a.pdf", "docx": "a.docx"}


def grown(what: str, how: str) -> int:
    """Take in a heavy file; returns by how many bytes the process grew at its highest."""
    if not Path("body").exists():
        _in_a_child(lambda: _write_body(what))
    with Path("body").open("rb") as body, Path("type").open() as content_type:
        length = os.fstat(body.fileno()).st_size
        environ = {"REQUEST_METHOD": "POST", "wsgi.input": body, "CONTENT_LENGTH": str(length)}
        environ |= {
            "CONTENT_TYPE": content_type.read(),
            "SERVER_NAME": "x",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
        }
        before = _highest()
        _receive(Request(environ), what, how)
        return _highest() - before


def _receive(request: Request, what: str, how: str) -> None:
    write = write_apart if how == "apart" else write_clean
    stream = cast("BinaryIO", request.files["file"].stream)
    with clean(stream, NAMES[what], largest_bytes=LIMIT, welcome=kinds.KINDS, write=write) as file:
        Storage(Path("evidence")).keep(file)


def _write_body(what: str) -> None:
    content = MAKERS[what]()
    builder = EnvironBuilder(method="POST", data={"file": (io.BytesIO(content), NAMES[what])})
    environ = builder.get_environ()
    Path("body").write_bytes(environ["wsgi.input"].read())
    Path("type").write_text(environ["CONTENT_TYPE"])


def _in_a_child(act: Callable[[], None]) -> None:
    """The making is not to be counted."""
    child = os.fork()
    if not child:
        act()
        os._exit(0)
    os.waitpid(child, 0)


def _highest() -> int:
    """The most memory this program held; `ru_maxrss` would begin with what whoever started it held."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
