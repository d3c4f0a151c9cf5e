"""Work on files of strangers, done by a short-lived process that has little memory, little time and no settings."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from microcred.db import Busy
from microcred.logs import logger

ROOT = Path(__file__).parents[2]
MOST_AT_ONCE = 2
MEGABYTE = 1024 * 1024
LARGEST_OUTPUT = 128 * MEGABYTE
SECONDS_TO_START = 10
LONGEST_WORD = 16 * 1024
SECONDS_TO_WAIT = 20
OUT_OF_MEMORY = (b"MemoryError", b"failed to map segment", b"Cannot allocate memory")
"""What Python says with its last line when it wanted more than it may have."""

START = """
import resource, runpy, sys
seconds, memory, output, root, module = *map(int, sys.argv[1:4]), sys.argv[4], sys.argv[5]
for limit, most in (("CPU", seconds), ("AS", memory), ("FSIZE", output), ("CORE", 0), ("NOFILE", 64), ("NPROC", 0)):
    resource.setrlimit(getattr(resource, "RLIMIT_" + limit), (most, most))
sys.path.insert(0, root)
sys.argv[1:] = sys.argv[6:]
runpy.run_path(module, run_name="__main__")
"""
"""Limits itself before it opens anything, then becomes the module."""

_places = threading.BoundedSemaphore(MOST_AT_ONCE)
"""However many threads a worker has, no more of these processes are alive for it at once."""


class Unfinished(Exception):
    """A process apart did not do its work."""


class TooHard(Unfinished):
    """It took too long or wanted too much memory, or the file made it crash."""


class Broken(Unfinished):
    """It failed for another reason, which may be ours."""


class Crowded(Busy):
    """None could be begun for now: there are as many as may be, or the machine has no room for another."""


def run_apart(
    module: Path,
    argument: str,
    *,
    source: BinaryIO,
    target: BinaryIO,
    seconds: int,
    megabytes: int,
    patience: float = SECONDS_TO_WAIT,
) -> bytes:
    """Run a module on an open file as its standard input; what it makes goes to the open file `target`.

    Returns the last line of what it had to say. Raises TooHard when it took longer than `seconds` or wanted more memory
    than `megabytes`, Broken when it failed otherwise, and Crowded when it could not be begun within `patience` seconds.
    It is given none of our environment variables, and so no settings; but it runs as the same user, and whatever that
    user may read and reach is kept from it by nothing else.
    """
    source.seek(0)
    limits = [str(number) for number in (seconds, megabytes * MEGABYTE, LARGEST_OUTPUT)]
    command = [sys.executable, "-I", "-c", START, *limits, str(ROOT), str(module), argument]
    with place(patience), tempfile.TemporaryFile() as said:
        try:
            # The command is our own; the argument is no command.
            run = subprocess.run(  # noqa: S603
                command,
                stdin=source,
                stdout=target,
                stderr=said,
                env={"TMPDIR": tempfile.gettempdir()},
                timeout=seconds + SECONDS_TO_START,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _noted(TooHard(), module, None) from None
        except OSError as trouble:
            raise Crowded from trouble
        last_line = _last_line(said)
        if run.returncode:
            raise _noted(_failure(run.returncode, last_line), module, run.returncode)
        return last_line


@contextmanager
def place(patience: float) -> Iterator[None]:
    """One of the few places for such a process; Crowded when none becomes free in time."""
    if not _places.acquire(timeout=patience):
        raise Crowded
    try:
        yield
    finally:
        _places.release()


def _failure(code: int, last_line: bytes) -> Unfinished:
    """Tell by how it ended: below zero a signal ended it."""
    return TooHard() if code < 0 or any(words in last_line for words in OUT_OF_MEMORY) else Broken()


def _noted(failure: Unfinished, module: Path, code: int | None) -> Unfinished:
    """Only the code is written down: what it said may hold words of the file."""
    kind = type(failure).__name__
    logger.warning("%(event)s", {"event": "apart", "module": module.name, "kind": kind, "code": code})
    return failure


def _last_line(said: BinaryIO) -> bytes:
    length = said.seek(0, os.SEEK_END)
    said.seek(max(0, length - LONGEST_WORD))
    return said.read().strip().rpartition(b"\n")[2]
