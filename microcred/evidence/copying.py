"""What a further try, or a lent copy, takes along: texts and artefacts, under a code name of its own."""

from microcred.db import utcnow
from microcred.evidence import queries
from microcred.evidence.code_names import new_code_name
from microcred.evidence.models import Artefact, CoAuthor, PartText

COPIED = (
    *("stored_name", "link", "caption", "media_type", "extension", "size", "sha256", "privacy", "number", "position"),
)
"""What an artefact takes along."""


def free_code_name() -> str:
    """Draw a code name that no submission has."""
    while queries.code_name_is_taken(code_name := new_code_name()):
        pass
    return code_name


def copied_text(text: PartText) -> PartText:
    """The same text, as the first of what is written from there."""
    return PartText(part=text.part, text=text.text, revision=1, saved_at=utcnow())


def copied_artefact(artefact: Artefact) -> Artefact:
    """The same artefact with its co-authors; the file itself is shared by both rows."""
    copied = Artefact(part=artefact.part, added_at=utcnow(), **{name: getattr(artefact, name) for name in COPIED})
    copied.co_authors = [CoAuthor(person_id=each.person_id, named_at=each.named_at) for each in artefact.co_authors]
    return copied
