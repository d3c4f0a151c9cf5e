"""The files on a reviewer's desk: fetched under their code names, and what of them is shown in place."""

from flask import Response, render_template

from microcred.evidence.queries import storage
from microcred.evidence.serving import file_response, page_response
from microcred.permissions import may_score
from microcred.scoring import scoring
from microcred.scoring.desk_evidence import OwnArtefact, OwnPage, own_artefact, own_document, own_page
from microcred.web import get


@get(scoring, "/reviews/<int:review_id>/artefacts/<int:number>", may=may_score, load=own_artefact)
def artefact(found: OwnArtefact) -> Response:
    """A file of evidence under its code name; pictures are shown, everything else is only handed over."""
    return file_response(storage(), found.stored_name, media_type=found.media_type, file_name=found.file_name)


@get(scoring, "/reviews/<int:review_id>/artefacts/<int:number>/pages", may=may_score, load=own_document)
def document(found: OwnArtefact) -> str:
    """A PDF page by page, or a text, to be read without leaving the desk."""
    return render_template("scoring/document.html", found=found)


@get(scoring, "/reviews/<int:review_id>/artefacts/<int:number>/pages/<int:page>", may=may_score, load=own_page)
def document_page(found: OwnPage) -> Response:
    """One page of a PDF as a picture."""
    return page_response(storage(), found.artefact.stored_name, found.page)
