"""Run by itself, under limits: reads a PDF from standard input and writes one page as a picture, or its outline."""

import json
import sys

import pypdfium2  # type: ignore[import-untyped]

WIDEST = 1240
"""Pixels: enough to read a page of small print on a desk, and to enlarge it on a phone."""

LONGEST = 2400
MOST_CHARACTERS = 1500


def main(what: str) -> None:
    """Write what is asked for to standard output: a page by its number, or the outline of the first so many pages."""
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    asked, _, most_pages = what.partition(" ")
    if asked == "outline":
        texts = [_text(document[number]) for number in range(min(len(document), int(most_pages)))]
        sys.stdout.buffer.write(json.dumps({"count": len(document), "texts": texts}).encode())
    else:
        _draw(document[int(what) - 1])


def _text(page: pypdfium2.PdfPage) -> str:
    words = page.get_textpage().get_text_range(count=-1).split()
    return " ".join(words)[:MOST_CHARACTERS]


def _draw(page: pypdfium2.PdfPage) -> None:
    width, height = page.get_size()
    scale = min(WIDEST / max(width, 1), LONGEST / max(height, 1))
    page.render(scale=scale).to_pil().convert("RGB").save(sys.stdout.buffer, "WEBP", quality=80)


if __name__ == "__main__":
    main(sys.argv[1])
