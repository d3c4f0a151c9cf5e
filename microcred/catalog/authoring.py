"""Writing the catalogue by hand: micro-credentials with their evidence and rubric, and stacks."""

from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.catalog import actions, catalog, queries
from microcred.catalog.differences import differences
from microcred.catalog.drafting import PREVIEW, Typed, most_rows, step_of, take
from microcred.catalog.editing import entry_of, new_rows, rows_of, slug
from microcred.catalog.exporting import rubric_entry
from microcred.catalog.forms import MicroCredentialForm, StackForm, slips
from microcred.catalog.models import MicroCredential, Stack
from microcred.catalog.preview import drafted
from microcred.permissions import may_edit_catalog
from microcred.web import Answer, attempt, get, me, post


@get(catalog, "/catalog/new", may=may_edit_catalog)
def new() -> str:
    """The form for a new micro-credential."""
    return render_template("catalog/edit.html", **_context(_form(None), None))


@post(catalog, "/catalog", may=may_edit_catalog)
def create_micro_credential() -> Response:
    """Add a micro-credential; a button within the form only takes its step there."""
    if "step" in request.form:
        return _redrawn(None)
    form = _form(None)

    def act() -> MicroCredential:
        return actions.create_micro_credential(entry_of(form), stack=_stack(form), by=me())

    return attempt(form, act, _answer(form, None, _("The micro-credential is in the catalogue.")))


@get(
    catalog,
    "/catalog/<int:micro_credential_id>/edit",
    may=may_edit_catalog,
    load=queries.visible_micro_credential,
)
def edit(micro_credential: MicroCredential) -> str:
    """The form to change a micro-credential."""
    return render_template("catalog/edit.html", **_context(_form(micro_credential), micro_credential))


@post(catalog, "/catalog/<int:micro_credential_id>", may=may_edit_catalog, load=queries.visible_micro_credential)
def change_micro_credential(micro_credential: MicroCredential) -> Response:
    """Change a micro-credential; a rubric that differs becomes a new version. As above, a step changes nothing yet."""
    if "step" in request.form:
        return _redrawn(micro_credential)
    form, code = _form(micro_credential), micro_credential.code

    def act() -> MicroCredential:
        entry = entry_of(form, code)
        return actions.change_micro_credential(micro_credential, entry, stack=_stack(form), by=me())

    return attempt(form, act, _answer(form, micro_credential, _("The micro-credential is changed.")))


def _answer(form: MicroCredentialForm, micro_credential: MicroCredential | None, said: str) -> Answer:
    return Answer(
        to=lambda written: url_for("catalog.show", micro_credential_id=written.id),
        said=said,
        page="catalog/edit.html",
        context=lambda: _context(form, micro_credential),
    )


def _redrawn(micro_credential: MicroCredential | None) -> Response:
    """The form after a step within it: nothing is stored, and what was typed stays."""
    said = request.form["step"]
    step = step_of(said)
    typed, row = take(step, request.form) if step else (request.form, "")
    form = _form(micro_credential, typed)
    context = _context(form, micro_credential) | {"row": row}
    if said == PREVIEW:
        context |= _preview(entry_of(form, micro_credential.code if micro_credential else None), micro_credential)
    is_piece = request.headers.get("HX-Request") == "true"
    return make_response(render_template("catalog/_editor.html" if is_piece else "catalog/edit.html", **context))


def _preview(entry: dict[str, Any], micro_credential: MicroCredential | None) -> dict[str, Any]:
    current = micro_credential and micro_credential.rubric
    found = differences(rubric_entry(current), entry["rubric"]) if current else None
    return {"preview": drafted(entry), "differences": found}


def _form(micro_credential: MicroCredential | None, typed: Typed | None = None) -> MicroCredentialForm:
    rows = rows_of(micro_credential) if micro_credential else new_rows()
    others = [each for each in queries.every_micro_credential() if each is not micro_credential]
    sent = {"formdata": typed} if typed is not None else {}
    return MicroCredentialForm(**sent, data=rows).offer(queries.stacks(), others)


def _context(form: MicroCredentialForm, micro_credential: MicroCredential | None) -> dict[str, Any]:
    named = {"form": form, "micro_credential": micro_credential, "slips": list(slips(form))}
    return named | {"row": "", "preview": None, "differences": None, "most_rows": most_rows}


def _stack(form: MicroCredentialForm) -> Stack:
    return queries.stacks_by_code([form.stack.data])[form.stack.data]


@get(catalog, "/stacks/new", may=may_edit_catalog)
def new_stack() -> str:
    """The form for a new stack."""
    return render_template("catalog/edit_stack.html", form=StackForm(), stack=None)


@post(catalog, "/stacks", may=may_edit_catalog)
def create_stack() -> Response:
    """Add a stack."""
    form = StackForm()
    answer = _stack_answer(form, None, _("The stack is created."))
    return attempt(form, lambda: actions.create_stack(_stack_entry(form), by=me()), answer)


@get(catalog, "/stacks/<int:stack_id>/edit", may=may_edit_catalog, load=queries.visible_stack)
def edit_stack(stack: Stack) -> str:
    """The form to change a stack."""
    return render_template("catalog/edit_stack.html", form=StackForm(obj=stack), stack=stack)


@post(catalog, "/stacks/<int:stack_id>", may=may_edit_catalog, load=queries.visible_stack)
def change_stack(stack: Stack) -> Response:
    """Change a stack."""
    form = StackForm()
    answer = _stack_answer(form, stack, _("The stack is changed."))
    return attempt(form, lambda: actions.change_stack(stack, _stack_entry(form), by=me()), answer)


def _stack_entry(form: StackForm) -> dict[str, Any]:
    entry = {name: form[name].data for name in ("title", "description", "design")}
    return entry | {"code": slug(form.title.data or "") or "stack"}


def _stack_answer(form: StackForm, stack: Stack | None, said: str) -> Answer:
    return Answer(
        to=lambda written: url_for("catalog.show_stack", stack_id=written.id),
        said=said,
        page="catalog/edit_stack.html",
        context=lambda: {"form": form, "stack": stack},
    )
