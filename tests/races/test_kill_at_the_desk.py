"""Whatever the hand-out desk was told is in the log after a kill -9, once; pressing Give again changes nothing."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator

from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.recognition.models import Giveaway, HandOut
from microcred.recognition.stores import district_store
from tests.cast import Cast
from tests.races.conftest import Field, session
from tests.races.killing import KEPT, Told, Write
from tests.races.test_kill import checked, write_and_kill
from tests.races.test_never_too_many import make_due, make_pilot, make_teachers

ROUNDS = 2
"""In each, one worker is killed, then all of them with their master."""

PEOPLE = 240
AT_A_MEETING = 3

Covered = dict[tuple[str, str], set[int]]
"""For each form that is sent, the entitlements that it hands out."""


def test_what_the_desk_was_told_is_in_the_log_once_after_every_kill(
    field: Field, token_of: Callable[[Account], str]
) -> None:
    with field.prepared() as cast:
        covered, writes = desk_writes(cast, token_of(cast.pia))
    told = Told()
    for _round in range(ROUNDS):
        write_and_kill(field, told, pressed_again(writes))
    assert told.interrupted > 0, "some were killed while they were handing out"
    with field.served() as server:
        told.send_again(server)
        assert (told.refused, told.unanswered) == ([], [])
        with field.app.app_context():
            logged = in_the_log()
        again = [session(server, each.token).post(each.path, each.key, **each.fields).status for each in told.kept]
        assert Counter(again) == {KEPT: len(told.kept)}
    with field.app.app_context():
        assert logged == in_the_log() == Counter(set().union(*(covered[each.name] for each in told.kept)))
        assert db.session.scalar(select(func.sum(Giveaway.stock))) == PEOPLE - len(logged)
    assert checked(field) == "everything holds\n"


def desk_writes(cast: Cast, token: str) -> tuple[Covered, list[Write]]:
    """One person after the other is given the thing, is given everything, or is at a meeting of three."""
    store = district_store()
    teachers = make_teachers(PEOPLE, cast.north)
    due = make_due(make_pilot([cast.north], cast.cora), {store: PEOPLE}, teachers, cast.cora)
    db.session.commit()
    covered: Covered = {}
    writes: list[Write] = []
    for start in range(0, PEOPLE, 2 + AT_A_MEETING):
        one, everything, *meeting = (each.id for each in due[start : start + 2 + AT_A_MEETING])
        forms = [
            ({one}, f"/entitlements/{one}/hand-outs", {}),
            ({everything}, f"/desk/people/{teachers[start + 1].id}/hand-outs", {}),
            (
                set(meeting),
                "/desk/batches",
                {"title": "M", "store": str(store.id), "entitlements": list(map(str, meeting))},
            ),
        ]
        for ids, path, fields in forms:
            name = (path, str(start))
            covered[name] = ids
            writes.append(Write(name, token, path, fields, secrets.token_hex(8)))
    return covered, writes


def pressed_again(writes: list[Write]) -> Iterator[Write]:
    """Each form after the other, and now and then an earlier one, as somebody does who got no answer."""
    waiting = list(writes)
    while waiting or writes:
        if not waiting or secrets.randbelow(4) == 0:
            yield secrets.choice(writes)
        else:
            yield waiting.pop(0)


def in_the_log() -> Counter[int]:
    """How often each thing was handed out."""
    return Counter(db.session.scalars(select(HandOut.entitlement_id).where(HandOut.undone_at.is_(None))))
