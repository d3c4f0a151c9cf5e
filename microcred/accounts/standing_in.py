"""The principal's page on deputies: who stands in, and who might."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.accounts import accounts, queries
from microcred.accounts.deputies import end_deputy as end
from microcred.accounts.deputies import name_deputy as name
from microcred.accounts.forms import DeputyForm
from microcred.accounts.models import School
from microcred.permissions import may_name_deputy
from microcred.web import Answer, attempt, get, me, post


@get(accounts, "/schools/<int:school_id>/deputies", may=may_name_deputy, load=queries.led_school)
def deputies(school: School) -> str:
    """The deputies of a school, and the form for one more."""
    return render_template("accounts/deputies.html", **_context(school))


def _context(school: School, form: DeputyForm | None = None) -> dict[str, Any]:
    return {
        "school": school,
        "schools": queries.led_schools(me()),
        "deputies": queries.deputies_of(school.id),
        "form": form or DeputyForm(queries.possible_deputies(school.id), formdata=None),
    }


@post(accounts, "/schools/<int:school_id>/deputies", may=may_name_deputy, load=queries.led_school)
def name_deputy(school: School) -> Response:
    """Let somebody stand in; also what undoes an end."""
    form = DeputyForm(queries.possible_deputies(school.id), request.values)
    answer = Answer(
        to=_address(school),
        said=lambda person: _("%(name)s is deputy now, and is told so.", name=person.name),
        page="accounts/deputies.html",
        context=lambda: _context(school, form),
    )
    return attempt(form, lambda: name(school, form.chosen, by=me()), answer)


@post(accounts, "/schools/<int:school_id>/deputies/endings", may=may_name_deputy, load=queries.led_school)
def end_deputy(school: School) -> Response:
    """Let somebody stand in no more."""
    form = DeputyForm(queries.deputies_of(school.id))
    answer = Answer(
        to=_address(school),
        said=lambda person: _("%(name)s is deputy no more, and is told so.", name=person.name),
        undo=lambda person: url_for("accounts.name_deputy", school_id=school.id, person=person.id),
    )
    return attempt(form, lambda: end(school, form.chosen, by=me()), answer)


def _address(school: School) -> str:
    return url_for("accounts.deputies", school_id=school.id)
