"""What happens once happens once, when those who do it meet at the same moment with forms of their own."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Select, func, select

from microcred.accounts.models import Account
from microcred.badges.models import Award
from microcred.db import db, writing
from microcred.evidence.models import Submission, SubmissionState
from microcred.history import Entry
from microcred.pilots.models import Pilot
from microcred.polls.models import Ballot, Participation, Poll
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.volunteers.models import Volunteer
from tests.races import making
from tests.races.conftest import Stage
from tests.server import Reply, Session, at_once, faults_in

HANDS = 20
VOTERS = 30
LATE_VOTERS = 100

Send = Callable[[], Reply]


@pytest.fixture(autouse=True)
def _no_fault(stage: Stage) -> Iterator[None]:
    """Whoever comes second is told so: nobody meets a fault."""
    before = faults_in(stage.field.folder)
    yield
    assert faults_in(stage.field.folder) == before


def posting(session: Session, url: str, **fields: Any) -> Send:
    """Sends a form, with a key of its own."""
    return lambda: session.post(url, secrets.token_hex(8), **fields)


def statuses(calls: list[Send], threads: int = HANDS) -> Counter[int]:
    """How often which status was answered to calls at the same moment."""
    return Counter(reply.status for reply in at_once(calls, threads))


def by_twenty(stage: Stage, person: Account, url: str, **fields: Any) -> Counter[int]:
    """What one person is answered who sends twenty forms of one kind at once."""
    with writing():
        session = stage.session(person)
    return statuses([posting(session, url, **fields)] * HANDS)


def count(statement: Select[Any]) -> int:
    """How many rows there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def entries(verb: str, thing: Any) -> int:
    """How often the history tells of it."""
    named = (Entry.verb == verb, Entry.thing == type(thing).__name__, Entry.thing_id == str(thing.id))
    return count(select(Entry).where(*named))


ONCE = Counter({303: 1, 422: HANDS - 1})


def voters(stage: Stage, number: int) -> list[Session]:
    return [stage.session(making.person(stage.world)) for _voter in range(number)]


def turnout(poll: Poll) -> tuple[int, int]:
    """Ballots and voters."""
    return count(select(Ballot).where(Ballot.poll_id == poll.id)), count(
        select(Participation).where(Participation.poll_id == poll.id)
    )


def test_two_first_ballots_of_one_voter_are_one(stage: Stage) -> None:
    with writing():
        poll, sessions = making.open_poll(stage.world), voters(stage, VOTERS)
    ballots = [posting(each, f"/polls/{poll.id}/ballot", choice=code) for each in sessions for code in "AB"]
    assert statuses(ballots) == {303: 2 * VOTERS}
    assert turnout(poll) == (VOTERS, VOTERS)


def test_a_poll_that_closes_counts_every_ballot_that_was_taken_and_none_after(stage: Stage) -> None:
    with writing():
        poll, sessions = making.open_poll(stage.world), voters(stage, LATE_VOTERS)
        coordinator = stage.session(stage.world.cast.cora)
    ballots = [posting(each, f"/polls/{poll.id}/ballot", choice="A") for each in sessions]
    half = LATE_VOTERS // 2
    replies = at_once([*ballots[:half], posting(coordinator, f"/polls/{poll.id}/closing"), *ballots[half:]], 8)
    closing = replies.pop(half)
    taken = [reply.status for reply in replies].count(303)
    refused = [reply.status for reply in replies].count(422)
    assert (closing.status, taken + refused, refused > 0) == (303, LATE_VOTERS, True)
    assert turnout(poll) == (taken, taken)
    db.session.refresh(poll)
    assert (poll.standings or {})["votes"] == taken


