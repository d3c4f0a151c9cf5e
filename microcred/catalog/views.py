"""Pages of the catalogue: what there is, one micro-credential in full, the versions of its rubric, one stack."""

from itertools import groupby
from typing import Any

from flask import Response as File
from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.catalog import actions, catalog, queries
from microcred.catalog import authoring as authoring
from microcred.catalog import importing as importing
from microcred.catalog import rubrics as rubrics
from microcred.catalog.exporting import catalogue_entry
from microcred.catalog.format import written
from microcred.catalog.forms import RubricFileForm
from microcred.catalog.models import MicroCredential, Stack
from microcred.evidence.versions import uses_of
from microcred.fields import LONGEST_SEARCH, one_line
from microcred.permissions import may_be_here, may_edit_catalog
from microcred.pilots.queries import visible_offers
from microcred.scoring.anchor_queries import examples_of
from microcred.scoring.promises import promises
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
    """One micro-credential: the skill, why, the effort, the evidence, the rubric in full, and what is promised."""
    return render_template(
        "catalog/show.html",
        micro_credential=micro_credential,
        versions=queries.versions(micro_credential),
        promises=promises(micro_credential, visible_offers(me(), micro_credential)),
        examples=examples_of(micro_credential),
    )


@get(catalog, "/stacks/<int:stack_id>", may=may_be_here, load=queries.visible_stack)
def show_stack(stack: Stack) -> str:
    """One stack and its micro-credentials."""
    return render_template("catalog/stack.html", stack=stack, members=queries.members(stack))


@get(catalog, "/catalog/<int:micro_credential_id>/rubrics", may=may_be_here, load=queries.visible_micro_credential)
def versions(micro_credential: MicroCredential) -> str:
    """Every version of a micro-credential's rubric; the coordinator sees how often each was used, and imports one."""
    return render_template("catalog/versions.html", **_versions(micro_credential, RubricFileForm(formdata=None)))


@post(
    catalog, "/catalog/<int:micro_credential_id>/rubrics", may=may_edit_catalog, load=queries.visible_micro_credential
)
def import_rubric(micro_credential: MicroCredential) -> Response:
    """Make a rubric from a file the newest version, whole or not at all."""
    form = RubricFileForm()
    answer = Answer(
        to=lambda made: url_for("catalog.show_differences", rubric_id=made.id),
        said=lambda made: _("Version %(number)s is the current rubric now.", number=made.version),
        page="catalog/versions.html",
        context=lambda: _versions(micro_credential, form),
    )
    return attempt(form, lambda: actions.import_rubric(micro_credential, form.rubric, by=me()), answer)


def _versions(micro_credential: MicroCredential, form: Form) -> dict[str, Any]:
    uses = uses_of(micro_credential) if may_edit_catalog(me()) else {}
    found = queries.versions(micro_credential)
    return {"micro_credential": micro_credential, "versions": found, "uses": uses, "form": form}


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
