"""In the order of application."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from microcred.volunteers.models import Call
from microcred.volunteers.rules.contenders import Contender, Kept

title = _l("In the order of application")


def explanation(call: Call) -> list[str]:
    """How places are given, for those who wait."""
    return [
        _("Places are given in the order of application: your turn counts from the moment at which you apply."),
        _("Your principal answers first. With a yes you join at once while a place is free for you; else you wait."),
    ]


def gives_places(call: Call) -> bool:
    """Always: there is nothing to wait for but a free place."""
    return True


def pick(
    waiting: Sequence[Contender], free: int, held: Sequence[Contender] = (), kept: Sequence[Kept] = ()
) -> list[Contender]:
    """The first of those who wait, as many as there are free places."""
    return list(waiting[:free])
