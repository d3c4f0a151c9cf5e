"""Run by itself, under limits: writes a clean copy of standard input to standard output, and says what came of it."""

import json
import os
import sys
from typing import Any

from flask_babel import LazyString

from microcred.errors import Refused
from microcred.evidence import kinds
from microcred.evidence.cleaning import write_clean


def main(order: dict[str, Any]) -> dict[str, Any]:
    """Clean what the order describes; returns the kind and size of the copy, why not, or what is wrong here."""
    with os.fdopen(0, "rb", closefd=False) as upload, os.fdopen(1, "w+b", closefd=False) as target:
        try:
            kind, width, height = write_clean(
                upload, target, f"file{order['ending']}", kinds.accepted(order["welcome"])
            )
        except Refused as refusal:
            return {"refused": refusal.sentence}
        except OSError as trouble:
            return {"trouble": trouble.errno}
    return {"kind": kind.extension, "width": width, "height": height}


def _words(sentence: Any) -> dict[str, Any]:
    if not isinstance(sentence, LazyString):
        raise TypeError(sentence)
    return {"sentence": sentence._args[0], "values": sentence._kwargs}  # noqa: SLF001 - no public way to its words


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1])), default=_words), file=sys.stderr)
