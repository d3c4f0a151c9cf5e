"""Finding polls, who may vote in them, who did, and while a poll is open one's own ballot."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from microcred.accounts.models import Account, School, TaughtSubject
from microcred.catalog.models import Stack
from microcred.db import db, utcnow
from microcred.pilots import queries as pilots
from microcred.pilots.models import Pilot
from microcred.polls.audience import asked, asking, school_ids
from microcred.polls.methods.marks import Marks
from microcred.polls.models import Ballot, Interest, PaperBatch, Participation, Poll, PollOption
from microcred.polls.secrecy import FEWEST, voter_mark
from microcred.polls.votes import Vote


class Turnout(NamedTuple):
    """How many of a school may vote, and how many did."""

    school: School
    may_vote: int
    voted: int

    @property
    def is_large(self) -> bool:
        """Whether the numbers leave open who did not vote."""
        return self.may_vote - self.voted >= FEWEST


def visible_to(user: Account) -> Select[Any]:
    """The polls that somebody may see, open ones first; drafts for the coordinator only.

    These are the polls of the pilots that one may see, and those that ask, or have asked, somebody from elsewhere.
    """
    statement = select(Poll).order_by(_open_first(), Poll.closes_at.desc(), Poll.id)
    if user.is_coordinator:
        return statement
    return statement.where(Poll.opened_at.is_not(None), or_(*_ways_in(user)))


def _ways_in(user: Account) -> list[ColumnElement[bool]]:
    pilot_ids = pilots.visible_to(user).order_by(None).with_only_columns(Pilot.id)
    took_part = select(Participation.poll_id).where(Participation.person_id == user.id)
    asks_all = [Poll.audience == "everyone"] if user.is_teacher else []
    return [Poll.pilot_id.in_(pilot_ids), Poll.id.in_(took_part), *asks_all]


def _open_first() -> Any:
    is_open = Poll.opened_at.is_not(None) & Poll.closed_at.is_(None)
    return case((is_open, 0), (Poll.opened_at.is_(None), 1), else_=2)


def visible_poll(user: Account, poll_id: int) -> Poll | None:
    """One poll, if the person may see it."""
    one = visible_to(user).where(Poll.id == poll_id).options(joinedload(Poll.pilot).lazyload(Pilot.schools))
    return db.session.scalar(one)


def poll_to_show(user: Account, poll_id: int) -> Poll | None:
    """One poll, if the person may see it, with all that its page shows of its options."""
    inside = selectinload(Poll.options).joinedload(PollOption.stack).selectinload(Stack.micro_credentials)
    return db.session.scalar(visible_to(user).where(Poll.id == poll_id).options(inside))


def counted_poll(user: Account, poll_id: int) -> Poll | None:
    """One poll that is closed, if the person may see it."""
    return db.session.scalar(visible_to(user).where(Poll.id == poll_id, Poll.closed_at.is_not(None)))


def visible_polls(user: Account, pilot: Pilot) -> list[Poll]:
    """The pilot's polls that the person may see, open ones first."""
    return list(db.session.scalars(visible_to(user).where(Poll.pilot_id == pilot.id)))


def polls_to_vote_in(user: Account) -> list[Poll]:
    """The open polls in which the person may vote and has not, the one that closes next first."""
    voted = exists().where(Participation.poll_id == Poll.id, Participation.person_id == user.id)
    unanswered = list(db.session.scalars(_open().where(~voted)))
    wanted = asking(unanswered, user)
    return [poll for poll in unanswered if poll.id in wanted]


def open_polls() -> list[Poll]:
    """The polls that take ballots, the one that closes next first."""
    return list(db.session.scalars(_open()))


def _open() -> Select[Any]:
    is_open = (Poll.opened_at.is_not(None), Poll.closed_at.is_(None), Poll.closes_at > utcnow())
    return select(Poll).where(*is_open).order_by(Poll.closes_at, Poll.id)


def polls_voted_in(user: Account) -> set[int]:
    """The ids of the polls in which the person took part."""
    return set(db.session.scalars(select(Participation.poll_id).where(Participation.person_id == user.id)))


def due_polls() -> list[Poll]:
    """Polls whose time is up and whose ballots have not been counted."""
    is_due = (Poll.opened_at.is_not(None), Poll.closed_at.is_(None), Poll.closes_at <= utcnow())
    return list(db.session.scalars(select(Poll).where(*is_due).order_by(Poll.id)))


def has_voted(poll: Poll, person: Account) -> bool:
    """Whether somebody took part, not how."""
    return db.session.get(Participation, (poll.id, person.id)) is not None


def has_ballots(poll: Poll) -> bool:
    """Whether somebody voted, on paper or here."""
    return db.session.scalar(select(Ballot.id).where(Ballot.poll_id == poll.id).limit(1)) is not None


def own_marks(poll: Poll, voter: Account) -> Marks | None:
    """What stands on one's own ballot while the poll is not closed; None without one, and for ever after closing."""
    if poll.key is None:
        return None
    mark = voter_mark(poll.key, voter.id)
    own = select(Ballot.choice, Ballot.most_wanted).where(Ballot.poll_id == poll.id, Ballot.voter_mark == mark)
    found = db.session.execute(own).first()
    return Marks(*found) if found else None


