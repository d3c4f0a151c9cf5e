"""Handing out: once for each reason, never more than there is, undone with a trace, refused with a sentence."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.history import broken_entries
from microcred.outbox import Mail
from microcred.recognition import actions
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.recognition.stock_models import StockMove
from tests.recognition.conftest import World


def ledger_sum(giveaway: Giveaway) -> int:
    moves = select(func.coalesce(func.sum(StockMove.quantity), 0)).where(StockMove.giveaway_id == giveaway.id)
    return int(db.session.scalar(moves) or 0)


def refusal_of(entitlement: Entitlement, by: Account) -> str:
    with pytest.raises(Refused) as refused:
        actions.give(entitlement, by=by)
    return str(refused.value.sentence)


def test_giving_takes_one_piece_and_keeps_its_value(world: World) -> None:
    giveaway = world.giveaway(stock=2)
    hand_out = actions.give(world.due(world.cast.amara, giveaway), by=world.cast.pia, collected_by=world.cast.bruno)
    giveaway.value_cents = 1
    assert (giveaway.stock, ledger_sum(giveaway)) == (1, 1)
    assert (hand_out.value_cents, hand_out.given_by, hand_out.collected_by) == (850, world.cast.pia, world.cast.bruno)
    assert hand_out.entitlement.state == "given"


def test_what_was_given_is_not_given_again(world: World) -> None:
    giveaway = world.giveaway()
    entitlement = world.due(world.cast.amara, giveaway)
    actions.give(entitlement, by=world.cast.pia)
    assert refusal_of(entitlement, world.cast.cora).startswith("This was given already: on ")
    assert refusal_of(entitlement, world.cast.cora).endswith(", by Pia Lindqvist.")
    assert giveaway.stock == 4


def test_the_database_itself_refuses_a_second_hand_out(world: World) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    first = actions.give(entitlement, by=world.cast.pia)
    db.session.commit()
    where = {"variant_id": first.variant_id, "store_id": first.store_id}
    again = HandOut(entitlement_id=entitlement.id, given_at=utcnow(), given_by=world.cast.pia, value_cents=1, **where)
    db.session.add(again)
    with pytest.raises(IntegrityError, match=r"uq_hand_outs_once|entitlement_id"):
        db.session.flush()
    db.session.rollback()


def test_a_principal_gives_in_the_own_school_only(world: World) -> None:
    entitlement = world.due(world.cast.chloe, world.giveaway())
    assert refusal_of(entitlement, world.cast.pia) == "A principal hands out in their own school only."
    assert actions.give(entitlement, by=world.cast.pavel).given_by == world.cast.pavel


def test_nothing_is_given_to_who_said_no(world: World) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    actions.decline(entitlement, by=world.cast.amara)
    assert refusal_of(entitlement, world.cast.cora) == "Amara Okafor said no to this."
    assert refusal_of(entitlement, world.cast.pia) == "This is not due."
    actions.accept_after_all(entitlement, by=world.cast.amara)
    assert actions.give(entitlement, by=world.cast.pia).id


def test_nothing_is_given_to_a_disabled_person(world: World) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    accounts.disable_person(world.cast.amara, by=world.cast.adam)
    assert refusal_of(entitlement, world.cast.pia) == "Amara Okafor is disabled and receives nothing."


def test_an_archived_giveaway_is_not_given(world: World) -> None:
    giveaway = world.giveaway()
    entitlement = world.due(world.cast.amara, giveaway)
    actions.archive_giveaway(giveaway, by=world.cast.cora)
    assert refusal_of(entitlement, world.cast.pia) == "This giveaway is no longer handed out."


def test_what_has_run_out_is_owed_until_there_is_more(world: World) -> None:
    giveaway = world.giveaway(stock=0, name="Mug")
    entitlement = world.due(world.cast.amara, giveaway)
    assert refusal_of(entitlement, world.cast.pia) == "None is left of: Mug. It stands on the list of what is owed."
    assert (entitlement.state, giveaway.stock, ledger_sum(giveaway)) == ("owed", 0, 0)
    actions.receive_stock(giveaway, 1, "", by=world.cast.cora)
    actions.give(entitlement, by=world.cast.pia)
    assert (entitlement.state, giveaway.stock) == ("given", 0)


def test_owing_is_noted_without_trying_to_give(world: World) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    actions.owe(entitlement, by=world.cast.pia)
    assert entitlement.state == "owed"


def test_everything_is_given_at_once_and_what_has_run_out_is_owed(world: World) -> None:
    world.giveaway(name="Mug")
    world.giveaway(name="Tote", stock=0)
    world.giveaway(name="Old", rule="voted")
    world.vote(world.cast.amara)
    mug, tote, old = actions.thank(world.pilot, world.cast.amara)
    actions.archive_giveaway(old.giveaway, by=world.cast.cora)
    handed = actions.give_all(world.cast.amara, by=world.cast.pia)
    assert [hand_out.entitlement for hand_out in handed.given] == [mug]
    assert handed.owed == [tote]
    assert [each.state for each in (mug, tote, old)] == ["given", "owed", "due"]


def test_giving_everything_is_refused_when_nothing_is_due(world: World) -> None:
    with pytest.raises(Refused, match="There is nothing to hand out to Amara Okafor"):
        actions.give_all(world.cast.amara, by=world.cast.pia)


def test_undoing_brings_the_piece_back_and_keeps_the_row(world: World) -> None:
    giveaway = world.giveaway(stock=1)
    entitlement = world.due(world.cast.amara, giveaway)
    hand_out = actions.give(entitlement, by=world.cast.pia)
    actions.undo_hand_out(hand_out, "", by=world.cast.pia)
    assert (giveaway.stock, ledger_sum(giveaway), entitlement.state) == (1, 1, "due")
    assert hand_out.undone_by == world.cast.pia
    again = actions.give(entitlement, by=world.cast.pia)
    assert [each.id for each in entitlement.hand_outs] == [hand_out.id, again.id]


def test_undoing_is_refused_twice_late_without_a_reason_and_in_another_school(world: World) -> None:
    hand_out = actions.give(world.due(world.cast.amara, world.giveaway()), by=world.cast.pia)
    with pytest.raises(Refused, match="own school"):
        actions.undo_hand_out(hand_out, "Mistaken", by=world.cast.pavel)
    with at(utcnow() + timedelta(hours=1)), pytest.raises(Refused, match="Please say why") as refused:
        actions.undo_hand_out(hand_out, "  ", by=world.cast.pia)
    assert refused.value.field == "reason"
    actions.undo_hand_out(hand_out, "The wrong Amara", by=world.cast.pia)
    with pytest.raises(Refused, match="undone already"):
        actions.undo_hand_out(hand_out, "Again", by=world.cast.pia)
    assert hand_out.undone_reason == "The wrong Amara"


def test_only_the_person_acknowledges_and_only_once(world: World) -> None:
    hand_out = actions.give(world.due(world.cast.amara, world.giveaway()), by=world.cast.pia)
    with pytest.raises(Refused, match="Only the person"):
        actions.acknowledge(hand_out, by=world.cast.bruno)
    actions.acknowledge(hand_out, by=world.cast.amara)
    assert hand_out.entitlement.state == "acknowledged"
    with pytest.raises(Refused, match="nothing to confirm"):
        actions.acknowledge(hand_out, by=world.cast.amara)


def test_only_the_person_declines_and_not_what_was_given(world: World) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    with pytest.raises(Refused, match="Only the person"):
        actions.decline(entitlement, by=world.cast.bruno)
    actions.give(entitlement, by=world.cast.pia)
    with pytest.raises(Refused, match="received this already"):
        actions.decline(entitlement, by=world.cast.amara)


def test_the_person_is_written_to_in_the_own_language(world: World) -> None:
    entitlement = world.due(world.cast.bruno, world.giveaway(name="Mug", name_fr="Tasse"))
    hand_out = actions.give(entitlement, by=world.cast.pia)
    actions.undo_hand_out(hand_out, "Not yet here", by=world.cast.pia)
    given, undone = db.session.scalars(select(Mail).where(Mail.person_id == world.cast.bruno.id).order_by(Mail.id))
    assert given.subject.endswith("Tasse")
    assert "Which courses?" in given.text
    assert undone.subject.endswith("Tasse")
    assert "Not yet here" in undone.text


def test_the_history_of_handing_out_holds_together(world: World) -> None:
    hand_out = actions.give(world.due(world.cast.amara, world.giveaway()), by=world.cast.pia)
    actions.undo_hand_out(hand_out, "", by=world.cast.pia)
    db.session.commit()
    assert broken_entries() == []
