"""Pages of evidence: what is one's own, the editor, the check before handing in, and what was handed in."""

from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from microcred.catalog.models import EvidencePart
from microcred.db import stop_reading
from microcred.evidence import actions, describing, evidence, ordering, queries
from microcred.evidence.checklist import checks, search
from microcred.evidence.editor import limits, most_bytes, sheets
from microcred.evidence.forms import DescriptionForm, FileForm, HandInForm, LinkForm, PlaceForm, TextForm
from microcred.evidence.models import Artefact, Submission
from microcred.evidence.queries import OwnPage, OwnPart
from microcred.evidence.receiving import receive
from microcred.evidence.serving import document_outline, file_response, page_response
from microcred.evidence.since_last_try import compared
from microcred.evidence.standing import clock, standing, steps
from microcred.paging import page_of
from microcred.permissions import may_be_here, may_hand_in, may_write_evidence
from microcred.pilots.models import Offer
from microcred.pilots.queries import visible_offer
from microcred.recognition.actions import thank
from microcred.schooldays import holidays
from microcred.scoring.actions import assign_reviewers, withdraw_reviews
from microcred.scoring.afterwards import afterwards
from microcred.scoring.anchor_queries import anchor_from
from microcred.scoring.answers import feedback
from microcred.scoring.seats import has_begun
from microcred.web import Answer, Form, attempt, get, me, post


@evidence.url_value_preprocessor
def _make_room_for_several_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A browser without scripts sends all files of a part at once; nobody else may send that much."""
    if endpoint == "evidence.attach_file" and current_user.is_authenticated:
        request.max_content_length = most_bytes()


@get(evidence, "/evidence", may=may_be_here)
def index() -> str:
    """What can be started, and everything that the person has started."""
    page = page_of(queries.own_submissions(me()), request.args.get("page"), url_for("evidence.index"))
    startable = queries.startable_offers(me())
    told = {"standing": standing, "clock": partial(clock, out=holidays())}
    return render_template("evidence/index.html", page=page, startable=startable, **told)


@post(evidence, "/offers/<int:offer_id>/submissions", may=may_hand_in, load=visible_offer)
def start_submission(offer: Offer) -> Response:
    """Begin what a pilot offers."""
    said = _("Begun. What you write is saved as you type.")
    return attempt(Form(), lambda: actions.start_submission(offer, me()), Answer(to=_page, said=said))


@get(evidence, "/submissions/<int:submission_id>", may=may_write_evidence, load=queries.own_submission)
def show(submission: Submission) -> str:
    """The editor of a draft; what was handed in can be read, with where it is and what was answered."""
    if submission.is_writable:
        return render_template("evidence/edit.html", **_editor(submission))
    return render_template("evidence/show.html", **_handed_in(submission))


def _editor(
    submission: Submission, part: EvidencePart | None = None, artefact: Artefact | None = None, **sent: Form
) -> dict[str, Any]:
    """What editor and fragments need; `sent` are the forms of `part` that were sent."""
    previous = submission.previous
    shown = sheets(submission, part, **sent)
    sheet = next((each for each in shown if part and each.part.id == part.id), None)
    piece = next((each for each in sheet.pieces if each.artefact is artefact), None) if sheet else None
    earlier = feedback(previous) if previous else None
    before = {"feedback": earlier, "compared": compared(submission) if earlier else []}
    return {"submission": submission, "sheets": shown, "sheet": sheet, "piece": piece} | before | limits()


def _handed_in(submission: Submission) -> dict[str, Any]:
    return {
        "submission": submission,
        "standing": standing(submission),
        "clock": clock(submission, holidays()),
        "steps": steps(submission),
        "feedback": feedback(submission),
        "afterwards": afterwards(submission),
        "compared": compared(submission),
        "anchor": anchor_from(submission.id),
        "may_be_taken_back": submission.is_with_reviewers and not has_begun(submission),
    }


@post(
    evidence,
    "/submissions/<int:submission_id>/parts/<int:part_id>/text",
    may=may_write_evidence,
    load=queries.own_part,
)
def save_text(own: OwnPart) -> Response:
    """Save the text of a part, as one types or by the button."""
    form = TextForm().within(own.place)
    answer = _answer(own, "evidence/_saved.html", text_form=form)
    return attempt(form, lambda: actions.save_text(*own, form.text.data or "", form.base), answer)


@post(
    evidence,
    "/submissions/<int:submission_id>/parts/<int:part_id>/files",
    may=may_write_evidence,
    load=queries.own_part,
)
def attach_file(own: OwnPart) -> Response:
    """Attach files. What takes long is done before the transaction, and a refused file is not kept."""
    form = FileForm()
    answer = _answer(own, "evidence/_artefacts.html", _("What you chose is attached."), file_form=form)
    if not form.validate():
        return answer.refused(form)
    room = actions.room_for(*own)
    stop_reading()
    with receive(form.file.data, queries.storage(), room=room) as received:
        response = attempt(form, lambda: received.attach(*own), answer) if received.some or not room else None
    form.refuse(received.refusals)
    return response if response and not received.refusals else answer.refused(form)


@post(
    evidence,
    "/submissions/<int:submission_id>/parts/<int:part_id>/links",
    may=may_write_evidence,
    load=queries.own_part,
)
def attach_link(own: OwnPart) -> Response:
    """Attach the address of a page."""
    form = LinkForm()
    answer = _answer(own, "evidence/_artefacts.html", _("The link is attached."), link_form=form)
    return attempt(form, lambda: actions.attach_link(*own, form.link.data or "", **form.description), answer)


@get(evidence, "/artefacts/<int:artefact_id>", may=may_write_evidence, load=queries.own_file)
def artefact(found: Artefact) -> Response:
    """A file of one's own, as it is stored: cleaned, and under the code name."""
    return file_response(
        queries.storage(),
        found.stored_name or "",
        media_type=found.media_type or "",
        file_name=found.file_name,
    )


