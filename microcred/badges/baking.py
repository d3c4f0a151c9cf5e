"""Baking: the signed credential travels inside the badge's own picture, in one uncompressed iTXt chunk of the PNG."""

import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
UNCOMPRESSED = b"\0" + b"\0\0" + b"\0" + b"\0"  # end of keyword, no compression, no language, no translated keyword
LARGEST = 4 * 1024 * 1024  # bytes of a picture, with what is baked into it

Chunk = tuple[bytes, bytes]


def bake(png: bytes, credential: str) -> bytes:
    """Return the picture with the credential in it, in place of an older one; ValueError when it is no sound PNG."""
    kept = [chunk for chunk in _chunks(png) if not _is_baked(chunk)]
    baked = (b"iTXt", KEYWORD + UNCOMPRESSED + credential.encode())
    return _checked_size(SIGNATURE + b"".join(_written(chunk) for chunk in [kept[0], baked, *kept[1:]]))


def extract(png: bytes) -> str:
    """Return the credential baked into a picture; ValueError when there is none, or more than one, or no sound PNG."""
    baked = [content for kind, content in _chunks(png) if _is_baked((kind, content))]
    if len(baked) != 1:
        raise ValueError("There is not exactly one badge in this picture.")
    head = KEYWORD + UNCOMPRESSED
    if not baked[0].startswith(head):
        raise ValueError("The badge in this picture is packed in a way that Open Badges do not allow.")
    return _decoded(baked[0][len(head) :])


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise ValueError("The badge in this picture is not text.") from None


def _is_baked(chunk: Chunk) -> bool:
    return chunk[0] == b"iTXt" and chunk[1].startswith(KEYWORD + b"\0")


def _chunks(png: bytes) -> list[Chunk]:
    if not _checked_size(png).startswith(SIGNATURE):
        raise ValueError("This is not a PNG picture.")
    chunks = list(_read(png))
    if [chunks[0][0], chunks[-1][0]] != [b"IHDR", b"IEND"]:
        raise ValueError("This PNG picture is not complete.")
    return chunks


def _read(png: bytes) -> Iterator[Chunk]:
    place = len(SIGNATURE)
    while True:
        length = int.from_bytes(png[place : place + 4])
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if png[place + 8 + length : place + 12 + length] != _checksum(kind, content):
            raise ValueError("This PNG picture is damaged.")
        yield kind, content
        place += 12 + length
        if kind == b"IEND" or place >= len(png):
            return


def _written(chunk: Chunk) -> bytes:
    kind, content = chunk
    return len(content).to_bytes(4) + kind + content + _checksum(kind, content)


def _checksum(kind: bytes, content: bytes) -> bytes:
    return zlib.crc32(kind + content).to_bytes(4)


def _checked_size(png: bytes) -> bytes:
    if len(png) > LARGEST:
        raise ValueError("This picture is too large for a badge.")
    return png
