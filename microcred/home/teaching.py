"""A teacher's home: the next step, then ballots, evidence, badges, thank-yous and news."""

from typing import NamedTuple

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import contains_eager, lazyload

from microcred.accounts.models import Account
from microcred.badges.queries import awards_of
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.talks import waiting_for_talks
from microcred.home.next_step import Facts, NextStep, next_step
from microcred.home.standing import Standing
from microcred.noticeboard.models import Announcement
from microcred.noticeboard.queries import latest_announcements
from microcred.pilots.queries import standing_offers
from microcred.polls.audience import asking
from microcred.polls.models import Participation, Poll
from microcred.recognition.models import Entitlement, HandOut
from microcred.volunteers.models import VolunteerState
from microcred.volunteers.queries import newest_entry, position

ANNOUNCEMENTS = 2


class OwnPoll(NamedTuple):
    """A poll, and whether the person took part; never how."""

    poll: Poll
    has_voted: bool


class Teaching(NamedTuple):
    """What a teacher's home shows."""

    facts: Facts
    next: NextStep
    position: int | None
    polls: list[OwnPoll]
    announcements: list[Announcement]


def teaching(user: Account, standing: Standing | None) -> Teaching:
    """Everything that the home of a teacher shows, in at most seven statements."""
    pilot = standing.pilot if standing else None
    polls = _polls(user, standing)
    facts = _facts(user, standing, [own.poll for own in polls if own.poll.is_open and not own.has_voted])
    return Teaching(
        facts=facts,
        next=next_step(facts),
        position=position(facts.entry) if facts.entry and facts.entry.is_told else None,
        polls=polls,
        announcements=latest_announcements(pilot, ANNOUNCEMENTS) if pilot else [],
    )


def _facts(user: Account, standing: Standing | None, polls: list[Poll]) -> Facts:
    pilot = standing.pilot if standing else None
    entry = newest_entry(pilot, user) if pilot else None
    tries = _newest_tries(user)
    begun = {each.micro_credential_id for each in tries}
    talks_due, talks_asked = waiting_for_talks(tries)
    has_joined = entry is not None and entry.told_state == VolunteerState.JOINED
    offers = standing_offers(pilot) if pilot and has_joined else []
    return Facts(
        now=utcnow(),
        pilot=pilot,
        takes_volunteers=bool(standing and standing.takes_volunteers),
        entry=entry,
        polls=polls,
        offers=[offer for offer in offers if offer.micro_credential_id not in begun],
        tries=tries,
        talks_due=talks_due,
        talks_asked=talks_asked,
        awards=[award for award in awards_of(user) if award.revoked_at is None],
        thank_yous=_thank_yous(user),
    )


def _polls(user: Account, standing: Standing | None) -> list[OwnPoll]:
    """The pilot's polls and those of everyone that ask the person, without the ballots: open ones first."""
    voted = exists().where(Participation.poll_id == Poll.id, Participation.person_id == user.id)
    pilot_id = standing.pilot.id if standing else None
    asks_here = or_(Poll.pilot_id == pilot_id, Poll.audience == "everyone")
    statement = select(Poll, voted).where(asks_here, Poll.opened_at.is_not(None))
    in_order = statement.order_by(Poll.closed_at.is_not(None), Poll.closes_at, Poll.id)
    polls = [OwnPoll(*row) for row in db.session.execute(in_order.options(lazyload(Poll.pilot)))]
    near = {standing.pilot.id} if standing and standing.has_own_school else set()
    wanted = asking([own.poll for own in polls], user, near=near)
    return [own for own in polls if own.has_voted or own.poll.id in wanted]


def _newest_tries(user: Account) -> list[Submission]:
    """The last try at each micro-credential, the one that was begun last first."""
    statement = select(Submission).where(
        Submission.person_id == user.id, Submission.state.not_in((SubmissionState.WITHDRAWN, SubmissionState.ANCHOR))
    )
    newest: dict[int, Submission] = {}
    for each in db.session.scalars(statement.order_by(Submission.id.desc())):
        newest.setdefault(each.micro_credential_id, each)
    return list(newest.values())


def _thank_yous(user: Account) -> list[Entitlement]:
    """What the person was ever due, with the hand-out that counts; what waits comes first."""
    counts = and_(HandOut.entitlement_id == Entitlement.id, HandOut.undone_at.is_(None))
    statement = select(Entitlement).outerjoin(HandOut, counts).where(Entitlement.person_id == user.id)
    in_order = statement.order_by(HandOut.id.is_not(None), Entitlement.id.desc())
    return list(db.session.scalars(in_order.options(contains_eager(Entitlement.hand_outs))).unique())
