"""The history: sealed at the commit, forgotten with what is rolled back, and changed by nobody unnoticed."""

from contextlib import suppress

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from microcred.db import db
from microcred.history import Entry, Head, broken_entries, record
from tests.cast import Cast

VERBS = ["looked at", "painted", "opened"]


def written() -> list[str]:
    return list(db.session.scalars(select(Entry.verb).where(Entry.thing == "School").order_by(Entry.id)))[-len(VERBS) :]


def do_everything(cast: Cast) -> None:
    for verb in VERBS:
        record(cast.adam, verb, cast.north, color="green")


def test_what_one_transaction_did_is_sealed_in_its_order(cast: Cast) -> None:
    do_everything(cast)
    db.session.commit()
    assert (written(), broken_entries()) == (VERBS, [])


def test_what_was_rolled_back_is_not_in_the_history(cast: Cast) -> None:
    before = written()
    do_everything(cast)
    db.session.rollback()
    db.session.commit()
    assert (written(), broken_entries()) == (before, [])


def test_a_changed_and_a_removed_entry_are_noticed(cast: Cast) -> None:
    do_everything(cast)
    db.session.commit()
    first, second, third = db.session.scalars(select(Entry.id).order_by(Entry.id.desc()).limit(3)).all()[::-1]
    db.session.execute(update(Entry).where(Entry.id == first).values(verb="burnt"))
    db.session.expire_all()
    assert broken_entries() == [first]
    db.session.execute(delete(Entry).where(Entry.id == second))
    assert broken_entries() == [first, third]


def test_what_was_rolled_back_to_a_savepoint_is_not_in_the_history_and_the_rest_is(cast: Cast) -> None:
    record(cast.adam, "looked at", cast.north)
    for verb in ("spoilt", "spoilt again"):
        with suppress(ZeroDivisionError), db.session.begin_nested():
            record(cast.adam, verb, cast.north)
            raise ZeroDivisionError
    with db.session.begin_nested():
        record(cast.adam, "painted", cast.north)
    with suppress(IntegrityError), db.session.begin_nested():
        record(cast.adam, "spoilt", cast.north)
        db.session.add(Head(id=1, seal=""))
        db.session.flush()
    record(cast.adam, "opened", cast.north)
    db.session.commit()
    assert (written(), broken_entries()) == (VERBS, [])


def test_nothing_is_sealed_at_the_end_of_a_savepoint(cast: Cast) -> None:
    before = written()
    with db.session.begin_nested():
        record(cast.adam, "opened", cast.north)
    assert written() == before
