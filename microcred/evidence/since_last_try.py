"""What changed from one try to the next, part by part: the texts word by word, and the files and links."""

from typing import NamedTuple

from microcred.catalog.differences import SAME, Piece, words
from microcred.catalog.models import EvidencePart
from microcred.evidence.models import Artefact, Submission


class Compared(NamedTuple):
    """One part in both tries: the earlier text, the words of both in one, and the artefacts that came and went."""

    part: EvidencePart
    earlier: str
    pieces: list[Piece]
    added: list[Artefact]
    removed: list[Artefact]

    @property
    def is_changed(self) -> bool:
        """Whether anything differs that a reader would notice."""
        return bool(self.added or self.removed) or any(piece.kind != SAME for piece in self.pieces)


def compared(submission: Submission) -> list[Compared]:
    """Every part of a later try beside the try before; nothing for a first one."""
    previous = submission.previous
    return [_compared(submission, previous, part) for part in submission.shown_parts] if previous else []


def _compared(submission: Submission, previous: Submission, part: EvidencePart) -> Compared:
    earlier, now = previous.artefacts_of(part), submission.artefacts_of(part)
    return Compared(
        part=part,
        earlier=previous.text_of(part),
        pieces=words(previous.text_of(part), submission.text_of(part)),
        added=[each for each in now if _content(each) not in map(_content, earlier)],
        removed=[each for each in earlier if _content(each) not in map(_content, now)],
    )


def _content(artefact: Artefact) -> str | None:
    return artefact.link or artefact.sha256
