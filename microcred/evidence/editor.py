"""What the editor shows of a submission: a sheet for each part, with its text, its artefacts and its forms."""

from typing import Any, NamedTuple

from flask import current_app

from microcred.catalog.models import EvidencePart
from microcred.evidence.forms import DescriptionForm, FileForm, LinkForm, TextForm, description_form, text_form
from microcred.evidence.kinds import KINDS
from microcred.evidence.models import Artefact, PartText, Submission
from microcred.web import Form

MEGABYTE = 1024 * 1024
ENDINGS = ",".join(ending for kind in KINDS for ending in kind.extensions)


class Piece(NamedTuple):
    """One artefact, and the form to say something else about it."""

    artefact: Artefact
    form: DescriptionForm


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
        pieces=[Piece(artefact, _description(artefact, sent)) for artefact in artefacts],
        room=current_app.config["MICROCRED_ARTEFACTS_PER_PART"] - len(artefacts),
    )


def _refused(form: Any) -> Any:
    return form if form is not None and form.errors else None


def _description(artefact: Artefact, sent: dict[str, Any]) -> DescriptionForm:
    form = _refused(sent.get(f"artefact_{artefact.id}"))
    return form.within(f"artefact-{artefact.id}") if form else description_form(artefact)


def limits() -> dict[str, Any]:
    """What an upload may be."""
    return {"largest_bytes": largest_bytes(), "endings": ENDINGS}


def largest_bytes() -> int:
    """The largest file of evidence that the settings allow."""
    megabytes: int = current_app.config["MICROCRED_UPLOAD_MEGABYTES"]
    return megabytes * MEGABYTE
