"""The zip that every Office document is: its limits, what it must not hold, and how a clean one is written."""

import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from flask_babel import lazy_gettext as _l

from microcred.evidence.pictures import draw_anew
from microcred.evidence.refusals import refused

MOST_MEMBERS = 3000
MOST_BYTES = 50 * 1024 * 1024
MOST_RATIO = 100
RATIO_FROM_BYTES = 5 * 1024 * 1024
COMPRESSION = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED_FLAG = 0x1
NO_TIME = (1980, 1, 1, 0, 0, 0)
MEMORY = 1024 * 1024

PICTURES = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".gif": "GIF",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
PICTURE_HEADS = {
    b"\xff\xd8": "JPEG",
    b"\x89PNG": "PNG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
MACROS = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
MACRO_FOLDERS = {"activex", "basic", "scripts", "macrosheets", "dialogs"}

TOO_MANY_PARTS = _l("This document has too many parts. Please save it as PDF and hand that in.")
EXPLODES = _l("This document unpacks to far more than it seems to hold. Please save it as PDF and hand that in.")
TRICK_NAMES = _l("This document is packed in a way that Office programs never use. Please save it as PDF.")
LOCKED = _l("This document is protected by a password. Please save it without one and hand it in again.")
HAS_MACROS = _l("This document contains macros. Please save it without macros, or as PDF, and hand that in.")
UNCLEANABLE = _l("This document contains an object, film or drawing that cannot be cleaned. Please save it as PDF.")

Writer = Callable[[BinaryIO, BinaryIO], object]


class Allowance:
    """How many bytes a document and the documents inside it may unpack to, all together."""

    def __init__(self) -> None:
        self._left = MOST_BYTES

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise refused(EXPLODES)


def refuse_a_dangerous_package(package: zipfile.ZipFile, packed_bytes: int, allowance: Allowance) -> None:
    """Refuse by the directory alone, before anything is unpacked."""
    members = package.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        raise refused(TOO_MANY_PARTS)
    if total > RATIO_FROM_BYTES and total > packed_bytes * MOST_RATIO:
        raise refused(EXPLODES)
    allowance.spend(total)
    if len({member.filename.lower() for member in members}) != len(members):
        raise refused(TRICK_NAMES)
    for member in members:
        _refuse_a_dangerous_member(member)


def _refuse_a_dangerous_member(member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename.lower())
    if member.flag_bits & ENCRYPTED_FLAG:
        raise refused(LOCKED)
    if path.is_absolute() or ".." in path.parts or "\\" in member.orig_filename or "\0" in member.orig_filename:
        raise refused(TRICK_NAMES)
    if member.compress_type not in COMPRESSION:
        raise refused(TRICK_NAMES)
    if path.name in MACROS or MACRO_FOLDERS & set(path.parts[:-1]):
        raise refused(HAS_MACROS)


def size_of(stream: BinaryIO) -> int:
    return stream.seek(0, 2)


def rewrite_member(package: zipfile.ZipFile, name: str, clean: zipfile.ZipFile, new_name: str, write: Writer) -> None:
    """Write one member into the clean package through `write`, which is given a seekable source and a target."""
    fresh = zipfile.ZipInfo(new_name, NO_TIME)
    fresh.compress_type = zipfile.ZIP_STORED if new_name == "mimetype" else zipfile.ZIP_DEFLATED
    with tempfile.SpooledTemporaryFile(MEMORY) as before, tempfile.SpooledTemporaryFile(MEMORY) as after:
        with package.open(name) as member:
            shutil.copyfileobj(member, before)
        before.seek(0)
        write(cast("BinaryIO", before), cast("BinaryIO", after))
        after.seek(0)
        with clean.open(fresh, "w") as member:
            shutil.copyfileobj(after, member)


def copy(source: BinaryIO, target: BinaryIO) -> None:
    shutil.copyfileobj(source, target)


def redraw(source: BinaryIO, target: BinaryIO) -> None:
    """Draw a picture of a document anew, in the format that it has, whatever its name says."""
    head = source.read(4)
    for start, format_name in PICTURE_HEADS.items():
        if head.startswith(start):
            draw_anew(source, target, format_name, format_name)
            return
    raise refused(UNCLEANABLE)
