"""The forms about reviewers and who is asked, each with a row of its own to click on."""

from collections.abc import Callable
from datetime import date

from microcred.accounts.models import Account
from microcred.db import db
from microcred.scoring import profiles
from microcred.scoring.reviewer_models import Absence, Conflict
from tests.races import making
from tests.races.clicks import Click
from tests.world import World

Case = Callable[[World], Click]

AWAY = (date(2090, 1, 2), date(2090, 1, 5))


def _absence(_world: World) -> Absence:
    return profiles.add_absence(making.reviewer(), *AWAY)


def _conflict(world: World) -> Conflict:
    return profiles.name_conflict(making.reviewer(), making.person(world).email)


def add_absence(_world: World) -> Click:
    return Click(making.reviewer(), {}, {"starts_on": AWAY[0].isoformat(), "ends_on": AWAY[1].isoformat()})


def remove_absence(world: World) -> Click:
    absence = _absence(world)
    return Click(db.session.get_one(Account, absence.reviewer_id), {"absence_id": absence.id})


def name_conflict(world: World) -> Click:
    return Click(making.reviewer(), {}, {"colleague": making.person(world).email})


def take_back_conflict(world: World) -> Click:
    conflict = _conflict(world)
    return Click(db.session.get_one(Account, conflict.reviewer_id), {"conflict_id": conflict.id})


def name_conflict_again(world: World) -> Click:
    conflict = _conflict(world)
    reviewer = db.session.get_one(Account, conflict.reviewer_id)
    person = profiles.take_back_conflict(conflict, by=reviewer)
    return Click(reviewer, {"person_id": person.id})


def offer_seat(world: World) -> Click:
    submission, other = making.handed_in(world), making.reviewer()
    return Click(world.cast.cora, {"code_name": submission.code_name}, {"reviewer": str(other.id)})


def pass_on_review(world: World) -> Click:
    review = making.offered_reviews(world)[0]
    making.reviewer()
    return Click(world.cast.cora, {"review_id": review.id})


CASES: dict[str, Case] = {
    "scoring.add_absence": add_absence,
    "scoring.change_profile": lambda _world: Click(making.reviewer(), {}, {"subjects": "Science", "most_open": "3"}),
    "scoring.name_conflict": name_conflict,
    "scoring.name_conflict_again": name_conflict_again,
    "scoring.offer_seat": offer_seat,
    "scoring.pass_on_review": pass_on_review,
    "scoring.remove_absence": remove_absence,
    "scoring.take_back_conflict": take_back_conflict,
}
