"""Take the metadata out of a photograph without touching its pixels, for photographs that live inside a PDF."""

START, END, SCAN = 0xD8, 0xD9, 0xDA
WITHOUT_LENGTH = {0x01, START, *range(0xD0, 0xD8)}
# Adobe's colour transform changes how pixels are read; every other APPn segment and every comment goes.
COLOUR_TRANSFORM = 0xEE
COMMENT = 0xFE
METADATA_BOXES = {b"xml ", b"uuid", b"uinf", b"jp2i", b"asoc", b"lbl "}


def without_jpeg_metadata(photo: bytes) -> bytes:
    """Copy a JPEG's segments except comments and applications' notes; raise ValueError where it is no JPEG."""
    if photo[:2] != bytes((0xFF, START)):
        raise ValueError("no JPEG")
    kept = bytearray(photo[:2])
    position = 2
    while position < len(photo):
        marker, end = _segment(photo, position)
        if marker == END:
            break
        if not _tells_about_its_maker(marker):
            kept += photo[position:end]
        position = end
    return bytes(kept) + bytes((0xFF, END))


def _segment(photo: bytes, position: int) -> tuple[int, int]:
    """Return the marker at `position` and where its segment ends; of a scan, with the pixels that follow it."""
    if photo[position] != 0xFF or position + 1 >= len(photo):
        raise ValueError("no marker")
    marker = photo[position + 1]
    if marker == 0xFF:
        return marker, position + 1
    if marker in WITHOUT_LENGTH or marker == END:
        return marker, position + 2
    length = int.from_bytes(photo[position + 2 : position + 4], "big")
    if length < 2:
        raise ValueError("segment without length")
    end = position + 2 + length
    return marker, _end_of_scan(photo, end) if marker == SCAN else end


def _tells_about_its_maker(marker: int) -> bool:
    return marker == COMMENT or (0xE0 <= marker <= 0xEF and marker != COLOUR_TRANSFORM)


def _end_of_scan(photo: bytes, position: int) -> int:
    """Find the next marker that is neither a stuffed zero, a fill byte nor a restart."""
    while (position := photo.find(b"\xff", position)) != -1 and position + 1 < len(photo):
        if photo[position + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return position
        position += 1 if photo[position + 1] == 0xFF else 2
    return len(photo)


def without_jpeg2000_metadata(photo: bytes) -> bytes:
    """Copy a JPEG 2000's boxes except those of metadata; a bare code stream has none and stays as it is."""
    if not photo.startswith(b"\x00\x00\x00\x0cjP  "):
        return photo
    kept = bytearray()
    position = 0
    while position + 8 <= len(photo):
        end = _end_of_box(photo, position)
        if photo[position + 4 : position + 8] not in METADATA_BOXES:
            kept += photo[position:end]
        position = end
    return bytes(kept)


def _end_of_box(photo: bytes, position: int) -> int:
    length = int.from_bytes(photo[position : position + 4], "big")
    if length == 1:
        length = int.from_bytes(photo[position + 8 : position + 16], "big")
    if length == 0:
        return len(photo)
    if length < 8:
        raise ValueError("box without length")
    return position + length
