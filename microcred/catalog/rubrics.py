"""Pages of one version of a rubric: in full, on a reviewer's desk, against another version, and as files."""

from flask import Response as File
from flask import render_template, request
from werkzeug.wrappers import Response

from microcred.catalog import catalog, queries
from microcred.catalog.differences import differences
from microcred.catalog.exporting import rubric_entry
from microcred.catalog.format import written
from microcred.catalog.models import MicroCredential, Rubric
from microcred.catalog.rubric_table import COLUMNS, table_of
from microcred.permissions import may_be_here
from microcred.tables import csv_response
from microcred.web import get


@get(catalog, "/rubrics/<int:rubric_id>", may=may_be_here, load=queries.visible_rubric)
def show_rubric(rubric: Rubric) -> str:
    """One version of a rubric."""
    micro_credential = queries.micro_credential_of(rubric)
    versions = queries.versions(micro_credential)
    return render_template("catalog/rubric.html", rubric=rubric, micro_credential=micro_credential, versions=versions)


@get(catalog, "/rubrics/<int:rubric_id>/desk", may=may_be_here, load=queries.visible_rubric)
def show_desk(rubric: Rubric) -> str:
    """One version as reviewers have it beside the evidence."""
    return render_template("catalog/desk.html", rubric=rubric, micro_credential=queries.micro_credential_of(rubric))


@get(catalog, "/rubrics/<int:rubric_id>/differences", may=may_be_here, load=queries.visible_rubric)
def show_differences(rubric: Rubric) -> str:
    """What differs in a version from another of the same micro-credential: the one before, unless another is chosen."""
    micro_credential = queries.micro_credential_of(rubric)
    versions = queries.versions(micro_credential)
    since = _since(rubric, versions)
    found = differences(rubric_entry(since), rubric_entry(rubric))
    return render_template(
        "catalog/differences.html",
        rubric=rubric,
        since=since,
        versions=versions,
        micro_credential=micro_credential,
        differences=found,
    )


def _since(rubric: Rubric, versions: list[Rubric]) -> Rubric:
    """The version that was asked for; else the one before, else the version itself."""
    by_number = {str(each.version): each for each in versions}
    earlier = [each for each in versions if each.version < rubric.version]
    return by_number.get(request.args.get("since", ""), earlier[0] if earlier else rubric)


@get(catalog, "/rubrics/<int:rubric_id>/rubric.csv", may=may_be_here, load=queries.visible_rubric)
def download_table(rubric: Rubric) -> Response:
    """One version as a table, with one line for each level."""
    return csv_response(_file_name(rubric), COLUMNS, list(table_of(rubric_entry(rubric))))


@get(catalog, "/rubrics/<int:rubric_id>/rubric.json", may=may_be_here, load=queries.visible_rubric)
def download_json(rubric: Rubric) -> Response:
    """One version as in the catalogue's file: what its hash is of."""
    response = File(written(rubric_entry(rubric)), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"{_file_name(rubric)}.json")
    return response


def _file_name(rubric: Rubric) -> str:
    micro_credential: MicroCredential = queries.micro_credential_of(rubric)
    return f"{micro_credential.code}-rubric-{rubric.version}"
