"""What the coordinator changes: the places, the queue, somebody entered on their behalf, a question how it goes."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.accounts.queries import account_by_email
from microcred.permissions import may_see_volunteers
from microcred.pilots.actions import change_places as set_places
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot
from microcred.recognition.actions import thank
from microcred.volunteers import actions, queries, steering, volunteers
from microcred.volunteers.call import refuse_misfit
from microcred.volunteers.forms import AddForm, MoveForm, PlacesForm
from microcred.volunteers.models import Volunteer
from microcred.volunteers.overview import listed, marked, narrowing
from microcred.volunteers.places import fill_places
from microcred.web import Answer, Form, attempt, get, me, post


def _list(pilot: Pilot) -> str:
    return url_for("volunteers.index", pilot_id=pilot.id, **narrowing())


@post(volunteers, "/pilots/<int:pilot_id>/volunteers/places", may=may_see_volunteers, load=visible_pilot)
def change_places(pilot: Pilot) -> Response:
    """Have more places or fewer; new ones are offered to those who wait."""
    form = PlacesForm()

    def act() -> None:
        fill_places(refuse_misfit(set_places(pilot, form.places.data or 0, by=me())))

    answer = Answer(
        to=_list(pilot),
        said=lambda _done: _("The pilot has %(places)s places now.", places=pilot.places),
        page="volunteers/index.html",
        context=lambda: listed(pilot, places=form),
    )
    return attempt(form, act, answer)


@post(volunteers, "/volunteers/<int:volunteer_id>/turn", may=may_see_volunteers, load=queries.volunteer_to_mark)
def move_in_queue(volunteer: Volunteer) -> Response:
    """Put somebody on another place in the queue, with the reason."""
    form = MoveForm(volunteer)
    answer = Answer(
        to=_list(volunteer.pilot),
        said=lambda moved: _("%(name)s is moved, and is told why.", name=moved.person.name),
        page="volunteers/index.html",
        context=lambda: listed(volunteer.pilot, move=form),
    )
    return attempt(
        form,
        lambda: steering.move_in_queue(volunteer, form.place.data or 0, form.reason.data or "", by=me()),
        answer,
    )


@post(volunteers, "/volunteers/<int:volunteer_id>/question", may=may_see_volunteers, load=queries.volunteer_to_mark)
def ask_how_it_goes(volunteer: Volunteer) -> Response:
    """Send the friendly question."""
    answer = Answer(
        to=url_for("volunteers.show_one", volunteer_id=volunteer.id),
        said=_("%(name)s gets a friendly message from you.", name=volunteer.person.name),
    )
    return attempt(Form(), lambda: steering.ask_how_it_goes(volunteer, by=me()), answer)


@get(volunteers, "/pilots/<int:pilot_id>/volunteers/new", may=may_see_volunteers, load=visible_pilot)
def new(pilot: Pilot) -> str:
    """The form to enter somebody."""
    return render_template("volunteers/new.html", **_new(pilot, AddForm(formdata=None)))


def _new(pilot: Pilot, form: AddForm) -> dict[str, Any]:
    return {"pilot": pilot, "form": form, "people": queries.addable(pilot), "closed": queries.why_closed(pilot)}


@post(volunteers, "/pilots/<int:pilot_id>/volunteers", may=may_see_volunteers, load=visible_pilot)
def add_volunteer(pilot: Pilot) -> Response:
    """Enter somebody on their behalf; volunteering is thanked as ever."""
    form = AddForm()

    def act() -> Volunteer:
        person = account_by_email(form.email.data or "")
        entry = steering.add_volunteer(pilot, person, form.why.data or "", by=me())
        thank(pilot, entry.person)
        return entry

    answer = Answer(
        to=lambda entry: url_for("volunteers.show_one", volunteer_id=entry.id),
        said=lambda entry: _("%(name)s is entered, and told so; the school answers.", name=entry.person.name),
        page="volunteers/new.html",
        context=lambda: _new(pilot, form),
    )
    return attempt(form, act, answer)


@post(volunteers, "/volunteers/<int:volunteer_id>/completion", may=may_see_volunteers, load=queries.volunteer_to_mark)
def complete(volunteer: Volunteer) -> Response:
    """Note that somebody has taken part to the end, which is thanked."""

    def act() -> None:
        actions.complete(volunteer, by=me())
        thank(volunteer.pilot, volunteer.person)

    said = _("%(name)s has completed the pilot.", name=volunteer.person.name)
    return attempt(Form(), act, marked(volunteer, said))
