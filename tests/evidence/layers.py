"""The search for the author's name in all layers of a file: zip members, streams, chunks."""

import io
import re
import zipfile
import zlib

from pypdf import PdfReader
from pypdf.generic import StreamObject

from tests.evidence.canaries import CANARY


def hits(content: bytes) -> int:
    """Count the places that hold the author's name, in any encoding, in all layers: zip members, streams, chunks."""
    words = [CANARY.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    return sum(layer.lower().count(word.lower()) for layer in layers_of(content) for word in words)


def layers_of(content: bytes) -> list[bytes]:
    """The file itself and all that it holds."""
    layers = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.infolist():
                layers += [member.filename.encode(), member.extra, *layers_of(packed.read(member))]
    if content.startswith(b"%PDF"):
        layers += [bytes(repr(thing), "utf-8") for thing in _objects(content)]
    layers += [_inflated(content[found.start() :]) for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content)]
    return layers


def _objects(content: bytes) -> list[object]:
    reader = PdfReader(io.BytesIO(content))
    things: list[object] = []
    for number in range(1, int(str(reader.trailer["/Size"]))):
        thing = reader.get_object(number)
        things.append(thing)
        if isinstance(thing, StreamObject) and "/DCTDecode" not in str(thing.get("/Filter")):
            things.append(thing.get_data())
    return things


def _inflated(content: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(content, 100_000)
    except zlib.error:
        return b""