def test_both_final_reviews_at_once_decide_once(stage: Stage) -> None:
    with writing():
        reviews = making.scored_reviews(stage.world)
        submission = reviews[0].submission
        finishing = [
            posting(stage.session(review.reviewer), f"/reviews/{review.id}/final", comment="Good.")
            for review in reviews
        ]
    assert statuses(finishing * (HANDS // 2)) == {303: 2, 422: HANDS - 2}
    assert count(select(Award).where(Award.submission_id == submission.id)) == 1
    db.session.refresh(submission)
    assert submission.state == SubmissionState.EARNED
    assert [entries("finished", review) for review in reviews] == [1, 1]


def test_one_thing_that_is_due_is_handed_out_once(stage: Stage) -> None:
    with writing():
        due = making.entitlement(stage.world)
        givers = [stage.session(person) for person in (stage.world.cast.pia, stage.world.cast.cora)]
    giving = [posting(giver, f"/entitlements/{due.id}/hand-outs") for giver in givers]
    assert statuses(giving * (HANDS // 2)) == ONCE
    assert count(select(HandOut).where(HandOut.entitlement_id == due.id)) == 1
    assert db.session.scalars(select(Giveaway.stock).where(Giveaway.id == due.giveaway_id)).one() == 8


def test_all_at_once_and_one_by_one_hand_out_once(stage: Stage) -> None:
    with writing():
        due = making.entitlement(stage.world)
        principal = stage.session(stage.world.cast.pia)
    paths = (f"/entitlements/{due.id}/hand-outs", f"/desk/people/{due.person_id}/hand-outs")
    assert statuses([posting(principal, path) for path in paths] * (HANDS // 2)) == ONCE
    assert count(select(HandOut).where(HandOut.entitlement_id == due.id)) == 1


def test_one_person_applies_once(stage: Stage) -> None:
    with writing():
        pilot, person = making.giveaway(stage.world).pilot, making.person(stage.world)
    assert by_twenty(stage, person, f"/pilots/{pilot.id}/volunteering", why="Yes.") == ONCE
    assert count(select(Volunteer).where(Volunteer.pilot_id == pilot.id)) == 1
    assert count(select(Entitlement).where(Entitlement.person_id == person.id)) == 1


def test_one_submission_is_begun_once(stage: Stage) -> None:
    with writing():
        volunteer = making.joined(stage.world)
        offer = volunteer.pilot.offers[0]
    assert by_twenty(stage, volunteer.person, f"/offers/{offer.id}/submissions") == ONCE
    assert count(select(Submission).where(Submission.person_id == volunteer.person_id)) == 1


def test_a_badge_is_revoked_once(stage: Stage) -> None:
    with writing():
        award = making.award(stage.world)
    assert by_twenty(stage, stage.world.cast.cora, f"/badges/{award.code}/revocation", reason="A slip.") == ONCE
    assert entries("revoked", award) == 1


def test_a_poll_is_decided_once(stage: Stage) -> None:
    with writing():
        poll = making.closed_poll(stage.world)
    fields = {"codes": ["A", "C"], "reason": "Both fit."}
    assert by_twenty(stage, stage.world.cast.cora, f"/polls/{poll.id}/decision", **fields) == ONCE
    assert entries("decided", poll) == 1


def test_those_who_decide_and_those_who_begin_do_not_stop_each_other(stage: Stage) -> None:
    with writing():
        polls = [making.closed_poll(stage.world) for _poll in range(HANDS)]
        joined = [making.joined(stage.world) for _person in range(HANDS)]
        coordinator = stage.session(stage.world.cast.cora)
        fields = {"codes": ["C", "B", "A"], "reason": "All fit."}
        deciding = [posting(coordinator, f"/polls/{poll.id}/decision", **fields) for poll in polls]
        beginning = [
            posting(stage.session(each.person), f"/offers/{last_offer(each.pilot)}/submissions") for each in joined
        ]
    both = [call for pair in zip(deciding, beginning, strict=True) for call in pair]
    assert statuses(both) == {303: 2 * HANDS}


def last_offer(pilot: Pilot) -> int:
    return max(offer.id for offer in pilot.offers)
