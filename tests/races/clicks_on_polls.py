"""The forms about a poll under way: changing, copying, reminding, and asking to be invited; each with its own poll."""

from datetime import timedelta

from microcred.db import utcnow
from microcred.polls.models import Poll
from microcred.polls.voting import cast_ballot
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World


def _voted_in(world: World) -> Poll:
    """A poll in which somebody has voted."""
    poll = making.open_poll(world)
    cast_ballot(poll, world.cast.amara, ["A"])
    return poll


def _on(world: World, poll: Poll, **fields: str) -> Click:
    return Click(world.cast.cora, {"poll_id": poll.id}, fields)


def extend_poll(world: World) -> Click:
    closes_at = (utcnow() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    return _on(world, _voted_in(world), closes_at=closes_at, audience="everyone")


def add_option(world: World) -> Click:
    return _on(world, _voted_in(world), added=f"stack-{world.courses[0].stack_id}")


def ask_for_invitations(world: World) -> Click:
    poll = _voted_in(world)
    return Click(world.cast.amara, {"poll_id": poll.id}, {"wanted": ["A", "C"]})


CASES: dict[str, Case] = {
    "polls.add_option": add_option,
    "polls.ask_for_invitations": ask_for_invitations,
    "polls.copy_poll": lambda world: _on(world, _voted_in(world)),
    "polls.delete_draft": lambda world: _on(world, making.poll(world)),
    "polls.extend_poll": extend_poll,
    "polls.remind_voters": lambda world: _on(world, _voted_in(world)),
}
