"""Pages that tell what teachers are learning and whether a rubric works: each version on its own, and its feedback."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Bundle

from microcred.catalog.models import Criterion, MicroCredential, Rubric
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.fields import LONGEST_SEARCH, one_line
from microcred.history import record
from microcred.paging import ROWS, Page, page_of
from microcred.permissions import may_understand_rubrics
from microcred.scoring import scoring
from microcred.scoring.feedback_search import Remark, remarks
from microcred.scoring.insight import Understanding, rubric_to_understand, understanding
from microcred.scoring.readings import agreement_reading, severity_reading
from microcred.scoring.understanding_table import counts, level_columns, level_rows, severity_columns, severity_rows
from microcred.tables import DownloadForm, TableAnswer
from microcred.web import attempt, get, me, post


@get(scoring, "/rubrics/understanding", may=may_understand_rubrics)
def rubrics() -> str:
    """Every version of a rubric by which evidence was decided."""
    page = page_of(_used_rubrics(), request.args.get("page"), url_for("scoring.rubrics"))
    return render_template("scoring/rubrics.html", page=page)


def _used_rubrics() -> Select[Any]:
    decided = func.count(Submission.decided_at)
    found: Bundle[Any] = Bundle(
        "found",
        Rubric.id,
        Rubric.version,
        MicroCredential.title.label("title"),
        (MicroCredential.rubric_id == Rubric.id).label("is_current"),
        decided.label("decided"),
    )
    return (
        select(found)
        .select_from(Submission)
        .join(Rubric, Rubric.id == Submission.rubric_id)
        .join(MicroCredential, MicroCredential.id == Rubric.micro_credential_id)
        .group_by(Rubric.id, Rubric.version, MicroCredential.id, MicroCredential.title, MicroCredential.rubric_id)
        .having(decided > 0)
        .order_by(MicroCredential.title, MicroCredential.id, Rubric.version.desc())
    )


@get(scoring, "/rubrics/<int:rubric_id>/understanding", may=may_understand_rubrics, load=rubric_to_understand)
def understand(rubric: Rubric) -> str:
    """What one version shows: levels, agreement, severity, and criteria that tell nothing apart."""
    return render_template(
        "scoring/understanding.html",
        rubric=rubric,
        versions=_versions(rubric),
        shown=understanding(rubric),
        hides_few=_hides_few(),
        counts=counts,
        agreement_reading=agreement_reading,
        severity_reading=severity_reading,
    )


def _versions(rubric: Rubric) -> Sequence[Any]:
    """Every version of the same micro-credential's rubric, the oldest first: id, version, title."""
    statement = (
        select(Rubric.id, Rubric.version, MicroCredential.title)
        .join(MicroCredential, MicroCredential.id == Rubric.micro_credential_id)
        .where(Rubric.micro_credential_id == rubric.micro_credential_id)
        .order_by(Rubric.version)
    )
    return db.session.execute(statement).all()


def _hides_few() -> bool:
    """Numbers of few people stay hidden until the coordinator asks for them: a page is soon on a wall."""
    return request.args.get("few") != "shown"


@post(
    scoring, "/rubrics/<int:rubric_id>/understanding/downloads", may=may_understand_rubrics, load=rubric_to_understand
)
def download_levels(rubric: Rubric) -> Response:
    """Levels and agreement as a file, with or without numbers of few people, as they were shown."""
    hides_few = _hides_few()
    return _download(rubric, "levels", level_columns(), lambda shown: level_rows(shown, hides_few=hides_few))


@post(scoring, "/rubrics/<int:rubric_id>/severity/downloads", may=may_understand_rubrics, load=rubric_to_understand)
def download_severity(rubric: Rubric) -> Response:
    """How severe each reviewer is, as a file."""
    return _download(rubric, "severity", severity_columns(), lambda shown: severity_rows(shown.severities))


def _download(
    rubric: Rubric, table: str, columns: Sequence[str], rows: Callable[[Understanding], list[list[Any]]]
) -> Response:
    form = DownloadForm()
    answer = TableAnswer(
        to=url_for("scoring.understand", rubric_id=rubric.id),
        name=f"rubric-{rubric.id}-{table}",
        columns=columns,
        rows=lambda: rows(understanding(rubric)),
        format=form.format.data,
    )
    told = {"table": table, "few": "hidden" if _hides_few() else "shown"}
    return attempt(form, lambda: record(me(), "downloaded what a rubric shows", rubric, **told), answer)


@get(scoring, "/rubrics/<int:rubric_id>/feedback", may=may_understand_rubrics, load=rubric_to_understand)
def search_feedback(rubric: Rubric) -> str:
    """What reviewers wrote by this version, narrowed by words and criterion."""
    wanted, chosen = one_line(request.args.get("q", "")[:LONGEST_SEARCH]) or "", _criterion(rubric)
    found = remarks(rubric, wanted, chosen.id if chosen else None)
    page = None if found is None else _page(found, _address(rubric, wanted, chosen))
    title = _versions(rubric)[0].title
    return render_template("scoring/feedback.html", rubric=rubric, title=title, wanted=wanted, chosen=chosen, page=page)


def _address(rubric: Rubric, wanted: str, chosen: Criterion | None) -> str:
    code = chosen.code if chosen else None
    return url_for("scoring.search_feedback", rubric_id=rubric.id, q=wanted or None, criterion=code)


def _criterion(rubric: Rubric) -> Criterion | None:
    return next((each for each in rubric.criteria if each.code == request.args.get("criterion")), None)


def _page(found: list[Remark], address: str) -> Page:
    asked = request.args.get("page", "")
    page = Page([], int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1, len(found), address)
    page.number = min(max(page.number, 1), page.last)
    page.rows = found[(page.number - 1) * ROWS : page.number * ROWS]
    return page
