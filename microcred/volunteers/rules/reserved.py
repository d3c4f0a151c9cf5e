"""Some places are kept for schools or subjects until a day; the others go in the order of application.

Somebody may belong to several groups, such as a school and two subjects. So that no place lies idle that anybody could
have, those who sit in a kept place move to another one that suits them when this makes room: each person is placed by a
path of such moves (a maximum matching, H. W. Kuhn 1955). Taken in their order, the first who can be placed are chosen.
"""

from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from microcred.db import utcnow
from microcred.schooldays import local
from microcred.volunteers.models import Call, Reservation
from microcred.volunteers.rules.contenders import Contender, Kept
from microcred.words import day

title = _l("In the order of application, with places kept for schools or subjects")

Kind = tuple[int, ...]
"""The groups in whose places somebody may sit; the last is the one that is open to all."""


def explanation(call: Call) -> list[str]:
    """How places are given, for those who wait."""
    by_order = _("Places are given in the order of application: your turn counts from the moment at which you apply.")
    answered = _(
        "Your principal answers first. With a yes you join at once while a place is free for you; else you wait."
    )
    return [*_kept_sentences(call), by_order, answered]


def _kept_sentences(call: Call) -> list[str]:
    if is_released(call):
        return [
            _("No place is kept for anybody any more: since %(day)s all are open to all.", day=day(call.released_on))
        ]
    kept = [
        ngettext(
            "%(num)s place is kept for %(group)s.",
            "%(num)s places are kept for %(group)s.",
            each.places,
            group=group(each),
        )
        for each in call.reservations
    ]
    return [*kept, _("What is left of them is open to all from %(day)s on.", day=day(call.released_on))]


def group(reservation: Reservation) -> str:
    """Whom places are kept for, in the reader’s language."""
    if reservation.school:
        return reservation.school.name
    return _("teachers of %(subject)s", subject=reservation.subject)


def is_released(call: Call) -> bool:
    """Whether what was kept is open to all: from the first moment of the day of release, on the schools’ clock."""
    return call.released_on is not None and local(utcnow()).date() >= call.released_on


def gives_places(call: Call) -> bool:
    """Always: there is nothing to wait for but a free place."""
    return True


def pick(
    waiting: Sequence[Contender], free: int, held: Sequence[Contender] = (), kept: Sequence[Kept] = ()
) -> list[Contender]:
    """Of those who wait, in their order, the first who can have one of the free places.

    `held` are those who have a place; together with the `free` ones that is all there are. Somebody with a place uses
    up one that is kept for an own group before one that is open to all.
    """
    seats = _Seats(free + len(held), kept)
    for holder in held:
        seats.seat(holder)
    chosen: list[Contender] = []
    for each in waiting:
        if len(chosen) == free:
            break
        if seats.seat(each):
            chosen.append(each)
    return chosen


class _Seats:
    """The places of each group, the open ones last: how many are empty, and how many people of each kind sit there."""

    def __init__(self, places: int, kept: Sequence[Kept]) -> None:
        self.kept = kept
        self.empty = [each.places for each in kept]
        self.empty.append(max(0, places - sum(self.empty)))
        self.taken: list[Counter[Kind]] = [Counter() for _group in self.empty]

    def seat(self, contender: Contender) -> bool:
        """Seat somebody if there is a way; False when there is none."""
        suiting = [number for number, each in enumerate(self.kept) if each.suits(contender)]
        return self._seat((*suiting, len(self.kept)), set())

    def _seat(self, kind: Kind, tried: set[int]) -> bool:
        for number in kind:
            if number in tried:
                continue
            tried.add(number)
            if self.empty[number]:
                self.empty[number] -= 1
            elif not self._make_room(number, tried):
                continue
            self.taken[number][kind] += 1
            return True
        return False

    def _make_room(self, number: int, tried: set[int]) -> bool:
        for kind in [kind for kind, count in self.taken[number].items() if count]:
            if self._seat(kind, tried):
                self.taken[number][kind] -= 1
                return True
        return False
