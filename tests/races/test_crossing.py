"""Actions that meet crosswise don't wait for each other: the history is written when nothing else is waited for."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from microcred.accounts.models import School
from microcred.db import db, lock, writing
from microcred.history import broken_entries, page_of_history, record
from tests.races.conftest import Field

PATIENCE = 2.0


class Crossing:
    """Two who do things to one school: the first writes history before it locks, the second afterwards."""

    def __init__(self, field: Field, school_id: int) -> None:
        self.field, self.school_id = field, school_id
        self.has_recorded, self.has_locked = threading.Event(), threading.Event()

    def record_then_lock(self) -> None:
        with self.field.app.app_context(), writing():
            school = db.session.get_one(School, self.school_id)
            record(None, "looked at", school)
            self.has_recorded.set()
            self.has_locked.wait(PATIENCE)
            lock(school)

    def lock_then_record(self) -> None:
        self.has_recorded.wait(PATIENCE)
        with self.field.app.app_context(), writing():
            school = lock(db.session.get_one(School, self.school_id))
            self.has_locked.set()
            record(None, "held", school)


def both(*calls: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()


def test_nobody_holds_the_history_while_waiting_for_anything_else(field: Field) -> None:
    with field.prepared() as cast:
        school_id = cast.north.id
    crossing = Crossing(field, school_id)
    both(crossing.record_then_lock, crossing.lock_then_record)
    with field.app.app_context():
        newest = db.session.scalars(page_of_history().limit(2)).all()
        assert {entry.verb for entry in newest} == {"looked at", "held"}
        assert broken_entries() == []