def own_choice(poll: Poll, voter: Account) -> list[str] | None:
    """The codes on one's own ballot; None as for `own_marks`."""
    marks = own_marks(poll, voter)
    return marks.choice if marks else None


def votes(poll: Poll) -> list[Vote]:
    """What the ballots say, without whose they are."""
    parts = select(Ballot.school_id, Ballot.choice, Ballot.most_wanted).where(Ballot.poll_id == poll.id)
    return [Vote(school_id, tuple(choice), wanted) for school_id, choice, wanted in db.session.execute(parts)]


def count_on_paper(poll: Poll) -> int:
    """How many paper ballots were counted in."""
    ballots = select(func.coalesce(func.sum(PaperBatch.ballots), 0)).where(PaperBatch.poll_id == poll.id)
    return int(db.session.scalars(ballots).one())


def own_interests(poll: Poll, person: Account) -> set[str]:
    """The codes of the options to which somebody asked to be invited first."""
    asked_for = select(PollOption.code).join(Interest, Interest.option_id == PollOption.id)
    return set(db.session.scalars(asked_for.where(PollOption.poll_id == poll.id, Interest.person_id == person.id)))


def interests_in(option_ids: Sequence[int]) -> list[Interest]:
    """Who can still sign in and asked to be invited first to these options."""
    statement = select(Interest).join(Interest.person).where(Interest.option_id.in_(option_ids))
    can_sign_in = statement.where(Account.disabled_at.is_(None)).options(contains_eager(Interest.person))
    return list(db.session.scalars(can_sign_in.order_by(Account.id, Interest.option_id)))


def count_interests(poll: Poll) -> dict[str, int]:
    """How many asked to be invited first, by option: for numbers, never for names."""
    statement = select(PollOption.code, func.count(Interest.person_id)).outerjoin(
        Interest, Interest.option_id == PollOption.id
    )
    counted = statement.where(PollOption.poll_id == poll.id).group_by(PollOption.code)
    return {row.code: row[1] for row in db.session.execute(counted)}


def participants(poll: Poll) -> list[Account]:
    """Everyone who took part and can still sign in."""
    took_part = select(Participation.person_id).where(Participation.poll_id == poll.id)
    statement = select(Account).where(Account.id.in_(took_part), Account.disabled_at.is_(None)).order_by(Account.id)
    return list(db.session.scalars(statement))


def not_voted(poll: Poll) -> list[Account]:
    """Everyone whom the poll asks and who has not voted: for reminding them, not for showing."""
    return list(db.session.scalars(_not_voted(poll)))


def count_not_voted(poll: Poll) -> int:
    """How many the poll asks who have not voted."""
    return db.session.scalar(_not_voted(poll).order_by(None).with_only_columns(func.count(Account.id))) or 0


def _not_voted(poll: Poll) -> Select[Any]:
    voted = select(Participation.person_id).where(Participation.poll_id == poll.id)
    return asked(poll).where(Account.id.not_in(voted))


def may_vote_by_school(poll: Poll) -> dict[int, int]:
    """How many may vote, by the id of their school."""
    voters = asked(poll).order_by(None).with_only_columns(Account.school_id, func.count()).group_by(Account.school_id)
    return {school_id: count for school_id, count in db.session.execute(voters) if school_id}


def turnout(poll: Poll) -> list[Turnout]:
    """Who may vote and who did, by school: those that the poll asks, and those from where somebody voted."""
    statement = select(Account.school_id, func.count()).join(Participation, Participation.person_id == Account.id)
    rows = db.session.execute(statement.where(Participation.poll_id == poll.id).group_by(Account.school_id))
    voted, may_vote = {row[0]: row[1] for row in rows}, may_vote_by_school(poll)
    schools = _schools({*voted, *may_vote, *(school_ids(poll) if poll.audience != "everyone" else ())} - {None})
    return [Turnout(school, may_vote.get(school.id, 0), voted.get(school.id, 0)) for school in schools]


def asked_schools(poll: Poll) -> list[School]:
    """The schools whose teachers a poll asks."""
    statement = select(School).order_by(School.name)
    if poll.audience != "everyone":
        statement = statement.where(School.id.in_(school_ids(poll)))
    return list(db.session.scalars(statement))


def _schools(ids: set[int | None]) -> list[School]:
    return list(db.session.scalars(select(School).where(School.id.in_(ids)).order_by(School.name)))


def taught_subjects(pilot: Pilot) -> list[str]:
    """What is taught at the pilot's schools."""
    at_schools = Account.school_id.in_(pilot.school_ids) & Account.disabled_at.is_(None)
    taught = select(TaughtSubject.subject).join(Account, Account.id == TaughtSubject.account_id).where(at_schools)
    return list(db.session.scalars(taught.distinct().order_by(TaughtSubject.subject)))


def prerequisites(poll: Poll) -> dict[str, str]:
    """Which option each course builds on, if that is not offered already: the course itself, else a stack with it."""
    offered = {made.micro_credential_id for made in pilots.standing_offers(poll.pilot)}
    provides = {course.id: option.code for option in poll.options if option.stack for course in option.courses}
    provides |= {option.micro_credential_id: option.code for option in poll.options if option.micro_credential_id}
    needs = {
        option.code: option.micro_credential.requires_id
        for option in poll.options
        if option.micro_credential and option.micro_credential.requires_id not in offered
    }
    return {code: provides[needed] for code, needed in needs.items() if needed in provides}
