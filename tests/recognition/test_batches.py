"""Many at once: what would happen to each, all in one go, one undo; and lists that people paste."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, RoleName
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.recognition import actions, answering, batches, codes, trying
from microcred.recognition.models import Batch, Entitlement, Giveaway, HandOut
from microcred.recognition.stores import district_store, store_of
from microcred.recognition.trying import Fate
from microcred.recognition.whom import read_whom
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[[Account], Browser]


@pytest.fixture
def mug(world: World) -> Giveaway:
    """One mug, which Amara and Bruno are both due."""
    giveaway = world.giveaway(name="Mug", stock=1)
    world.vote(world.cast.amara, world.cast.bruno)
    for person in (world.cast.amara, world.cast.bruno):
        actions.thank(world.pilot, person)
    return giveaway


def due(*people: Account) -> list[Entitlement]:
    theirs = select(Entitlement).where(Entitlement.person_id.in_([each.id for each in people]))
    return list(db.session.scalars(theirs.order_by(Entitlement.id)))


def fates(world: World, text: str, by: Account, *giveaways: Giveaway) -> list[tuple[str, Fate]]:
    meant = read_whom(text, by)
    lines = trying.dry_run(meant, [each.id for each in giveaways], district_store(), by)
    return [(line.asked, line.fate) for line in lines]


def test_a_dry_run_tells_what_would_happen_to_each(world: World, mug: Giveaway) -> None:
    code = codes.replace_code(world.cast.bruno, by=world.cast.bruno).code
    text = f"Name\nOkafor, Amara\n{code}\nAMARA@school.local\nChloe Nguyen\nDora Petit\nNemo\n\n"
    assert fates(world, text, world.cast.cora) == [
        ("Okafor, Amara", Fate.GIVE),
        (code, Fate.OUT),
        ("AMARA@school.local", Fate.TWICE),
        ("Chloe Nguyen", Fate.NOT_DUE),
        ("Dora Petit", Fate.DISABLED),
        ("Nemo", Fate.UNKNOWN),
    ]
    assert [each.state for each in due(world.cast.amara, world.cast.bruno)] == ["due", "due"]


def test_a_dry_run_tells_who_has_it_said_no_or_wants_it_later(world: World, mug: Giveaway) -> None:
    amara, bruno = due(world.cast.amara, world.cast.bruno)
    actions.give(amara, by=world.cast.cora)
    actions.decline(bruno, by=world.cast.bruno)
    text = "Amara Okafor\nBruno Tremblay"
    assert [fate for _asked, fate in fates(world, text, world.cast.cora)] == [Fate.HAS, Fate.DECLINED]
    assert [fate for _asked, fate in fates(world, text, world.cast.pia)] == [Fate.HAS, Fate.NOT_DUE]
    answering.postpone(bruno, utcnow().date() + timedelta(days=9), by=world.cast.bruno)
    assert fates(world, "Bruno Tremblay", world.cast.pia) == [("Bruno Tremblay", Fate.LATER)]


def test_two_of_one_name_and_people_of_another_school_are_not_guessed(world: World, mug: Giveaway) -> None:
    accounts.create_person(
        "Amara Okafor", "other@school.local", school=world.cast.south, roles=[RoleName.TEACHER], by=None
    )
    assert fates(world, "Amara Okafor", world.cast.cora) == [("Amara Okafor", Fate.SEVERAL)]
    assert fates(world, "Amara Okafor\nChloe Nguyen", world.cast.pia) == [
        ("Amara Okafor", Fate.GIVE),
        ("Chloe Nguyen", Fate.UNKNOWN),
    ]


@pytest.mark.parametrize(
    "text", ["Amara;Okafor", "Amara\tOkafor", "name,e-mail\nA. O.,amara@school.local", "\ufeffAmara Okafor"]
)
def test_lists_are_read_as_people_write_them(world: World, mug: Giveaway, text: str) -> None:
    assert [fate for _asked, fate in fates(world, text, world.cast.cora)] == [Fate.GIVE]


@pytest.mark.parametrize(
    ("text", "said"), [("", "names nobody"), ("name", "names nobody"), ("x\n" * 1001, "At most 1000")]
)
def test_lists_that_are_empty_or_too_long_are_refused(world: World, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_whom(text, world.cast.cora)


def test_everybody_at_a_school_is_meant(world: World, mug: Giveaway) -> None:
    meant = trying.people_of([world.cast.north.id, world.cast.south.id], world.cast.pia)
    assert [each.line for each in meant] == ["Amara Okafor", "Bruno Tremblay", "Pia Lindqvist"]
    with pytest.raises(Refused, match="Choose a school"):
        trying.people_of([], world.cast.pia)


def test_a_batch_gives_what_there_is_and_owes_the_rest(world: World, mug: Giveaway) -> None:
    amara, bruno = due(world.cast.amara, world.cast.bruno)
    outcome = batches.hand_out_batch("Meeting", [amara.id, bruno.id], by=world.cast.pia, store=district_store())
    assert (outcome.given, outcome.owed, outcome.left) == (1, 1, 0)
    assert ([amara.state, bruno.state], mug.stock) == (["given", "owed"], 0)
    assert amara.hand_outs[0].batch_id == outcome.batch.id


def test_what_was_given_meanwhile_is_left_alone(world: World, mug: Giveaway) -> None:
    actions.receive_stock(mug, 5, "", by=world.cast.cora)
    amara, bruno = due(world.cast.amara, world.cast.bruno)
    actions.give(amara, by=world.cast.cora)
    outcome = batches.hand_out_batch("Meeting", [amara.id, bruno.id], by=world.cast.pia, store=district_store())
    assert (outcome.given, outcome.owed, outcome.left, mug.stock) == (1, 0, 1, 4)


def test_a_batch_of_nothing_is_refused_and_leaves_no_row(world: World, mug: Giveaway) -> None:
    amara, bruno = due(world.cast.amara, world.cast.bruno)
    with pytest.raises(Refused, match="Choose at least one"):
        batches.hand_out_batch("Meeting", [], by=world.cast.pia, store=district_store())
    actions.give(amara, by=world.cast.cora)
    with pytest.raises(Refused, match="Nothing of this"):
        batches.hand_out_batch("Meeting", [bruno.id], by=world.cast.pia, store=district_store())
    assert (bruno.state, list(db.session.scalars(select(Batch)))) == ("owed", [])


def test_nobody_hands_out_in_another_school_or_from_its_store(world: World, mug: Giveaway) -> None:
    ids = [each.id for each in due(world.cast.amara)]
    with pytest.raises(Refused, match="own school only"):
        batches.hand_out_batch("Meeting", ids, by=world.cast.pavel, store=district_store())
    with pytest.raises(Refused, match="own school’s store"):
        batches.hand_out_batch("Meeting", ids, by=world.cast.pia, store=store_of(world.cast.south.id))


def test_one_undo_takes_all_back_but_what_was_undone_before(world: World, mug: Giveaway) -> None:
    actions.receive_stock(mug, 1, "", by=world.cast.cora)
    both = due(world.cast.amara, world.cast.bruno)
    ids = [each.id for each in both]
    batch = batches.hand_out_batch("Meeting", ids, by=world.cast.pia, store=district_store()).batch
    first = actions.undo_hand_out(both[0].hand_outs[0], "Not there", by=world.cast.pia)
    batches.undo_batch(batch, "", by=world.cast.pia)
    assert ([each.state for each in both], mug.stock) == (["due", "due"], 2)
    assert first.undone_reason == "Not there"
    with pytest.raises(Refused, match="undone already"):
        batches.undo_batch(batch, "Again", by=world.cast.pia)


def test_late_a_batch_is_undone_with_a_reason_only(world: World, mug: Giveaway) -> None:
    ids = [each.id for each in due(world.cast.amara)]
    batch = batches.hand_out_batch("Meeting", ids, by=world.cast.pia, store=district_store()).batch
    with at(utcnow() + timedelta(hours=1)):
        with pytest.raises(Refused, match="say why"):
            batches.undo_batch(batch, " ", by=world.cast.pia)
        batches.undo_batch(batch, "The wrong meeting", by=world.cast.pia)
    assert (batch.undone_reason, mug.stock) == ("The wrong meeting", 1)


def test_a_meeting_is_tried_handed_out_and_undone_in_the_browser(world: World, browse: Browse, mug: Giveaway) -> None:
    pia, store = browse(world.cast.pia), district_store().id
    tried = pia.send("/desk/batches/trials", schools=str(world.cast.north.id), store=str(store))
    assert tried.status_code == 200
    assert "Will be handed out: 1" in tried.text
    assert "Run out: will be noted as owed: 1" in tried.text
    ids = [str(each.id) for each in due(world.cast.amara, world.cast.bruno)]
    answer = pia.send("/desk/batches", title="Meeting", store=str(store), entitlements=ids)
    assert answer.status_code == 303
    page = pia.get(answer.location).text
    assert "1 thank-you handed out. 1 thank-you is owed." in page
    assert "Amara Okafor" in page
    assert "Meeting" in pia.get("/desk/batches").text
    assert browse(world.cast.pavel).get(answer.location).status_code == 404
    assert pia.send(f"{answer.location}/undoings").status_code == 303
    assert mug.stock == 1


def test_a_file_names_the_people_too(world: World, browse: Browse, mug: Giveaway) -> None:
    cora, store = browse(world.cast.cora), str(district_store().id)
    content = (BytesIO(b"name;e-mail\nAmara;amara@school.local\n"), "people.csv")
    tried = cora.send("/desk/batches/trials", store=store, file=content, giveaways=str(mug.id))
    assert "Will be handed out: 1" in tried.text
    broken = cora.send("/desk/batches/trials", store=store, file=(BytesIO(b"\xff\xfe"), "people.csv"))
    assert (broken.status_code, "not UTF-8" in broken.text) == (422, True)
    large = cora.send("/desk/batches/trials", store=store, file=(BytesIO(b"a" * 200_001), "people.csv"))
    assert (large.status_code, "too large" in large.text) == (422, True)


def test_the_list_of_batches_costs_as_much_for_three_as_for_one(
    world: World, browse: Browse, mug: Giveaway, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    actions.receive_stock(mug, 9, "", by=world.cast.cora)
    cora, counted = browse(world.cast.cora), []
    for person in (world.cast.amara, world.cast.bruno):
        ids = [each.id for each in due(person)]
        batches.hand_out_batch("Meeting", ids, by=world.cast.pia, store=district_store())
        db.session.commit()
        counted.append(count_queries(lambda: cora.get("/desk/batches")))
    assert counted[0] == counted[1] <= 7


def test_a_meeting_takes_few_statements_for_each_person(
    world: World, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    giveaway = world.giveaway(name="Mug", stock=60)
    people = [
        accounts.create_person(
            f"Teacher {n}", f"t{n}@school.local", school=world.cast.north, roles=[RoleName.TEACHER], by=None
        )
        for n in range(50)
    ]
    world.vote(*people)
    ids = [actions.thank(world.pilot, person)[0].id for person in people]
    db.session.commit()

    def hand_out() -> None:
        batches.hand_out_batch("Meeting", ids, by=world.cast.pia, store=district_store())
        db.session.commit()

    assert count_queries(hand_out) <= 50 * 20
    assert giveaway.stock == 10
    assert len(list(db.session.scalars(select(HandOut)))) == 50


@pytest.mark.parametrize("field", ["schools", "giveaways", "store"])
def test_a_trial_with_something_else_than_was_offered_is_refused(world: World, browse: Browse, field: str) -> None:
    cora = browse(world.cast.cora)
    offered: dict[str, Any] = {"store": str(district_store().id), "people": "Amara Okafor"}
    assert cora.send("/desk/batches/trials", **offered).status_code == 200
    for odd in ("", " ", "\u00a0", "\u2003", "\r\n", "9" * 400, "-1", "x"):
        assert (odd, cora.send("/desk/batches/trials", **offered | {field: odd}).status_code) == (odd, 422)
