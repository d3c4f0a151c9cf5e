"""People of the demo, picked by the situation they are in."""

from typing import Any, NamedTuple

from sqlalchemy import select

from microcred.accounts.models import Account, Role, RoleName
from microcred.badges.models import Award
from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.polls.models import Participation, Poll
from microcred.recognition.models import Entitlement
from microcred.scoring.models import Review, ReviewState
from microcred.volunteers.models import Volunteer
from tests.browser.house import House


class Part(NamedTuple):
    """A person, the page that this is about, and what is on it."""

    name: str
    url: str
    title: str = ""


def newcomer(house: House) -> Part:
    """A teacher who has not volunteered for the pilot so far."""
    with house.rows():
        entered = select(Volunteer.person_id).where(Volunteer.pilot_id == 1)
        return Part(_teacher(Account.id.not_in(entered)), "/pilots/1/volunteering")


def voter(house: House) -> Part:
    """A teacher who has not voted in the open poll."""
    with house.rows():
        poll = next(poll for poll in db.session.scalars(select(Poll)) if poll.is_open)
        voted = select(Participation.person_id).where(Participation.poll_id == poll.id)
        return Part(_teacher(Account.id.not_in(voted)), f"/polls/{poll.id}", poll.options[0].title)


def author(house: House) -> Part:
    """A teacher with a draft."""
    with house.rows():
        drafts = select(Submission).where(Submission.state == SubmissionState.DRAFT)
        draft = db.session.scalars(drafts.order_by(Submission.id)).all()[0]
        return Part(draft.person.name, f"/submissions/{draft.id}", draft.micro_credential.title)


def reviewer(house: House) -> Part:
    """A reviewer with a first or second review that was offered or accepted, and not begun."""
    with house.rows():
        open_ones = select(Review).where(Review.state.in_([ReviewState.OFFERED, ReviewState.ACCEPTED]), Review.seat < 3)
        review = db.session.scalars(open_ones.order_by(Review.id.desc())).all()[0]
        return Part(review.reviewer.name, f"/reviews/{review.id}", review.submission.code_name)


def deserving(house: House) -> Part:
    """Somebody with a thank-you that is due and in stock."""
    with house.rows():
        everything = db.session.scalars(select(Entitlement).order_by(Entitlement.id))
        due = next(each for each in everything if each.state == "due" and each.giveaway.stock)
        return Part(due.person.name, "/desk", due.giveaway.name)


def coordinator(house: House) -> str:
    """Who runs the pilot."""
    with house.rows():
        held = select(Role.account_id).where(Role.name == RoleName.COORDINATOR)
        return db.session.scalars(select(Account.name).where(Account.id.in_(held))).all()[0]


def badge(house: House) -> Part:
    """A badge that stands: nobody's page."""
    with house.rows():
        award = db.session.scalars(select(Award).where(Award.revoked_at.is_(None))).all()[0]
        return Part("", f"/verify/{award.code}", award.micro_credential.title)


def _teacher(condition: Any) -> str:
    held = select(Role.account_id).where(Role.name == RoleName.TEACHER)
    found = select(Account.name).where(Account.id.in_(held), condition)
    return db.session.scalars(found.order_by(Account.id.desc())).all()[0]
