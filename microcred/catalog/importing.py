"""Importing a catalogue: the file, what became of it, what was imported before, and the page on the format."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.catalog import actions, catalog, queries
from microcred.catalog import format as catalogue_format
from microcred.catalog.forms import FileForm
from microcred.catalog.models import CatalogueImport
from microcred.catalog.sample import SAMPLE
from microcred.paging import page_of
from microcred.permissions import may_be_here, may_edit_catalog
from microcred.web import Answer, Form, attempt, get, me, post


@get(catalog, "/catalog/imports", may=may_edit_catalog)
def imports() -> str:
    """The form for a file, and every import so far."""
    return render_template("catalog/imports.html", **_context(FileForm()))


@post(catalog, "/catalog/imports", may=may_edit_catalog)
def import_catalogue() -> Response:
    """Import a catalogue from a file, whole or not at all."""
    form = FileForm()
    answer = Answer(
        to=lambda made: url_for("catalog.show_import", import_id=made[0].id),
        said=_("The catalogue is imported."),
        page="catalog/imports.html",
        context=lambda: _context(form),
    )
    return attempt(form, lambda: actions.record_import(form.catalogue, by=me()), answer)


def _context(form: Form) -> dict[str, Any]:
    page = page_of(queries.imports(), request.args.get("page"), url_for("catalog.imports"))
    return {"form": form, "page": page}


@get(catalog, "/catalog/imports/<int:import_id>", may=may_edit_catalog, load=queries.catalogue_import)
def show_import(catalogue_import: CatalogueImport) -> str:
    """What one import changed."""
    codes = [code for codes in catalogue_import.changes.values() for code in codes]
    return render_template(
        "catalog/import.html",
        catalogue_import=catalogue_import,
        micro_credentials=queries.micro_credentials_by_code(codes),
        stacks=queries.stacks_by_code(codes),
    )


@get(catalog, "/catalog/format", may=may_be_here)
def format_page() -> str:
    """The format of a catalogue's file."""
    return render_template(
        "catalog/format.html", designs=catalogue_format.DESIGNS, sample=catalogue_format.written(SAMPLE)
    )
