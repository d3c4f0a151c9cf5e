"""The administrator's pages: people, schools and roles."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from microcred.accounts import accounts, actions, queries
from microcred.accounts.forms import PeopleFileForm, PersonForm, SchoolForm
from microcred.accounts.models import Account, School, role_titles
from microcred.accounts.people_file import read_people
from microcred.addresses import whole_address
from microcred.db import db
from microcred.fields import one_line
from microcred.history import page_of_history
from microcred.paging import page_of
from microcred.permissions import may_manage_people
from microcred.web import Answer, Form, attempt, get, me, post

MOST_SHOWN = 30
"""How many known subjects a hint names."""


@get(accounts, "/people", may=may_manage_people)
def people() -> str:
    """Everyone, narrowed by name, school and role."""
    search, school, role = (one_line(request.args.get(name, "")) or "" for name in ("q", "school", "role"))
    statement = queries.people(
        search, school_id=int(school) if school.isdecimal() and len(school) < 9 else None, role=role
    )
    address = url_for("accounts.people", q=search, school=school, role=role)
    page = page_of(statement, request.args.get("page"), address)
    found = {"page": page, "search": search, "school": school, "role": role}
    return render_template("accounts/people.html", **found, schools=queries.open_schools(), roles=role_titles())


def _person_form(person: Account | None = None) -> PersonForm:
    form = PersonForm(
        name=person.name if person else "",
        email=person.email if person else "",
        school=str(person.school_id or "") if person else "",
        roles=[name.value for name in person.role_names] if person else ["teacher"],
        subjects=", ".join(person.subjects) if person else "",
    )
    form.offer_schools(queries.open_schools())
    form.subjects.description = _subjects_hint()
    return form


def _subjects_hint() -> str:
    known = queries.subjects()
    if not known:
        return _("What the person teaches, for example “Math, Science”.")
    return _(
        "Known so far: %(subjects)s", subjects=", ".join(known[:MOST_SHOWN]) + (" …" if known[MOST_SHOWN:] else "")
    )


def _school_of(form: PersonForm) -> School | None:
    chosen = (form.school.data or "").strip()
    return db.session.get(School, int(chosen)) if chosen else None


@get(accounts, "/people/new", may=may_manage_people)
def new_person() -> str:
    """The form for one more person."""
    return render_template("accounts/edit_person.html", form=_person_form(), person=None)


@post(accounts, "/people", may=may_manage_people)
def create_person() -> Response:
    """Add a person."""
    form = _person_form()
    return attempt(
        form,
        lambda: _create(form),
        Answer(
            to=lambda person: url_for("accounts.show_person", account_id=person.id),
            said=_("Added. Make a welcome link, so that a password can be chosen."),
            page="accounts/edit_person.html",
            context=lambda: {"form": form, "person": None},
        ),
    )


def _create(form: PersonForm) -> Account:
    person = actions.create_person(
        form.name.data or "", form.email.data or "", school=_school_of(form), roles=form.role_names(), by=me()
    )
    return actions.set_subjects(person, form.taught, by=me())


@get(accounts, "/people/<int:account_id>", may=may_manage_people, load=queries.person_to_manage)
def show_person(person: Account) -> str:
    """One person: roles, state, and what can be changed."""
    return render_template("accounts/person.html", person=person, roles=role_titles())


@get(accounts, "/people/<int:account_id>/edit", may=may_manage_people, load=queries.person_to_manage)
def edit_person(person: Account) -> str:
    """The form for changing a person."""
    return render_template("accounts/edit_person.html", form=_person_form(person), person=person)


@post(accounts, "/people/<int:account_id>", may=may_manage_people, load=queries.person_to_manage)
def change_person(person: Account) -> Response:
    """Change a person's name, address, school or roles."""
    form = _person_form(person)
    return attempt(
        form,
        lambda: _change(person, form),
        Answer(
            to=url_for("accounts.show_person", account_id=person.id),
            said=_("Saved."),
            page="accounts/edit_person.html",
            context=lambda: {"form": form, "person": person},
        ),
    )


def _change(person: Account, form: PersonForm) -> Account:
    actions.change_person(
        person,
        name=form.name.data or "",
        email=form.email.data or "",
        school=_school_of(form),
        roles=form.role_names(),
        by=me(),
    )
    return actions.set_subjects(person, form.taught, by=me())


