"""each(rows, act): what a job does to many rows, so that one bad row keeps none of the others from being done."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import inspect

from microcred.db import Row, db

log = logging.getLogger(__name__)

Result = TypeVar("Result")


def each(rows: Iterable[Row], act: Callable[[Row], Result]) -> list[Result]:
    """Do `act` to each row behind a savepoint of its own; returns what came of those that went well.

    A row that fails is taken back as a whole, logged and counted among the `failures` of the job.
    """
    done = []
    for row in rows:
        name = _name(row)
        try:
            with db.session.begin_nested():
                result = act(row)
        except Exception as fault:
            _note(f"{name}: {type(fault).__name__}")
        else:
            done.append(result)
    return done


def _name(row: Any) -> str:
    """Its kind and number: what a database says of its trouble may hold names, and so it is not told."""
    return f"{type(row).__name__} {' '.join(map(str, inspect(row).identity or ()))}"


def _note(failure: str) -> None:
    log.error("%s", failure)
    db.session.info.setdefault("failures", []).append(failure)


def failures() -> list[str]:
    """Which rows failed since this was asked last, and how."""
    failed: list[str] = db.session.info.pop("failures", [])
    return failed
