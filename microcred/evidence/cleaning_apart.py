"""Cleaning in a process of its own: a hostile or huge file troubles no worker, and a worker does not grow by it."""

import errno
import json
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _l

from microcred.evidence import kinds
from microcred.evidence.apart import Broken, TooHard, run_apart
from microcred.evidence.cleaning import Written, write_clean
from microcred.evidence.kinds import Kind
from microcred.evidence.refusals import refused

SECONDS = 30
MEGABYTES = 1024
CLEANER = Path(__file__).with_name("cleaner.py")
LONGEST_ENDING = 12
in_readers_language = _l
"""Under another name: what it is called with comes from the other process, and is no message of this file."""

TOO_HARD = _l("This file takes too much time or memory to clean. Please make it smaller and hand it in again.")
NOT_NOW = _l("This file could not be checked just now. Nothing was stored: please try again later.")


def write_apart(upload: BinaryIO, target: BinaryIO, claimed_name: str, welcome: tuple[Kind, ...]) -> Written:
    """Write a clean copy as `write_clean` does; also refuses what takes too much time or memory, or fails for now.

    Plain text needs no parser, and so no process either.
    """
    upload.seek(0)
    if kinds.is_plain(upload.read(kinds.HEAD)):
        return write_clean(upload, target, claimed_name, welcome)
    order = _order(claimed_name, welcome)
    try:
        said = run_apart(CLEANER, order, source=upload, target=target, seconds=SECONDS, megabytes=MEGABYTES)
    except TooHard:
        raise refused(TOO_HARD) from None
    except Broken:
        raise refused(NOT_NOW) from None
    return _heeded(json.loads(said, object_hook=_worded))


def _order(claimed_name: str, welcome: tuple[Kind, ...]) -> str:
    """Only the ending of the name: whoever lists the processes of the machine can read it."""
    ending = PurePath(claimed_name.strip()).suffix.lower()[:LONGEST_ENDING]
    return json.dumps({"ending": ending, "welcome": [kind.extension for kind in welcome]})


def _worded(said: dict[str, Any]) -> Any:
    """A sentence comes as its words and values, and is said in the reader's language here."""
    return in_readers_language(said["sentence"], **said["values"]) if "sentence" in said else said


def _heeded(said: dict[str, Any]) -> Written:
    if "refused" in said:
        raise refused(said["refused"])
    if said.get("trouble") == errno.EFBIG:
        raise refused(TOO_HARD)
    if "trouble" in said:
        raise OSError(said["trouble"], "cleaning")
    (kind,) = kinds.accepted([said["kind"]])
    return kind, said["width"], said["height"]
