"""Every page that the application has, with somebody of the demo who can open it."""

from collections.abc import Iterator
from itertools import islice, product
from typing import Any, NamedTuple

from sqlalchemy import select
from werkzeug.routing import Rule

from microcred.accounts.actions import welcome
from microcred.accounts.models import Account, RoleName, School
from microcred.badges.models import Award
from microcred.catalog.models import CatalogueImport, MicroCredential, Rubric, Stack
from microcred.db import db, writing
from microcred.evidence.models import Artefact, Submission
from microcred.noticeboard.models import Announcement, Post
from microcred.pilots.models import Pilot
from microcred.polls.models import Poll
from microcred.recognition.batches import hand_out_batch
from microcred.recognition.codes import make_shelf_code
from microcred.recognition.models import Batch, Entitlement, Giveaway, HandOut, PersonalCode
from microcred.recognition.stock_models import Budget, ShelfCode, Store
from microcred.recognition.stores import district_store
from microcred.reports import REPORTS
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.models import Review
from microcred.volunteers.models import Volunteer
from tests.browser.house import VISITOR, House

ROLES = (RoleName.COORDINATOR, RoleName.TEACHER, RoleName.PRINCIPAL, RoleName.REVIEWER, RoleName.ADMINISTRATOR)
OPEN: dict[str, Any] = {
    "account_id": Account.id,
    "anchor_id": Anchor.id,
    "announcement_id": Announcement.id,
    "batch_id": Batch.id,
    "budget_id": Budget.id,
    "code": Award.code,
    "code_name": Submission.code_name,
    "giveaway_id": Giveaway.id,
    "hand_out_id": HandOut.id,
    "import_id": CatalogueImport.id,
    "micro_credential_id": MicroCredential.id,
    "number": Artefact.number,
    "personal_code": PersonalCode.code,
    "pilot_id": Pilot.id,
    "poll_id": Poll.id,
    "post_id": Post.id,
    "rubric_id": Rubric.id,
    "school_id": School.id,
    "shelf_code": ShelfCode.code,
    "stack_id": Stack.id,
    "store_id": Store.id,
    "volunteer_id": Volunteer.id,
}
"""Where the parameters of addresses come from that several people may see."""


TRIES = 6
"""How many things somebody looks for before a page counts as closed to them."""


class Value(NamedTuple):
    """A parameter's value, and the one person who may see it, if it is one."""

    value: Any
    owner: str = ""


class Place(NamedTuple):
    """A page and who opens it."""

    person: str
    url: str


def people(house: House) -> list[str]:
    """One person of each role; of several, who has been longest here."""
    with house.rows():
        return [_first_with(role) for role in ROLES]


def _first_with(role: RoleName) -> str:
    everyone = db.session.scalars(select(Account).order_by(Account.id))
    return next(each.name for each in everyone if role in each.role_names)


def every_page(house: House) -> tuple[list[Place], set[str]]:
    """Each page once, opened by whoever can; and the endpoints that nobody could open."""
    found: list[Place] = []
    closed, names = set(), [VISITOR, *people(house)]
    with house.rows():
        values = _values()
    for rule in house.server.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "fingerprint" not in rule.arguments:
            opened = ((place, kind) for place in _openings(rule, values, names) if (kind := _kind(house, place)))
            place, kind = next(opened, (None, ""))
            found += [place] if place and kind == "page" else []
            closed |= set() if place else {rule.endpoint}
    return found, closed


def pages_of_each_role(house: House, features: set[str]) -> dict[str, list[Place]]:
    """For each page of these features, one that each role can open, by its endpoint."""
    found: dict[str, list[Place]] = {}
    names = people(house)
    with house.rows():
        values = _values()
    for rule in house.server.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint.partition(".")[0] in features:
            for name in names:
                tried = islice(_openings(rule, values, [name]), TRIES)
                opened = (place for place in tried if _kind(house, place) == "page")
                found.setdefault(rule.endpoint, []).extend(islice(opened, 1))
    return found


def _hand_out_at_a_meeting() -> None:
    """What the demo has none of: a batch, and the code on a shelf."""
    coordinator = next(each for each in db.session.scalars(select(Account)) if each.is_coordinator)
    giveaway, store = db.session.scalars(select(Giveaway).where(Giveaway.stock > 0)).first(), district_store()
    assert giveaway is not None
    due = [
        each for each in db.session.scalars(select(Entitlement)) if each.giveaway_id == giveaway.id and each.is_waiting
    ]
    if db.session.scalar(select(ShelfCode)) is None:
        make_shelf_code(giveaway, store, by=coordinator)
        hand_out_batch("Staff meeting", [due[0].id], by=coordinator, store=store)


def _values() -> dict[str, list[Value]]:
    """For each parameter its values, each with its owner where only that person may see it."""
    with writing():
        token = welcome(db.session.scalars(select(Account)).first(), by=None, link=str)  # type: ignore[arg-type]
        _hand_out_at_a_meeting()
    given = {"token": [Value(token)], "page": [Value(1)], "slug": [Value(slug) for slug in REPORTS]}
    rows = {
        name: [Value(one) for one in db.session.scalars(select(column).distinct())] for name, column in OPEN.items()
    }
    submissions = list(db.session.scalars(select(Submission)))
    artefacts = list(db.session.scalars(select(Artefact)))
    reviews = list(db.session.scalars(select(Review)))
    owned = {
        "submission_id": [Value(each.id, each.person.name) for each in submissions],
        "artefact_id": [Value(each.id, each.submission.person.name) for each in artefacts],
        "review_id": [Value(each.id, each.reviewer.name) for each in reviews],
    }
    return given | rows | owned


def _openings(rule: Rule, values: dict[str, list[Value]], names: list[str]) -> Iterator[Place]:
    arguments = sorted(rule.arguments)
    for chosen in product(*(values[name] for name in arguments)):
        filled = {name: value.value for name, value in zip(arguments, chosen, strict=True)}
        owners = [value.owner for value in chosen if value.owner]
        url = str(rule.build(filled)[1])  # type: ignore[index]
        yield from (Place(name, url) for name in owners or names)


def _kind(house: House, place: Place) -> str:
    """Whether a page opens, or a file or a piece of a page; nothing when it does not open for this person."""
    answer = house.seat(place.person).request.get(house.server.url + place.url, max_redirects=0)
    if answer.status != 200:
        return ""
    return "page" if answer.body().lstrip().startswith(b"<!doctype html>") else "file"
