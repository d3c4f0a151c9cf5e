"""What the editor shows of a submission: a sheet for each part, with its text, its artefacts and its forms."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app

from microcred.catalog.models import EvidencePart
from microcred.db import utcnow
from microcred.evidence import kinds
from microcred.evidence.describing import said_of, seal
from microcred.evidence.forms import DescriptionForm, FileForm, LinkForm, TextForm, description_form, text_form
from microcred.evidence.models import Artefact, PartText, Submission
from microcred.web import Form

MEGABYTE = 1024 * 1024


class Piece(NamedTuple):
    """One artefact, the form to say something else about it, and whether it was just saved."""

    artefact: Artefact
    form: DescriptionForm
    saved_at: datetime | None

    @property
    def is_stale(self) -> bool:
        """Whether something newer was said elsewhere than what this was typed over."""
        return bool(self.form.form_errors) and self.form.base not in (None, seal(self.artefact))

    @property
    def seen(self) -> str:
        """What the description on the page was written over: a refused one keeps its own."""
        return self.form.base if self.is_stale and self.form.base else self.newest

    @property
    def newest(self) -> str:
        """The seal of what is said now."""
        return seal(self.artefact)

    @property
    def problems(self) -> list[str]:
        """Why something was not saved."""
        return [str(sentence) for sentences in self.form.errors.values() for sentence in sentences]


class Sheet(NamedTuple):
    """One part in the editor."""

    part: EvidencePart
    written: PartText | None
    text_form: TextForm
    file_form: FileForm
    link_form: LinkForm
    pieces: list[Piece]
    room: int

    @property
    def revision(self) -> int:
        """What the text on the page was written over: a refused one keeps its own, so that it goes on being refused."""
        if self.text_form.errors:
            return self.text_form.revision.data or 0
        return self.written.revision if self.written else 0

    @property
    def newer(self) -> PartText | None:
        """The text that was saved elsewhere while this one was typed."""
        is_stale = bool(self.text_form.errors) and self.written and self.written.revision != self.text_form.base
        return self.written if is_stale else None

    @property
    def problems(self) -> list[str]:
        """Why the text was not saved."""
        return [str(sentence) for sentences in self.text_form.errors.values() for sentence in sentences]


def sheets(submission: Submission, part: EvidencePart | None = None, **sent: Form) -> list[Sheet]:
    """A sheet for each part; `sent` are the refused forms of `part`, which keep what was typed."""
    parts = submission.micro_credential.standing_parts
    return [_sheet(submission, each, sent if part and each.id == part.id else {}) for each in parts]


def _sheet(submission: Submission, part: EvidencePart, sent: dict[str, Any]) -> Sheet:
    artefacts = submission.artefacts_of(part)
    return Sheet(
        part=part,
        written=submission.written_for(part),
        text_form=_refused(sent.get("text_form")) or text_form(part, submission.text_of(part)),
        file_form=(_refused(sent.get("file_form")) or FileForm(formdata=None)).within(f"part-{part.id}-new-file"),
        link_form=(_refused(sent.get("link_form")) or LinkForm(formdata=None)).within(f"part-{part.id}-new-link"),
        pieces=[_piece(artefact, sent.get(f"artefact_{artefact.id}")) for artefact in artefacts],
        room=current_app.config["MICROCRED_ARTEFACTS_PER_PART"] - len(artefacts),
    )


def _refused(form: Any) -> Any:
    return form if form is not None and form.errors else None


def _piece(artefact: Artefact, sent: Any) -> Piece:
    place = f"artefact-{artefact.id}"
    if form := _refused(sent):
        is_partly_saved = set(form.errors) == {"made_with"}
        return Piece(artefact, form.within(place), utcnow() if is_partly_saved else None)
    return Piece(artefact, description_form(said_of(artefact)).within(place), utcnow() if sent else None)


def limits() -> dict[str, Any]:
    """What an upload may be: endings as a browser wants them, and as people read them."""
    endings = ",".join(ending for kind in welcome() for ending in kind.extensions)
    return {"largest_bytes": largest_bytes(), "endings": endings, "welcome": kinds.endings_of(welcome())}


def welcome() -> tuple[kinds.Kind, ...]:
    """The kinds of file that the settings allow."""
    return kinds.accepted(current_app.config["MICROCRED_FILE_KINDS"])


def most_bytes() -> int:
    """What all files of a part may weigh together, with the form around them."""
    most: int = current_app.config["MICROCRED_ARTEFACTS_PER_PART"]
    return most * largest_bytes() + MEGABYTE


def largest_bytes() -> int:
    """The largest file of evidence that the settings allow."""
    megabytes: int = current_app.config["MICROCRED_UPLOAD_MEGABYTES"]
    return megabytes * MEGABYTE