@get(evidence, "/artefacts/<int:artefact_id>/pages", may=may_write_evidence, load=queries.own_document)
def document(found: Artefact) -> str:
    """The pages of a PDF of one's own, as pictures with their text."""
    outline = document_outline(queries.storage(), found.stored_name or "")
    return render_template("evidence/document.html", artefact=found, outline=outline)


@get(evidence, "/artefacts/<int:artefact_id>/pages/<int:page>", may=may_write_evidence, load=queries.own_page)
def page_picture(own: OwnPage) -> Response:
    """One page of a PDF of one's own, as a picture."""
    return page_response(queries.storage(), own.artefact.stored_name or "", own.number)


@post(evidence, "/artefacts/<int:artefact_id>/description", may=may_write_evidence, load=queries.own_artefact)
def describe_artefact(found: Artefact) -> Response:
    """Say something else about an artefact, about the pupils in it or about who made it too."""
    form = DescriptionForm().within(f"artefact-{found.id}")
    answer = _artefact_answer(found, "evidence/_described.html", **{f"artefact_{found.id}": form})
    return attempt(form, lambda: describing.describe_artefact(found, **form.description, seen=form.base), answer)


@post(evidence, "/artefacts/<int:artefact_id>/place", may=may_write_evidence, load=queries.own_artefact)
def move_artefact(found: Artefact) -> Response:
    """Put an artefact one place up or down among those of its part."""
    form = PlaceForm()
    answer = _artefact_answer(found, "evidence/_artefacts.html")
    return attempt(form, lambda: ordering.move_artefact(found, ordering.Step(form.step.data)), answer)


@post(evidence, "/artefacts/<int:artefact_id>/removal", may=may_write_evidence, load=queries.own_artefact)
def remove_artefact(found: Artefact) -> Response:
    """Take an artefact out; its file goes once the row is gone for good."""
    needless: list[str | None] = []
    answer = _artefact_answer(found, "evidence/_artefacts.html", _("It is removed."))
    response = attempt(Form(), lambda: needless.append(actions.remove_artefact(found)), answer)
    for stored_name in filter(None, needless):
        queries.storage().remove(stored_name)
    return response


@get(evidence, "/submissions/<int:submission_id>/checklist", may=may_write_evidence, load=queries.own_submission)
def checklist(submission: Submission) -> Any:
    """What is missing, and where the author might be recognised; the last page before handing in."""
    if not submission.is_writable:
        return redirect(_page(submission))
    return render_template("evidence/checklist.html", **_checks(submission, HandInForm(formdata=None)))


def _checks(submission: Submission, form: Form) -> dict[str, Any]:
    found = search(submission, me(), queries.storage())
    return {"submission": submission, "form": form, "checks": checks(submission), "search": found}


@post(evidence, "/submissions/<int:submission_id>/hand-in", may=may_write_evidence, load=queries.own_submission)
def submit(submission: Submission) -> Response:
    """Hand in: reviewers are found, and a thank-you becomes due."""
    form = HandInForm()

    def act() -> None:
        actions.submit(submission, by=me())
        assign_reviewers(submission)
        thank(submission.pilot, me())

    to = url_for("evidence.receipt", submission_id=submission.id)
    answer = Answer(to=to, page="evidence/checklist.html", context=lambda: _checks(submission, form))
    return attempt(form, act, answer)


@get(evidence, "/submissions/<int:submission_id>/receipt", may=may_write_evidence, load=queries.own_handed_in)
def receipt(submission: Submission) -> str:
    """What was handed in, and when: a page to keep."""
    return render_template("evidence/receipt.html", submission=submission, checks=checks(submission))


@post(evidence, "/submissions/<int:submission_id>/return", may=may_write_evidence, load=queries.own_submission)
def take_back(submission: Submission) -> Response:
    """Take back what no reviewer has begun with."""

    def act() -> None:
        withdraw_reviews(submission, by=me())
        actions.take_back(submission, by=me(), has_begun=has_begun)

    return attempt(Form(), act, Answer(to=_page(submission), said=_("It is with you again, and can be changed.")))


@post(evidence, "/submissions/<int:submission_id>/next-try", may=may_write_evidence, load=queries.own_submission)
def resubmit(submission: Submission) -> Response:
    """Begin the next try, from the texts and files of the last."""
    said = _("Here is everything as you handed it in, with the feedback. Change what is not met yet.")
    return attempt(Form(), lambda: actions.resubmit(submission, by=me()), Answer(to=_page, said=said))


@post(evidence, "/submissions/<int:submission_id>/giving-up", may=may_write_evidence, load=queries.own_submission)
def give_up(submission: Submission) -> Response:
    """End a draft."""
    answer = Answer(to=url_for("evidence.index"), said=_("You gave this draft up. You can start anew."))
    return attempt(Form(), lambda: actions.give_up(submission, by=me()), answer)


def _answer(own: OwnPart, fragment: str, said: str | None = None, **sent: Form) -> Answer:
    return Answer(
        to=url_for("evidence.show", submission_id=own.submission.id, _anchor=own.place),
        said=said,
        page="evidence/edit.html",
        fragment=fragment,
        context=lambda: _editor(*own, **sent),
    )


def _artefact_answer(found: Artefact, fragment: str, said: str | None = None, **sent: Form) -> Answer:
    own = OwnPart(found.submission, found.part)
    answer = _answer(own, fragment, said, **sent)
    answer.context = lambda: _editor(*own, artefact=found, **sent)
    return answer


def _page(submission: Submission) -> str:
    return url_for("evidence.show", submission_id=submission.id)
