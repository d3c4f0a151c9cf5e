"""The folder where clean files live, under random names that say nothing and outside everything that is served."""

import os
import re
import secrets
import shlex
import shutil
import subprocess
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from flask_babel import lazy_gettext as _l

from microcred.evidence.cleaning import CleanFile
from microcred.evidence.refusals import refused

NAME = re.compile("[0-9a-f]{32}")
ONLY_OURS = 0o700
ONLY_OUR_FILE = 0o600
ORPHAN_AGE = timedelta(days=1)
SCAN_SECONDS = 60
INFECTED_EXIT_CODE = 1

INFECTED = _l("The virus scanner refuses this file. Please hand in another one.")
UNCHECKED = _l("This file could not be checked for viruses just now. Nothing was stored: please try again later.")


class UnknownFile(Exception):
    """A stored name that is no name, or that no file has."""


class Storage:
    """Keeps files in two levels of subfolders, named after the first letters of their random names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"

    def keep(self, clean_file: CleanFile) -> str:
        """Copy a clean file in and return its stored name; when this returns, the file survives a loss of power.

        Call it before the commit of the row that names it: a file without a row is swept, but a row needs its file.
        """
        name = secrets.token_hex(16)
        final = self._path(name)
        for folder in (self._folder, self._incoming, final.parent.parent, final.parent):
            _make_folder(folder)
        temporary = self._incoming / name
        try:
            _copy_durably(clean_file.path, temporary)
            temporary.rename(final)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(final.parent)
        return name

    def path(self, name: str) -> Path:
        """Tell where a stored file lies; raise UnknownFile if the name is none of ours."""
        path = self._path(name)
        if not path.is_file():
            raise UnknownFile(name)
        return path

    def open(self, name: str) -> BinaryIO:
        """Open a stored file for reading; raise UnknownFile if there is none."""
        return self.path(name).open("rb")

    def remove(self, name: str) -> None:
        """Remove a stored file for good; one that is gone already is no error."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _sync_folder(path.parent)

    def sweep(self, known_names: Collection[str], older_than: timedelta = ORPHAN_AGE) -> list[str]:
        """Remove files that no row knows and that are older than `older_than`; return their names in order."""
        latest = time.time() - older_than.total_seconds()
        orphans = [path for path in self._files() if path.name not in known_names and path.stat().st_mtime < latest]
        for orphan in orphans:
            orphan.unlink(missing_ok=True)
        return sorted(orphan.name for orphan in orphans)

    def _files(self) -> Iterator[Path]:
        for pattern in ("incoming/*", "??/??/*"):
            yield from (path for path in self._folder.glob(pattern) if NAME.fullmatch(path.name))

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise UnknownFile(name)
        return self._folder / name[:2] / name[2:4] / name


class KeptFile(NamedTuple):
    """A clean file that lies in the storage, and what is known about it."""

    stored_name: str
    media_type: str
    extension: str
    size: int
    sha256: str

    @classmethod
    def keep(cls, clean_file: CleanFile, storage: Storage) -> Self:
        """Put a clean file in the storage; without a row that names it, it is swept one day."""
        name = storage.keep(clean_file)
        return cls(name, clean_file.media_type, clean_file.extension, clean_file.size, clean_file.sha256)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=ONLY_OURS, parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _copy_durably(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OUR_FILE)
    with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
        shutil.copyfileobj(reading, writing)
        writing.flush()
        os.fsync(writing.fileno())


def _sync_folder(folder: Path) -> None:
    """A new name is only as durable as the folder that lists it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def scan(path: Path, command: str | Sequence[str], *, seconds: float = SCAN_SECONDS) -> None:
    """Show a file to the virus scanner of the setting, without a shell; an empty command is no scanner.

    Exit code 1 refuses the file for good; every other failure, and a time-out after `seconds`, refuses it for now.
    """
    arguments = shlex.split(command) if isinstance(command, str) else list(command)
    if not arguments:
        return
    code = _exit_code([*arguments, str(path.resolve())], seconds)
    if code == INFECTED_EXIT_CODE:
        raise refused(INFECTED)
    if code != 0:
        raise refused(UNCHECKED)


def _exit_code(arguments: list[str], seconds: float) -> int | None:
    quiet = subprocess.DEVNULL
    try:
        # The command comes from whoever runs the server, and the file's name is ours.
        run = subprocess.run(arguments, stdin=quiet, stdout=quiet, stderr=quiet, timeout=seconds, check=False)  # noqa: S603
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return run.returncode
