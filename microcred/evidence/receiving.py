"""Uploads on their way: cleaned, scanned and kept before the transaction, and gone again unless a row took them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from microcred.catalog.models import EvidencePart
from microcred.errors import Refused
from microcred.evidence.actions import attach_kept_file, hold_room, most_artefacts, no_room
from microcred.evidence.cleaning import clean
from microcred.evidence.cleaning_apart import write_apart
from microcred.evidence.editor import largest_bytes, welcome
from microcred.evidence.models import Artefact, Submission
from microcred.evidence.storage import KeptFile, Storage, scan

LONGEST_NAME = 80


class Received:
    """Clean files that lie in the storage and wait for their rows, and why the others were refused."""

    def __init__(self, *, is_one: bool, room: int) -> None:
        self._is_one, self._room, self._tries = is_one, room, 0
        self._waiting: list[tuple[str, KeptFile]] = []
        self.refusals: list[str] = []

    def take(self, upload: Any, storage: Storage) -> None:
        """Take in one file, or note why not; what there is no room for is not even looked at."""
        try:
            self._refuse_too_many()
            self._waiting.append((upload.filename or "", _kept(upload, storage)))
        except Refused as refusal:
            self._note(upload.filename or "", refusal)

    def _refuse_too_many(self) -> None:
        self._tries += 1
        if len(self._waiting) >= self._room or self._tries > most_artefacts():
            raise no_room("file")

    @property
    def some(self) -> bool:
        """Whether anything can be attached."""
        return bool(self._waiting)

    def attach(self, submission: Submission, part: EvidencePart) -> list[Artefact]:
        """Give the files their rows, within the transaction; refused when none can have one."""
        hold_room(submission, part, field="file")
        if not self._waiting:
            raise no_room("file")
        attached = []
        for name, kept in list(self._waiting):
            try:
                attached.append(attach_kept_file(submission, part, kept, caption="", privacy=None))
            except Refused as refusal:
                if not attached:
                    raise
                self._note(name, refusal)
            else:
                self._waiting.remove((name, kept))
        return attached

    def _note(self, name: str, refusal: Refused) -> None:
        """Where several were sent each refusal names its file, on the page and nowhere else."""
        shown = "".join(letter for letter in name if letter.isprintable())[:LONGEST_NAME]
        sentence = str(refusal.sentence)
        self.refusals.append(sentence if self._is_one else _("%(label)s: %(text)s", label=shown, text=sentence))

    def sweep(self, storage: Storage) -> None:
        """Remove what no row took."""
        for _name, kept in self._waiting:
            storage.remove(kept.stored_name)


def _kept(upload: Any, storage: Storage) -> KeptFile:
    name = upload.filename or ""
    with clean(upload.stream, name, largest_bytes=largest_bytes(), welcome=welcome(), write=write_apart) as clean_file:
        scan(clean_file.path, current_app.config["MICROCRED_VIRUS_SCANNER"])
        return KeptFile.keep(clean_file, storage)


@contextmanager
def receive(uploads: list[Any], storage: Storage, *, room: int) -> Iterator[Received]:
    """Take in what was uploaded; what must not be kept is noted, and one bad file takes no good one with it.

    Without `room` for any nothing is cleaned, and `attach` tells why.
    """
    received = Received(is_one=len(uploads) == 1, room=room)
    try:
        for upload in uploads if room else []:
            received.take(upload, storage)
        yield received
    finally:
        received.sweep(storage)
