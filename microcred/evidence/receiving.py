"""An upload on its way: cleaned, scanned and kept before the transaction, and gone again unless a row took it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app

from microcred.catalog.models import EvidencePart
from microcred.evidence import kinds
from microcred.evidence.actions import KeptFile, attach_kept_file
from microcred.evidence.cleaning import clean
from microcred.evidence.cleaning_apart import write_apart
from microcred.evidence.editor import largest_bytes
from microcred.evidence.models import Artefact, Submission
from microcred.evidence.storage import Storage, scan


class Received:
    """A clean file that lies in the storage and waits for its row."""

    def __init__(self, kept: KeptFile) -> None:
        self.kept = kept
        self.is_attached = False

    def attach(self, submission: Submission, part: EvidencePart, description: dict[str, Any]) -> Artefact:
        """Give the file its row, within the transaction."""
        artefact = attach_kept_file(submission, part, self.kept, **description)
        self.is_attached = True
        return artefact


@contextmanager
def receive(upload: Any, storage: Storage) -> Iterator[Received]:
    """Take in what was uploaded; raises Refused, beside the field `file`, for what must not be kept."""
    welcome = kinds.accepted(current_app.config["MICROCRED_FILE_KINDS"])
    name = upload.filename or ""
    with clean(upload.stream, name, largest_bytes=largest_bytes(), welcome=welcome, write=write_apart) as clean_file:
        scan(clean_file.path, current_app.config["MICROCRED_VIRUS_SCANNER"])
        received = Received(KeptFile.keep(clean_file, storage))
    try:
        yield received
    finally:
        if not received.is_attached:
            storage.remove(received.kept.stored_name)
