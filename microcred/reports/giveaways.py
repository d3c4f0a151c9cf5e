"""Giveaways by school: due, owed, given, and what they were worth."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, case, func, select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.reports.shape import Figures, Picture, Report, Scope
from microcred.words import money


def figures(scope: Scope) -> Figures:
    """Count thank-yous by school and giveaway; the value is what was given, in the district's currency."""
    counted = _counted(scope)
    names = {school.id: school.name for school in scope.schools}
    rows = [
        [names[row.school_id], row.name, row.entitled, row.given, row.owed, row.declined, _due(row), money(row.value)]
        for row in counted
    ]
    given = {name: sum(row.given for row in counted if row.school_id == id_) for id_, name in names.items()}
    waiting = {
        name: sum(_due(row) + row.owed for row in counted if row.school_id == id_) for id_, name in names.items()
    }
    return Figures(
        columns=[
            _("School"),
            _("Giveaway"),
            _("Entitled"),
            _("Given"),
            _("Owed"),
            _("Declined"),
            _("Due"),
            _("Value given"),
        ],
        rows=rows,
        pictures=[
            Picture(
                _("Given and still waiting, by school"),
                [(name, [given[name], waiting[name]]) for name in given],
                [_("Given"), _("Waiting")],
            ),
        ],
        notes=[_("Owed: it had run out when it was to be handed out. Value: at the time of handing out.")],
    )


def _due(row: Row[Any]) -> int:
    return int(row.entitled - row.given - row.owed - row.declined)


def _counted(scope: Scope) -> list[Row[Any]]:
    given = HandOut.id.is_not(None)
    statement = (
        select(
            Account.school_id,
            Giveaway.name,
            func.count(Entitlement.id).label("entitled"),
            func.count(HandOut.id).label("given"),
            func.sum(case((given, 0), (Entitlement.declined_at.is_not(None), 1), else_=0)).label("declined"),
            func.sum(
                case(
                    (given, 0),
                    (Entitlement.declined_at.is_not(None), 0),
                    (Entitlement.owed_at.is_not(None), 1),
                    else_=0,
                )
            ).label("owed"),
            func.coalesce(func.sum(HandOut.value_cents), 0).label("value"),
        )
        .join(Giveaway, Giveaway.id == Entitlement.giveaway_id)
        .join(Account, Account.id == Entitlement.person_id)
        .outerjoin(HandOut, (HandOut.entitlement_id == Entitlement.id) & HandOut.undone_at.is_(None))
        .where(Giveaway.pilot_id == scope.pilot.id, Account.school_id.in_(scope.school_ids))
        .group_by(Account.school_id, Giveaway.id, Giveaway.name)
        .order_by(Account.school_id, Giveaway.id)
    )
    return list(db.session.execute(statement))


REPORT = Report(
    title=_l("Thank-yous by school"),
    lead=_l("Which giveaways were given, are due or are owed, and what they were worth."),
    figures=figures,
)
