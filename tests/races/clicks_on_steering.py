"""The forms with which the coordinator steers, and those about release time, each with a row of its own."""

from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers
from microcred.volunteers.models import Volunteer
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World


def _queue_of_two(world: World) -> list[Volunteer]:
    """Two who wait for the one place of a pilot."""
    first = answers.approve(making.applicant(world, places=1), by=world.cast.pia)
    entries = [volunteers.volunteer(first.pilot, making.person(world), "Me too.") for _each in range(2)]
    for turn, entry in enumerate(entries):
        answers.note_told(answers.approve(entry, by=world.cast.pia)).turn = turn
    return entries


def move_in_queue(world: World) -> Click:
    _first, second = _queue_of_two(world)
    return Click(world.cast.cora, {"volunteer_id": second.id}, {"place": "1", "reason": "Leaves the school in June."})


def change_places(world: World) -> Click:
    """One more place, for which two wait."""
    first, _second = _queue_of_two(world)
    return Click(world.cast.cora, {"pilot_id": first.pilot_id}, {"places": "2"})


def add_volunteer(world: World) -> Click:
    fields = {"email": making.person(world).email, "why": "Told me in the hallway."}
    return Click(world.cast.cora, {"pilot_id": making.pilot(world).id}, fields)


def ask_how_it_goes(world: World) -> Click:
    return Click(world.cast.cora, {"volunteer_id": making.joined(world).id})


def note_release(world: World) -> Click:
    return Click(world.cast.pia, {"volunteer_id": making.joined(world).id}, {"note": "Tess covers on Mondays."})


CASES: dict[str, Case] = {
    "volunteers.add_volunteer": add_volunteer,
    "volunteers.ask_how_it_goes": ask_how_it_goes,
    "volunteers.change_places": change_places,
    "volunteers.move_in_queue": move_in_queue,
    "volunteers.note_release": note_release,
}
