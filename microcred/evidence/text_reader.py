"""Run by itself, under limits: writes the text of each file that is named, as a line of JSON, as soon as it has it."""

import json
import sys
from pathlib import Path

from microcred.evidence.extracts import extract_text


def main(files: list[tuple[str, str]]) -> None:
    """Read file after file: what one of them breaks, the lines before it stand."""
    for path, media_type in files:
        print(json.dumps(extract_text(Path(path), media_type)), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
