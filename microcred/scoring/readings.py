"""What the figures of a rubric say, in words."""

from typing import Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.words import number


class HasAC1(Protocol):
    """Figures of agreement with Gwet's AC1 among them."""

    @property
    def ac1(self) -> float | None:
        """From -1 to 1."""


def agreement_reading(agreement: HasAC1 | None) -> str:
    """How far reviewers agree on met or not met, by AC1; "too few to tell" while there is no coefficient.

    AC1 is read because kappa and alpha collapse where nearly all evidence is on one side. The bounds 0.8, 0.6 and
    0.4 are those of Landis and Koch, Biometrics 33 (1977): almost perfect, substantial, moderate.
    """
    if agreement is None or agreement.ac1 is None:
        return _("too few to tell")
    if agreement.ac1 >= 0.8:
        return _("reviewers nearly always agree")
    if agreement.ac1 >= 0.6:
        return _("reviewers mostly agree")
    return _("reviewers often disagree") if agreement.ac1 >= 0.4 else _("reviewers agree little more than by chance")


def severity_reading(difference: float | None) -> str:
    """How severe a reviewer is beside the co-reviewers; `difference` is in levels, above 0 is milder."""
    if difference is None:
        return _("too few to tell")
    apart = round(abs(difference), 1)
    if not apart:
        return _("as severe as the co-reviewers")
    return _milder(apart) if difference > 0 else _more_severe(apart)


def _milder(apart: float) -> str:
    return ngettext(
        "%(levels)s level milder than the co-reviewers",
        "%(levels)s levels milder than the co-reviewers",
        _grammatical(apart),
        levels=number(apart),
    )


def _more_severe(apart: float) -> str:
    return ngettext(
        "%(levels)s level more severe than the co-reviewers",
        "%(levels)s levels more severe than the co-reviewers",
        _grammatical(apart),
        levels=number(apart),
    )


def _grammatical(apart: float) -> int:
    """A whole number with the grammar of this one: 0.3 is plural in English and singular in French, as 0 is."""
    return 1 if apart == 1 else 0 if apart < 2 else 2
