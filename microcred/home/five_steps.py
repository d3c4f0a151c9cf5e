"""The five steps of a pilot: which are done, which one is now, and what each has to tell in a few words."""

from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.home.standing import Standing
from microcred.words import short_day


def titles() -> list[str]:
    """What the five steps are called."""
    return [
        _("Pick your purpose"),
        _("Start small"),
        _("Offer choices"),
        _("Keep an eye on the score"),
        _("Keep communicating"),
    ]


def states(standing: Standing) -> list[str]:
    """done, now or later for each step: the first that is not done is now, and one talks until the very end."""
    done = [
        standing.has_sign_up_opened,
        bool(standing.polls or standing.offers) or standing.joined >= standing.pilot.places,
        bool(standing.offers) and not standing.undecided,
        standing.is_over,
    ]
    now = 4 if standing.is_over else done.index(False)
    return ["done" if place < now else "now" if place == now else "later" for place in range(5)]


def notes(standing: Standing) -> list[str]:
    """A short note on each step, with its number; empty where there is nothing to tell."""
    return [_purpose(standing), _joined(standing), _choices(standing), _score(standing), _news(standing)]


def _purpose(standing: Standing) -> str:
    if standing.has_sign_up_opened:
        return _("until %(day)s", day=short_day(standing.pilot.ends_on))
    return _("sign-up opens %(day)s", day=short_day(standing.pilot.sign_up_opens_at))


def _joined(standing: Standing) -> str:
    return _("%(joined)s of %(places)s joined", joined=standing.joined, places=standing.pilot.places)


def _choices(standing: Standing) -> str:
    if standing.vote_ends_at:
        return _("open until %(day)s", day=short_day(standing.vote_ends_at))
    if standing.undecided:
        return _("being decided")
    return ngettext("%(num)s offered", "%(num)s offered", standing.offers) if standing.offers else ""


def _score(standing: Standing) -> str:
    if standing.in_review:
        return ngettext("%(num)s in review", "%(num)s in review", standing.in_review)
    return ngettext("%(num)s badge earned", "%(num)s badges earned", standing.earned) if standing.earned else ""


def _news(standing: Standing) -> str:
    return ngettext("%(num)s new post", "%(num)s new posts", standing.news) if standing.news else ""
