"""Never too many: stock and places hold against a thousand requests, and a careless route is caught."""

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select, text

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, RoleName, School
from microcred.db import db, utcnow, writing
from microcred.pilots import actions as pilots
from microcred.pilots.models import Pilot
from microcred.recognition.ledger import receive_stock
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.recognition.stock_models import Stock, StockMove, Store
from microcred.recognition.stores import district_store, store_of
from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.queries import queue
from tests.races.conftest import Field, session
from tests.server import Reply, at_once, faults_in

STOCK, REQUESTS, THREADS = 50, 1000, 32
PLACES, TEACHERS = 50, 300
MUGS, GUESTS = 40, 60


def make_pilot(schools: list[School], by: Account, places: int = PLACES) -> Pilot:
    today = utcnow().date()
    return pilots.create_pilot(
        title="Race",
        purpose="To see who comes first.",
        success="Nobody is left in doubt.",
        schools=schools,
        places=places,
        sign_up_opens_at=utcnow() - timedelta(days=1),
        starts_on=today,
        ends_on=today + timedelta(days=90),
        reviewers_per_submission=2,
        by=by,
    )


def make_teachers(count: int, school: School) -> list[Account]:
    return [
        accounts.create_person(f"Teacher {n}", f"t{n}@school.local", school=school, roles=[RoleName.TEACHER], by=None)
        for n in range(count)
    ]


def make_due(pilot: Pilot, stock: dict[Store, int], people: list[Account], by: Account) -> list[Entitlement]:
    """A mug is due to each of them; so many lie in each store."""
    giveaway = Giveaway(pilot=pilot, code="mug", name="Mug", value_cents=850, rule="volunteered")
    db.session.add(giveaway)
    db.session.flush()
    for store, quantity in stock.items():
        receive_stock(giveaway, quantity, "", by=by, store=store)
    because = {"reason": "volunteered:1", "because": {"name": "Race"}, "due_at": utcnow()}
    due = [Entitlement(person=person, giveaway=giveaway, **because) for person in people]
    db.session.add_all(due)
    return due


def books() -> tuple[int, int, int, int, int]:
    """How many were given and are owed; the stock as the giveaway, its stores and the ledger have it."""
    given = db.session.scalar(select(func.count()).select_from(HandOut).where(HandOut.undone_at.is_(None)))
    owed = db.session.scalar(select(func.count()).select_from(Entitlement).where(Entitlement.owed_at.is_not(None)))
    sums = [db.session.scalar(select(func.sum(each))) for each in (Giveaway.stock, Stock.quantity, StockMove.quantity)]
    return given or 0, owed or 0, sums[0] or 0, sums[1] or 0, sums[2] or 0


def test_fifty_pieces_in_two_stores_and_a_thousand_requests_at_two_desks(
    field: Field, token_of: Callable[[Account], str]
) -> None:
    with field.prepared() as cast:
        stores = district_store(), store_of(cast.north.id)
        stock = dict(zip(stores, (STOCK - 20, 20), strict=True))
        pilot = make_pilot([cast.north], cast.cora)
        due = make_due(pilot, stock, make_teachers(REQUESTS, cast.north), cast.cora)
        db.session.commit()
        desks = [(token_of(cast.cora), stores[0].id), (token_of(cast.pia), stores[1].id)]
        paths = [f"/entitlements/{entitlement.id}/hand-outs" for entitlement in due]

    def give(number: int, path: str) -> Reply:
        token, store = desks[number % 2]
        return session(server, token).post(path, secrets.token_hex(8), store=str(store))

    with field.served() as server:
        replies = at_once([lambda n=number, p=path: give(n, p) for number, path in enumerate(paths)], THREADS)
        assert Counter(reply.status for reply in replies) == {303: STOCK, 422: REQUESTS - STOCK}
        assert faults_in(field.folder) == []
    with field.app.app_context():
        assert books() == (STOCK, REQUESTS - STOCK, 0, 0, 0)


