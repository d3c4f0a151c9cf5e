"""Finding people at the desk: by the beginning of a name or an address, or by a whole code, typed or scanned."""

import re
import unicodedata
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import lazyload, selectinload

from microcred.accounts.models import Account, School
from microcred.db import db, is_sqlite
from microcred.recognition.models import PersonalCode
from microcred.recognition.queries import in_reach, visible_to
from microcred.recognition.thanking import CODE_LENGTH, CODE_LETTERS

AT_MOST = 8
"""How many people the hand-out desk shows at once."""

LOOKED_THROUGH = 2000
"""Names that begin nearly so: more than that, and whoever types goes on typing."""

ACCENTED = "aceinouy"
"""Letters that may bear an accent, which nobody types in a hallway."""

FEWEST_PLAIN = 1
SEPARATORS = "-'’."
BEFORE_PART = f" {SEPARATORS}"
SCANNED = re.compile(r"https?://.*/([^/?#\s]+)/?")


class Person(NamedTuple):
    """Somebody who was found, as a line of a list."""

    id: int
    name: str
    email: str
    school: str | None


class Found(NamedTuple):
    """Who was found, and whether by a code; whether a code was scanned that is of another district."""

    people: list[Person]
    is_by_code: bool = False
    is_foreign: bool = False


def people_at_desk(user: Account, search: str, home: str = "") -> Found:
    """Whom the beginning of a name or address, or a whole code, leads to; at most a handful.

    `home` is what the addresses of this district's codes begin with.
    """
    wanted = search.strip()
    if scanned := SCANNED.fullmatch(wanted):
        if not wanted.startswith(home):
            return Found([], is_foreign=True)
        wanted = scanned[1]
    if person := _with_code(user, plain_code(wanted)):
        return Found([person], is_by_code=True)
    return Found([] if scanned else _called(user, wanted))


def plain_code(typed: str) -> str:
    """A code as it is kept: in capitals, without what people put between its letters; empty for what is none."""
    code = typed.upper().replace(" ", "").replace("-", "")
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else ""


def _rows(user: Account, *conditions: ColumnElement[bool]) -> list[Person]:
    people = select(Account.id, Account.name, Account.email, School.name).outerjoin(Account.school)
    there = people.where(in_reach(user), Account.disabled_at.is_(None), *conditions)
    return [Person(*row) for row in db.session.execute(there.order_by(Account.name, Account.id).limit(LOOKED_THROUGH))]


def _with_code(user: Account, code: str) -> Person | None:
    """By a code also somebody who is disabled is not found, as if there were no such code."""
    held = select(PersonalCode.account_id).where(PersonalCode.code == code)
    return next(iter(_rows(user, Account.id.in_(held)) if code else []), None)


def _called(user: Account, wanted: str) -> list[Person]:
    words = folded(wanted).split()
    near = _rows(user, is_called(wanted)) if words else []
    return [person for person in near if _fits(person, words, wanted.lower())][:AT_MOST]


def is_called(wanted: str) -> ColumnElement[bool]:
    """That parts of somebody's name begin as each of the words does, or so but for accents; or the address does."""
    by_name = [_has_part(_pattern(word)) for word in folded(wanted).split()]
    return or_(Account.email.startswith(wanted.lower(), autoescape=True), and_(true(), *by_name))


def _has_part(pattern: str) -> ColumnElement[bool]:
    """That a part of somebody's name begins so; SQLite's LIKE knows no capitals, and costs a third without lower()."""
    like = Account.name.like if is_sqlite() else Account.name.ilike
    return or_(*(like(f"{before}{pattern}%", escape="/") for before in ("", *(f"%{each}" for each in BEFORE_PART))))


def folded(text: str) -> str:
    """Without capitals, accents and what separates the parts of a name."""
    plain = "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
    return "".join(" " if each in SEPARATORS else each for each in plain.casefold())


def _pattern(word: str) -> str:
    """What a word of a name begins like; any letter may stand where an accent could be, if enough are left."""
    escaped = [f"/{each}" if each in "/%_" else each for each in word]
    loose = ["_" if each in ACCENTED else each for each in escaped]
    return "".join(loose if len(loose) - loose.count("_") >= FEWEST_PLAIN else escaped)


def _fits(person: Person, words: list[str], address: str) -> bool:
    parts = folded(person.name).split()
    return person.email.startswith(address) or all(any(part.startswith(word) for part in parts) for word in words)


def person_at_desk(user: Account, account_id: int) -> Account | None:
    """One person in reach, disabled or not, or oneself."""
    return db.session.scalar(_with_subjects(Account.id == account_id, visible_to(user)))


class Scanned(NamedTuple):
    """What a scanned code leads to; nothing for one that is unknown, replaced, or of somebody out of reach."""

    person: Account | None


def scanned(user: Account, personal_code: str) -> Scanned:
    """Whose card a personal code opens."""
    return Scanned(person_of_code(user, personal_code))


def person_of_code(user: Account, code: str) -> Account | None:
    """Whose code it is, of the people in reach and oneself."""
    held = select(PersonalCode.account_id).where(PersonalCode.code == plain_code(code))
    return db.session.scalar(_with_subjects(Account.id.in_(held), visible_to(user), Account.disabled_at.is_(None)))


def _with_subjects(*conditions: ColumnElement[bool]) -> Select[Any]:
    with_subjects = selectinload(Account.taught_subjects), lazyload(Account.roles)
    return select(Account).where(*conditions).options(*with_subjects)
