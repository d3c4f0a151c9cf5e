"""The text of handed-in files, read in a process of its own: a hostile or huge file troubles no worker."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

from microcred.evidence import kinds
from microcred.evidence.apart import Crowded, Unfinished, run_apart
from microcred.evidence.extracts import Extract

SECONDS = 20
MEGABYTES = 1024
READER = Path(__file__).with_name("text_reader.py")
READABLE = {kind.media_type for kind in (kinds.PDF, kinds.DOCX, kinds.PPTX, kinds.XLSX, kinds.ODT, kinds.TEXT)}


def read_texts(files: list[tuple[Path, str]]) -> Iterator[Extract]:
    """The text of each file of a media type, in order; empty for what holds none or could not be read."""
    left = len(files)
    if files:
        for extract in _lines([(str(path.resolve()), media_type) for path, media_type in files]):
            left -= 1
            yield extract
    yield from [Extract("", is_whole=False)] * left


def _lines(files: list[tuple[str, str]]) -> Iterator[Extract]:
    with tempfile.TemporaryFile() as nothing, tempfile.TemporaryFile() as made:
        source, target = cast("BinaryIO", nothing), cast("BinaryIO", made)
        with suppress(Unfinished, Crowded):  # What it had read by then stands.
            run_apart(READER, json.dumps(files), source=source, target=target, seconds=SECONDS, megabytes=MEGABYTES)
        made.seek(0)
        for line in made:
            if not line.endswith(b"\n"):
                return  # It was cut off in the middle.
            yield Extract(*json.loads(line))