def test_two_meetings_at_once_share_the_last_mugs(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        store = district_store()
        due = make_due(make_pilot([cast.north], cast.cora), {store: MUGS}, make_teachers(GUESTS, cast.north), cast.cora)
        db.session.commit()
        store_id, tokens = store.id, [token_of(cast.cora), token_of(cast.pia)]
        ids = [str(entitlement.id) for entitlement in due]

    def hand_out(token: str, chosen: list[str]) -> Reply:
        fields = {"title": "Meeting", "store": str(store_id), "entitlements": chosen}
        return session(server, token).post("/desk/batches", secrets.token_hex(8), **fields)

    meetings = [(tokens[0], ids), (tokens[1], ids[::-1]), (tokens[0], ids[:30]), (tokens[1], ids[-30:])]
    with field.served() as server:
        replies = at_once([lambda t=token, c=chosen: hand_out(t, c) for token, chosen in meetings], len(meetings))
        assert {reply.status for reply in replies} <= {303, 422}
        assert faults_in(field.folder) == []
    with field.app.app_context():
        assert books() == (MUGS, GUESTS - MUGS, 0, 0, 0)


def test_a_careless_route_gives_too_many(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        with writing():
            db.session.execute(text("CREATE TABLE planted_stock (stock INTEGER, given INTEGER)"))
            db.session.execute(text("INSERT INTO planted_stock VALUES (5, 0)"))
        token = token_of(cast.amara)
    with field.served("tests.races.control:app") as server:
        at_once([lambda: session(server, token).post("/planted", "x") for _ in range(200)], THREADS)
    with field.app.app_context():
        assert (db.session.scalar(text("SELECT given FROM planted_stock")) or 0) > 5


def test_the_opening_bell(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        pilot = make_pilot([cast.north], cast.cora)
        teachers = make_teachers(TEACHERS, cast.north)
        db.session.commit()
        pilot_id = pilot.id
        tokens = [token_of(teacher) for teacher in teachers]
        principal = token_of(cast.pia)

    def apply(token: str) -> Reply:
        path = f"/pilots/{pilot_id}/volunteering"
        return session(server, token).post(path, secrets.token_hex(8), why="I would like to try.")

    def approve(volunteer_id: int) -> Reply:
        return session(server, principal).post(f"/volunteers/{volunteer_id}/approval", secrets.token_hex(8))

    with field.served() as server:
        applied = at_once([lambda t=token: apply(t) for token in tokens], THREADS)
        assert Counter(reply.status for reply in applied) == {303: TEACHERS}
        with field.app.app_context():
            waiting = list(db.session.scalars(select(Volunteer.id).order_by(Volunteer.id)))
        approved = at_once([lambda v=volunteer_id: approve(v) for volunteer_id in waiting], THREADS)
        assert Counter(reply.status for reply in approved) == {303: TEACHERS}
        assert faults_in(field.folder) == []
    with field.app.app_context():
        states = Counter(db.session.scalars(select(Volunteer.state)))
        assert states == {VolunteerState.JOINED: PLACES, VolunteerState.WAITING: TEACHERS - PLACES}
        assert db.session.scalars(select(Pilot.places_taken)).one() == PLACES
        arrived = list(db.session.scalars(select(Volunteer).order_by(Volunteer.id)))
        assert sorted(arrived, key=lambda entry: entry.turn) == arrived
        in_line = list(db.session.scalars(queue(db.session.get_one(Pilot, pilot_id))))
        assert in_line == [entry for entry in arrived if entry.state == VolunteerState.WAITING]


def joined() -> list[Volunteer]:
    return list(db.session.scalars(select(Volunteer).where(Volunteer.state == VolunteerState.JOINED)))


def test_withdrawals_fill_each_freed_place_once(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        pilot = make_pilot([cast.north], cast.cora, places=10)
        for teacher in make_teachers(30, cast.north):
            answers.approve(volunteers.volunteer(pilot, teacher, "Yes."), by=cast.pia)
        db.session.commit()
        leaving = [(entry.id, token_of(entry.person)) for entry in joined()]
    with field.served() as server:
        replies = at_once(
            [
                lambda e=entry, t=token: session(server, t).post(f"/volunteers/{e}/withdrawal", secrets.token_hex(8))
                for entry, token in leaving
            ],
            THREADS,
        )
        assert Counter(reply.status for reply in replies) == {303: 10}
    with field.app.app_context():
        states = Counter(db.session.scalars(select(Volunteer.state)))
        assert states == {VolunteerState.WITHDRAWN: 10, VolunteerState.OFFERED: 10, VolunteerState.WAITING: 10}
        assert db.session.scalars(select(Pilot.places_taken)).one() == 10
