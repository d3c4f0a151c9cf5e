"""Who is due a giveaway, and why: one rule per way of taking part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select

from microcred.accounts.models import Role, RoleName
from microcred.badges.models import Award
from microcred.catalog.models import MicroCredential
from microcred.evidence.models import Submission
from microcred.noticeboard.models import Post, PostKind
from microcred.pilots.models import Pilot
from microcred.polls.models import Participation, Poll
from microcred.recognition.models import Entitlement, Giveaway
from microcred.scoring.models import Review, ReviewState
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.queries import is_told

Facts = Select[Any, Any, Any]
"""A person's id, and the id and name of what the reason is about."""

Words = Callable[[Mapping[str, Any]], str]
"""A sentence in the reader's language, from the name of what it is about and how many it takes."""

TEACHERS = frozenset({RoleName.TEACHER})
REVIEWERS = frozenset({RoleName.REVIEWER})
HEADS = frozenset({RoleName.PRINCIPAL, RoleName.DEPUTY})
WRITERS = frozenset({RoleName.TEACHER, RoleName.COORDINATOR})


class Asked(NamedTuple):
    """What a rule is asked about: a pilot, perhaps one poll or micro-credential only, and how many it takes."""

    pilot_id: int
    poll_id: int | None = None
    micro_credential_id: int | None = None
    needed: int = 1
    name: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """What the sentences about it need."""
        return {"name": self.name, "count": self.needed}


def volunteered(asked: Asked) -> Facts:
    """Whoever applied to the pilot, whatever became of it; once for each pilot."""
    entries = select(Volunteer.person_id, Pilot.id, Pilot.title).join(Pilot, Pilot.id == Volunteer.pilot_id)
    return entries.where(Pilot.id == asked.pilot_id)


def joined(asked: Asked) -> Facts:
    """Whoever took a place in the pilot, and knows it; once for each pilot."""
    return volunteered(asked).where(Volunteer.joined_at.is_not(None), is_told())


def completed(asked: Asked) -> Facts:
    """Whoever took part in the pilot to the end."""
    return volunteered(asked).where(Volunteer.state == VolunteerState.COMPLETED)


def voted(asked: Asked) -> Facts:
    """Whoever took part in a poll of the pilot, or in the one that is named; never what was voted."""
    took_part = select(Participation.person_id, Poll.id, Poll.question).join(Poll, Poll.id == Participation.poll_id)
    return took_part.where(Poll.pilot_id == asked.pilot_id, *_only(Poll.id, asked.poll_id))


def handed_in(asked: Asked) -> Facts:
    """Whoever handed in evidence in the pilot; once for each micro-credential, however many tries it takes."""
    tries = select(Submission.person_id, MicroCredential.id, MicroCredential.title).join(
        MicroCredential, MicroCredential.id == Submission.micro_credential_id
    )
    in_pilot = tries.where(Submission.pilot_id == asked.pilot_id, Submission.submitted_at.is_not(None))
    return in_pilot.where(*_only(MicroCredential.id, asked.micro_credential_id))


def earned(asked: Asked) -> Facts:
    """Whoever holds a badge of the pilot that was not revoked; once for each micro-credential."""
    badges = (
        select(Award.person_id, MicroCredential.id, MicroCredential.title)
        .join(MicroCredential, MicroCredential.id == Award.micro_credential_id)
        .join(Submission, Submission.id == Award.submission_id)
    )
    in_pilot = badges.where(Submission.pilot_id == asked.pilot_id, Award.revoked_at.is_(None))
    return in_pilot.where(*_only(MicroCredential.id, asked.micro_credential_id))


def reviewed(asked: Asked) -> Facts:
    """Whoever finished reviews in the pilot, one for each submission; the anchors of seat 0 are practice."""
    reviews = select(Review.reviewer_id, Submission.id, Submission.code_name).join(
        Submission, Submission.id == Review.submission_id
    )
    return reviews.where(
        Submission.pilot_id == asked.pilot_id, Review.state == ReviewState.FINAL, Review.seat.between(1, 4)
    )


def shared_win(asked: Asked) -> Facts:
    """Whoever shared wins on the pilot's noticeboard, and did not take them back."""
    wins = select(Post.author_id, Post.id, Pilot.title).join(Pilot, Pilot.id == Post.pilot_id)
    return wins.where(Pilot.id == asked.pilot_id, Post.kind == PostKind.WIN, Post.taken_back_at.is_(None))


def answered(asked: Asked) -> Facts:
    """The principals and deputies who answered their own school's volunteers, once these have been told."""
    entries = select(Volunteer.answered_by_id, Volunteer.id, Pilot.title).join(Pilot, Pilot.id == Volunteer.pilot_id)
    for_own = (Role.account_id == Volunteer.answered_by_id) & (Role.school_id == Volunteer.school_id)
    in_pilot = entries.join(Role, for_own).where(Role.name.in_(HEADS), Pilot.id == asked.pilot_id)
    return in_pilot.where(Volunteer.answered_at.is_not(None), is_told())


def _only(column: Any, wanted: int | None) -> list[ColumnElement[bool]]:
    return [] if wanted is None else [column == wanted]


@dataclass(frozen=True)
class Rule:
    """A way to be thanked.

    `facts` selects who fulfils it: the person, the id and the name of what it is about. Each fact is a reason of its
    own; where it `counts`, so many different ones are one reason. `title` names the rule, `because` tells the reason,
    `not_yet` what it takes. It can be fulfilled by those who hold one of the roles of `whose`, and be narrowed to one
    `poll` or `micro_credential` if `narrows` says so.
    """

    facts: Callable[[Asked], Facts]
    title: LazyString
    because: Words
    not_yet: Words
    whose: frozenset[RoleName] = TEACHERS
    counts: bool = False
    narrows: str = ""


