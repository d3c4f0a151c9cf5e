"""The rules of public money: what may be given at most, and what was given so far."""

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from microcred.db import Model

KEEP_YEARS = 7


class MoneyRules(Model):
    """The district's rules, in one row; an amount that is not set limits nothing.

    Amounts are in hundredths of the district's currency; a year begins on the first day of `year_starts_in` (1 to 12).
    """

    __tablename__ = "money_rules"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("year_starts_in BETWEEN 1 AND 12", name="year_starts_in"),
        CheckConstraint("keep_years BETWEEN 1 AND 100", name="keep_years"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    per_piece_cents: Mapped[int | None]
    per_person_cents: Mapped[int | None]
    per_school_cents: Mapped[int | None]
    per_district_cents: Mapped[int | None]
    two_signatures_cents: Mapped[int | None]
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    year_starts_in: Mapped[int] = mapped_column(default=9)
    keep_years: Mapped[int] = mapped_column(default=KEEP_YEARS)


class Spending(Model):
    """What was given within one year to a person (`person:7`), at a school (`school:3`) or in the `district`."""

    __tablename__ = "spendings"
    __table_args__ = (CheckConstraint("cents >= 0", name="never_negative"),)

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    cents: Mapped[int] = mapped_column(default=0)
