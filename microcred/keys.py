"""The keys of a district: made once, kept in files that only their owner may read.

`python -m microcred.keys FOLDER` makes those that are missing.
"""

import os
import secrets
import sys
from pathlib import Path

NAMES = ("sessions", "signing")


def make_keys(folder: Path) -> list[Path]:
    """Write a fresh 256-bit key, as 64 hex digits, for every name that has no file yet; return the files written."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing = [folder / name for name in NAMES if not (folder / name).exists()]
    for path in missing:
        _write(path, secrets.token_hex(32))
    return missing


def _write(path: Path, key: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key + "\n")


if __name__ == "__main__":
    for made in make_keys(Path(sys.argv[1])):
        print(f"made {made}")
