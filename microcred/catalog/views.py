"""Pages of the catalogue: what there is, one micro-credential in full, one stack, one version of a rubric."""

from itertools import groupby
from typing import Any

from flask import Response as File
from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.catalog import actions, catalog, queries
from microcred.catalog import authoring as authoring
from microcred.catalog import importing as importing
from microcred.catalog.exporting import catalogue_entry
from microcred.catalog.format import written
from microcred.catalog.models import MicroCredential, Rubric, Stack
from microcred.fields import LONGEST_SEARCH, one_line
from microcred.permissions import may_be_here, may_edit_catalog
from microcred.web import Answer, Form, attempt, get, me, post


@get(catalog, "/catalog", may=may_be_here)
def index() -> str:
    """Every micro-credential, stack by stack; narrowed by a search."""
    search = (one_line(request.args.get("q")) or "")[:LONGEST_SEARCH]
    found = queries.micro_credentials(search)
    groups = [
        (stack, list(each)) for stack, each in groupby(found, key=lambda micro_credential: micro_credential.stack)
    ]
    archived = queries.archived_micro_credentials() if may_edit_catalog(me()) else []
    return render_template(
        "catalog/index.html", groups=groups, search=search, archived=archived, bare=_bare(groups) if not search else []
    )


def _bare(groups: list[tuple[Stack, list[MicroCredential]]]) -> list[Stack]:
    filled = {stack.id for stack, _micro_credentials in groups}
    return [stack for stack in queries.stacks() if stack.id not in filled] if may_edit_catalog(me()) else []


@get(catalog, "/catalog/<int:micro_credential_id>", may=may_be_here, load=queries.visible_micro_credential)
def show(micro_credential: MicroCredential) -> str:
    """One micro-credential: the skill, why, the effort, the evidence and the rubric in full."""
    return render_template(
        "catalog/show.html", micro_credential=micro_credential, versions=queries.versions(micro_credential)
    )


@get(catalog, "/stacks/<int:stack_id>", may=may_be_here, load=queries.visible_stack)
def show_stack(stack: Stack) -> str:
    """One stack and its micro-credentials."""
    return render_template("catalog/stack.html", stack=stack, members=queries.members(stack))


@get(catalog, "/rubrics/<int:rubric_id>", may=may_be_here, load=queries.visible_rubric)
def show_rubric(rubric: Rubric) -> str:
    """One version of a rubric."""
    micro_credential = queries.micro_credential_of(rubric)
    return render_template("catalog/rubric.html", rubric=rubric, micro_credential=micro_credential)


@post(
    catalog,
    "/catalog/<int:micro_credential_id>/archiving",
    may=may_edit_catalog,
    load=queries.visible_micro_credential,
)
def archive(micro_credential: MicroCredential) -> Response:
    """Take a micro-credential out of the catalogue."""
    answer = _shown(micro_credential, _("“%(title)s” is archived.", title=micro_credential.title))
    answer.undo = url_for("catalog.restore", micro_credential_id=micro_credential.id)
    return attempt(Form(), lambda: actions.archive(micro_credential, by=me()), answer)


@post(
    catalog,
    "/catalog/<int:micro_credential_id>/restoration",
    may=may_edit_catalog,
    load=queries.visible_micro_credential,
)
def restore(micro_credential: MicroCredential) -> Response:
    """Put an archived micro-credential back."""
    answer = _shown(micro_credential, _("“%(title)s” is in the catalogue again.", title=micro_credential.title))
    return attempt(Form(), lambda: actions.restore(micro_credential, by=me()), answer)


def _shown(micro_credential: MicroCredential, said: str) -> Answer:
    return Answer(to=url_for("catalog.show", micro_credential_id=micro_credential.id), said=said)


@get(catalog, "/catalog.json", may=may_be_here)
def export() -> Any:
    """The catalogue as a file, in the format that can be imported."""
    content = written(catalogue_entry(queries.stacks(), queries.whole_catalogue()))
    response = File(content, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename="catalogue.json")
    return response
