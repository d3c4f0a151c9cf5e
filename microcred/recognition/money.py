"""The rules of public money: what may be given, how much, and who has to sign."""

from microcred.db import db
from microcred.recognition.money_models import KEEP_YEARS, MoneyRules


def money_rules() -> MoneyRules:
    """The district's rules; those of a district that has set none limit nothing, and are not in the database yet."""
    return db.session.get(MoneyRules, 1) or MoneyRules(id=1, categories=[], year_starts_in=9, keep_years=KEEP_YEARS)
