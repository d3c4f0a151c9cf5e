"""The forms about pilots, the noticeboard, volunteers and polls, each with a row of its own to click on."""

from datetime import timedelta
from typing import Any

from microcred.db import utcnow
from microcred.noticeboard import actions as noticeboard
from microcred.noticeboard.models import Announcement, Post, PostKind
from microcred.pilots import actions as pilots
from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers
from microcred.volunteers.models import Volunteer
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World


def _pilot_fields(world: World, places: int = 7) -> dict[str, Any]:
    today = utcnow().date()
    return {
        "title": making.new_name("Typed pilot"),
        "purpose": "To see.",
        "success": "It is seen.",
        "schools": [str(world.cast.north.id)],
        "places": str(places),
        "sign_up_opens_at": "2026-01-05T08:00",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=60)).isoformat(),
        "reviewers_per_submission": "2",
    }


def change_pilot(world: World) -> Click:
    """More places, for which somebody waits."""
    first = answers.approve(making.applicant(world, places=1), by=world.cast.pia)
    waiting = volunteers.volunteer(first.pilot, making.person(world), "Me too.")
    answers.approve(waiting, by=world.cast.pia)
    return Click(world.cast.cora, {"pilot_id": first.pilot_id}, _pilot_fields(world, places=2))


def reopen_pilot(world: World) -> Click:
    ended = pilots.end_pilot(making.pilot(world), by=world.cast.cora)
    return Click(world.cast.cora, {"pilot_id": ended.id})


def offer(world: World) -> Click:
    pilot = making.pilot(world)
    pilots.withdraw_offer(pilot.offers[0], by=world.cast.cora)
    fields = {"micro_credential": str(pilot.offers[0].micro_credential_id)}
    return Click(world.cast.cora, {"pilot_id": pilot.id}, fields)


def restore_offer(world: World) -> Click:
    withdrawn = pilots.withdraw_offer(making.pilot(world).offers[0], by=world.cast.cora)
    return Click(world.cast.cora, {"offer_id": withdrawn.id})


def _announcement(world: World) -> Announcement:
    return noticeboard.announce(making.pilot(world), "We begin", "On Monday.", by=world.cast.cora)


def restore_announcement(world: World) -> Click:
    taken_back = noticeboard.take_back_announcement(_announcement(world), by=world.cast.cora)
    return Click(world.cast.cora, {"announcement_id": taken_back.id})


def _post(world: World) -> Post:
    return noticeboard.share(making.pilot(world), PostKind.WIN, "It worked.", by=world.cast.amara)


def restore(world: World) -> Click:
    taken_back = noticeboard.take_back(_post(world), by=world.cast.amara)
    return Click(world.cast.amara, {"post_id": taken_back.id})