RULES = {
    "volunteered": Rule(
        volunteered,
        _l("volunteered"),
        lambda told: _("Volunteered for “%(name)s”", **told),
        lambda told: _("Comes with volunteering for the pilot."),
    ),
    "joined": Rule(
        joined,
        _l("joined"),
        lambda told: _("Joined “%(name)s”", **told),
        lambda told: _("Comes with a place in the pilot."),
    ),
    "completed": Rule(
        completed,
        _l("completed the pilot"),
        lambda told: _("Completed “%(name)s”", **told),
        lambda told: _("Comes with taking part in the pilot to the end."),
    ),
    "voted": Rule(
        voted,
        _l("voted in a poll"),
        lambda told: _("Voted in the poll “%(name)s”", **told),
        lambda told: (
            _("Comes with taking part in the poll “%(name)s”.", **told)
            if told["name"]
            else _("Comes with taking part in a poll.")
        ),
        narrows="poll",
    ),
    "voted_often": Rule(
        voted,
        _l("took part in several polls"),
        lambda told: ngettext("Took part in %(num)s poll", "Took part in %(num)s polls", told["count"]),
        lambda told: ngettext(
            "Comes with taking part in %(num)s poll.", "Comes with taking part in %(num)s polls.", told["count"]
        ),
        counts=True,
    ),
    "handed_in": Rule(
        handed_in,
        _l("handed in evidence"),
        lambda told: _("Handed in evidence for “%(name)s”", **told),
        lambda told: (
            _("Comes with handing in evidence for “%(name)s”.", **told)
            if told["name"]
            else _("Comes with handing in evidence.")
        ),
        narrows="micro_credential",
    ),
    "earned": Rule(
        earned,
        _l("earned a badge"),
        lambda told: _("Earned the badge “%(name)s”", **told),
        lambda told: (
            _("Comes with earning the badge “%(name)s”.", **told) if told["name"] else _("Comes with earning a badge.")
        ),
        narrows="micro_credential",
    ),
    "reviewed": Rule(
        reviewed,
        _l("reviewed submissions"),
        lambda told: ngettext("Reviewed %(num)s submission", "Reviewed %(num)s submissions", told["count"]),
        lambda told: ngettext(
            "Comes with reviewing %(num)s submission.", "Comes with reviewing %(num)s submissions.", told["count"]
        ),
        whose=REVIEWERS,
        counts=True,
    ),
    "shared_win": Rule(
        shared_win,
        _l("shared a win"),
        lambda told: ngettext("Shared %(num)s win", "Shared %(num)s wins", told["count"]),
        lambda told: ngettext(
            "Comes with sharing %(num)s win on the noticeboard.",
            "Comes with sharing %(num)s wins on the noticeboard.",
            told["count"],
        ),
        whose=WRITERS,
        counts=True,
    ),
    "answered": Rule(
        answered,
        _l("answered for the school"),
        lambda told: ngettext(
            "Answered %(num)s volunteer of the school", "Answered %(num)s volunteers of the school", told["count"]
        ),
        lambda told: ngettext(
            "Comes with answering %(num)s volunteer of the school.",
            "Comes with answering %(num)s volunteers of the school.",
            told["count"],
        ),
        whose=HEADS,
        counts=True,
    ),
}
"""Every rule under the slug that a giveaway keeps."""


class Part(NamedTuple):
    """One of the rules that a giveaway asks for."""

    slug: str
    asked: Asked

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return RULES[self.slug]

    @property
    def not_yet(self) -> str:
        """What it takes, in the reader's language."""
        return self.rule.not_yet(self.asked.told)


def main_part(giveaway: Giveaway) -> Part:
    """The rule whose facts are the reasons for a giveaway."""
    narrowed = giveaway.poll_id, giveaway.micro_credential_id
    return Part(giveaway.rule, Asked(giveaway.pilot_id, *narrowed, giveaway.needed, giveaway.narrowed_to))


def parts(giveaway: Giveaway) -> list[Part]:
    """All that a giveaway asks for: its rule first, then what else has to be met."""
    return [main_part(giveaway), *also_parts(giveaway)]


def also_parts(giveaway: Giveaway) -> list[Part]:
    """What has to be met besides the rule."""
    return [
        Part(
            each["rule"],
            Asked(
                giveaway.pilot_id,
                each.get("poll"),
                each.get("micro_credential"),
                each.get("count") or 1,
                each.get("name") or "",
            ),
        )
        for each in giveaway.also
        if each["rule"] in RULES
    ]


def why(entitlement: Entitlement) -> str:
    """The reason of an entitlement in the reader's language, with all that was met."""
    slug, because = entitlement.reason.partition(":")[0], entitlement.because
    also = [_met(RULES[each["rule"]], each) for each in because.get("also", []) if each["rule"] in RULES]
    return " · ".join([RULES[slug].because({"name": "", "count": 1, **because}), *also])


def _met(rule: Rule, told: Mapping[str, Any]) -> str:
    """What else was met; where that is about nothing in particular, by the rule's own name."""
    return rule.because(told) if told["name"] or rule.counts else str(rule.title)


def why_not_yet(giveaway: Giveaway) -> str:
    """What it takes to be due a giveaway, in the reader's language."""
    return " ".join(part.not_yet for part in parts(giveaway))
