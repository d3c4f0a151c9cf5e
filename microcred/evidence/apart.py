"""Work on files of strangers, done by a short-lived process that has little memory, little time and no settings."""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parents[2]
MOST_AT_ONCE = 2
MEGABYTE = 1024 * 1024
LARGEST_OUTPUT = 128 * MEGABYTE
SECONDS_TO_START = 10
LONGEST_WORD = 16 * 1024

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


def run_apart(
    module: Path, argument: str, *, source: BinaryIO, target: BinaryIO, seconds: int, megabytes: int
) -> bytes | None:
    """Run a module on an open file as its standard input; what it makes goes to the open file `target`.

    Returns the last line of what it had to say, or None when it failed, took longer than `seconds` or wanted more
    memory than `megabytes`. It is told nothing of the environment: no settings, no keys, no addresses.
    """
    source.seek(0)
    limits = [str(number) for number in (seconds, megabytes * MEGABYTE, LARGEST_OUTPUT)]
    command = [sys.executable, "-I", "-c", START, *limits, str(ROOT), str(module), argument]
    with _places, tempfile.TemporaryFile() as said:
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
            return None
        return _last_line(said) if run.returncode == 0 else None


def _last_line(said: BinaryIO) -> bytes:
    length = said.seek(0, os.SEEK_END)
    said.seek(max(0, length - LONGEST_WORD))
    return said.read().strip().rpartition(b"\n")[2]