def change_call(world: World) -> Click:
    """A call by lot, which gets a seed."""
    draws_at = (utcnow() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    fields = {"effort_hours": "12", "promise": "Time.", "rule": "draw", "draws_at": draws_at, "released_on": ""}
    return Click(world.cast.cora, {"pilot_id": making.pilot(world).id}, fields)


def _as_themselves(volunteer: Volunteer) -> Click:
    return Click(volunteer.person, {"volunteer_id": volunteer.id})


def _as_principal(world: World, volunteer: Volunteer, **fields: str) -> Click:
    return Click(world.cast.pia, {"volunteer_id": volunteer.id}, fields)


def _as_coordinator(world: World, volunteer: Volunteer, **fields: str) -> Click:
    return Click(world.cast.cora, {"volunteer_id": volunteer.id}, fields)


def answer_several(world: World) -> Click:
    first = making.applicant(world)
    second = volunteers.volunteer(first.pilot, making.person(world), "Me too.")
    fields = {"chosen": [str(first.id), str(second.id)], "answer": "approve", "reason": ""}
    return Click(world.cast.pia, {"pilot_id": first.pilot_id}, fields)


def take_back_mark(world: World) -> Click:
    return _as_coordinator(world, volunteers.complete(making.joined(world), by=world.cast.cora))


def _poll_fields(world: World) -> dict[str, Any]:
    return {
        "question": making.new_name("Typed question"),
        "micro_credentials": [str(course.id) for course in world.courses],
        "max_approvals": "2",
        "seats": "1",
        "closes_at": (utcnow() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M"),
        "shows_standings_to": "voters",
    }


def cast_ballot(world: World) -> Click:
    return Click(making.person(world), {"poll_id": making.open_poll(world).id}, {"choice": ["A", "B"]})


def decide(world: World) -> Click:
    fields = {"codes": ["A", "C"], "reason": "Both fit."}
    return Click(world.cast.cora, {"poll_id": making.closed_poll(world).id}, fields)


NEWS = {"title": "We begin", "text": "On Monday."}
WIN = {"kind": "win", "text": "It worked."}

CASES: dict[str, Case] = {
    "noticeboard.announce": lambda world: Click(world.cast.cora, {"pilot_id": making.pilot(world).id}, NEWS),
    "noticeboard.reply": lambda world: Click(world.cast.bruno, {"post_id": _post(world).id}, {"text": "How?"}),
    "noticeboard.restore": restore,
    "noticeboard.restore_announcement": restore_announcement,
    "noticeboard.share": lambda world: Click(world.cast.amara, {"pilot_id": making.pilot(world).id}, WIN),
    "noticeboard.take_back": lambda world: Click(world.cast.amara, {"post_id": _post(world).id}),
    "noticeboard.take_back_announcement": lambda world: Click(
        world.cast.cora, {"announcement_id": _announcement(world).id}
    ),
    "pilots.change_pilot": change_pilot,
    "pilots.create_pilot": lambda world: Click(world.cast.cora, {}, _pilot_fields(world)),
    "pilots.end_pilot": lambda world: Click(world.cast.cora, {"pilot_id": making.pilot(world).id}),
    "pilots.offer": offer,
    "pilots.reopen_pilot": reopen_pilot,
    "pilots.restore_offer": restore_offer,
    "pilots.withdraw_offer": lambda world: Click(world.cast.cora, {"offer_id": making.pilot(world).offers[0].id}),
    "polls.cast_ballot": cast_ballot,
    "polls.change_poll": lambda world: Click(world.cast.cora, {"poll_id": making.poll(world).id}, _poll_fields(world)),
    "polls.close_poll": lambda world: Click(world.cast.cora, {"poll_id": making.open_poll(world).id}),
    "polls.create_poll": lambda world: Click(
        world.cast.cora, {"pilot_id": making.pilot(world).id}, _poll_fields(world)
    ),
    "polls.decide": decide,
    "polls.open_poll": lambda world: Click(world.cast.cora, {"poll_id": making.poll(world).id}),
    "volunteers.accept_offer": lambda world: _as_themselves(making.offered(world)),
    "volunteers.answer_several": answer_several,
    "volunteers.approve": lambda world: _as_principal(world, making.applicant(world)),
    "volunteers.change_call": change_call,
    "volunteers.complete": lambda world: _as_coordinator(world, making.joined(world)),
    "volunteers.decline": lambda world: _as_principal(world, making.applicant(world), reason="Not this time."),
    "volunteers.decline_offer": lambda world: _as_themselves(making.offered(world)),
    "volunteers.download": lambda world: Click(world.cast.cora, {"pilot_id": making.pilot(world).id}),
    "volunteers.draw_lots": lambda world: Click(world.cast.cora, {"pilot_id": making.due_draw(world).id}),
    "volunteers.note_absence": lambda world: _as_coordinator(world, making.joined(world), reason="Was ill."),
    "volunteers.take_back_answer": lambda world: _as_principal(world, making.approved(world)),
    "volunteers.take_back_mark": take_back_mark,
    "volunteers.volunteer": lambda world: Click(
        making.person(world), {"pilot_id": making.pilot(world).id}, {"why": "I would like to."}
    ),
    "volunteers.withdraw": lambda world: _as_themselves(making.joined(world)),
}