@post(accounts, "/people/<int:account_id>/disabling", may=may_manage_people, load=queries.person_to_manage)
def disable_person(person: Account) -> Response:
    """Let somebody not sign in any more."""
    answer = Answer(
        to=url_for("accounts.show_person", account_id=person.id),
        said=_("Disabled, and signed out everywhere."),
        undo=url_for("accounts.enable_person", account_id=person.id),
    )
    return attempt(Form(), lambda: actions.disable_person(person, by=me()), answer)


@post(accounts, "/people/<int:account_id>/enabling", may=may_manage_people, load=queries.person_to_manage)
def enable_person(person: Account) -> Response:
    """Let somebody sign in again."""
    answer = Answer(to=url_for("accounts.show_person", account_id=person.id), said=_("May sign in again."))
    return attempt(Form(), lambda: actions.enable_person(person, by=me()), answer)


@post(accounts, "/people/<int:account_id>/welcome", may=may_manage_people, load=queries.person_to_manage)
def welcome_person(person: Account) -> Response:
    """Make a link with which somebody chooses a password; it is mailed, and shown this once."""
    return attempt(
        Form(),
        lambda: actions.welcome(person, by=me(), link=_welcome_url),
        Answer(
            to=url_for("accounts.show_person", account_id=person.id),
            said=lambda token: _("Pass on this link, good once and for two weeks: %(link)s", link=_welcome_url(token)),
            is_secret=True,
        ),
    )


def _welcome_url(token: str) -> str:
    return whole_address("accounts.welcome_page", token=token)


@get(accounts, "/people/import", may=may_manage_people)
def new_people() -> str:
    """The form for a file of people."""
    return render_template("accounts/import.html", form=PeopleFileForm())


@post(accounts, "/people/import", may=may_manage_people)
def import_people() -> Response:
    """Add everyone whom a file names, or nobody."""
    form = PeopleFileForm()
    answer = Answer(
        to=url_for("accounts.people"),
        said=lambda added: ngettext("%(num)s person added.", "%(num)s people added.", len(added)),
        page="accounts/import.html",
        context=lambda: {"form": form},
    )
    return attempt(form, lambda: actions.import_people(_rows(form), by=me()), answer)


def _rows(form: PeopleFileForm) -> Any:
    schools = {school.name.lower(): school for school in queries.open_schools()}
    return read_people(form.file.data.read(), schools, set(db.session.scalars(select(Account.email))))


@get(accounts, "/schools", may=may_manage_people)
def schools() -> str:
    """Every school, and a form for one more."""
    return render_template("accounts/schools.html", schools=queries.open_schools(), form=SchoolForm())


@post(accounts, "/schools", may=may_manage_people)
def create_school() -> Response:
    """Add a school."""
    form = SchoolForm()
    answer = Answer(
        to=url_for("accounts.schools"),
        said=_("Added."),
        page="accounts/schools.html",
        context=lambda: {"form": form, "schools": queries.open_schools()},
    )
    return attempt(form, lambda: actions.create_school(form.name.data or "", by=me()), answer)


@get(accounts, "/schools/<int:school_id>/edit", may=may_manage_people, load=queries.school_to_manage)
def edit_school(school: School) -> str:
    """The form for a school's name."""
    return render_template("accounts/edit_school.html", school=school, form=SchoolForm(obj=school))


@post(accounts, "/schools/<int:school_id>", may=may_manage_people, load=queries.school_to_manage)
def rename_school(school: School) -> Response:
    """Give a school another name."""
    form = SchoolForm()
    answer = Answer(
        to=url_for("accounts.schools"),
        said=_("Saved."),
        page="accounts/edit_school.html",
        context=lambda: {"form": form, "school": school},
    )
    return attempt(form, lambda: actions.rename_school(school, form.name.data or "", by=me()), answer)


@get(accounts, "/history", may=may_manage_people)
def history() -> str:
    """What was done, newest first, with whether the chain holds."""
    page = page_of(page_of_history(), request.args.get("page"), url_for("accounts.history"))
    names = queries.names({entry.actor_id for entry in page.rows if entry.actor_id})
    return render_template("accounts/history.html", page=page, names=names)
