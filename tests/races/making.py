"""Rows of one's own for each race, made by the application's actions in the world of tests/world.py."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, RoleName
from microcred.badges.actions import award_badge
from microcred.badges.models import Award
from microcred.db import db, utcnow
from microcred.evidence import actions as evidence
from microcred.evidence.models import Submission
from microcred.pilots import actions as pilots
from microcred.pilots.models import Pilot
from microcred.polls import actions as polls
from microcred.polls.counting import close_poll
from microcred.polls.models import Poll
from microcred.polls.voting import cast_ballot
from microcred.recognition import actions as recognition
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.scoring import actions as scoring
from microcred.scoring.models import Review
from microcred.scoring.seats import criteria_of
from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers
from microcred.volunteers.drawing import hash_of
from microcred.volunteers.models import Call, Volunteer
from tests.world import World

PLACES = 50

LATE_TURN = 10**15
"""Later than whatever a draw gives; the same for twins, so that what a draw changes can be compared."""

numbers = count(1)


def new_name(what: str) -> str:
    """A name that nothing else has."""
    return f"{what} {next(numbers)}"


def new_email() -> str:
    """An address that nobody else has."""
    return new_name("person").replace(" ", "") + "@school.local"


def person(world: World) -> Account:
    """One more teacher of North school."""
    return accounts.create_person("Teacher", new_email(), school=world.cast.north, roles=[RoleName.TEACHER], by=None)


def reviewer() -> Account:
    """One more reviewer."""
    return accounts.create_person("Reviewer", new_email(), school=None, roles=[RoleName.REVIEWER], by=None)


def pilot(world: World, places: int = PLACES) -> Pilot:
    """One more pilot of North school, which offers every micro-credential of the world."""
    made = pilots.create_pilot(
        title=new_name("Pilot"),
        purpose="To see who comes first.",
        success="Nobody is left in doubt.",
        schools=[world.cast.north],
        places=places,
        sign_up_opens_at=utcnow() - timedelta(days=1),
        starts_on=utcnow().date(),
        ends_on=utcnow().date() + timedelta(days=90),
        reviewers_per_submission=2,
        by=world.cast.cora,
    )
    for course in world.courses:
        pilots.offer(made, course, by=world.cast.cora)
    return made


def applicant(world: World, places: int = PLACES) -> Volunteer:
    """Somebody who waits for an answer, in a pilot of the own."""
    return volunteers.volunteer(pilot(world, places), person(world), "I would like to.")


def approved(world: World) -> Volunteer:
    """Somebody who has joined and does not know it yet, in a pilot of the own."""
    return answers.approve(applicant(world), by=world.cast.pia)


def joined(world: World) -> Volunteer:
    """Somebody who has joined, in a pilot of the own."""
    return answers.note_told(approved(world))


def offered(world: World) -> Volunteer:
    """Somebody to whom a place is offered, because the one before has left."""
    first = answers.approve(applicant(world, places=1), by=world.cast.pia)
    second = volunteers.volunteer(first.pilot, person(world), "Me too.")
    answers.approve(second, by=world.cast.pia)
    volunteers.withdraw(first, by=first.person)
    return second


def due_draw(world: World) -> Pilot:
    """A pilot whose lots are to be drawn now: somebody has applied for its one place."""
    entry = applicant(world, places=1)
    entry.turn = LATE_TURN
    call = Call(pilot_id=entry.pilot_id, rule="draw", promise="", draws_at=utcnow(), seed="5eed")
    call.seed_hash = hash_of("5eed")
    db.session.add(call)
    return entry.pilot


def poll(world: World, in_pilot: Pilot | None = None) -> Poll:
    """A drafted poll."""
    return polls.create_poll(
        in_pilot or pilot(world),
        question=new_name("Which next"),
        micro_credentials=world.courses,
        stacks=[],
        max_approvals=2,
        seats=2,
        closes_at=utcnow() + timedelta(days=3),
        shows_standings_to="voters",
        by=world.cast.cora,
    )


def open_poll(world: World, in_pilot: Pilot | None = None) -> Poll:
    """A poll that takes ballots."""
    return polls.open_poll(poll(world, in_pilot), by=world.cast.cora)


def closed_poll(world: World) -> Poll:
    """A poll to be decided, with one ballot."""
    made = open_poll(world)
    cast_ballot(made, world.cast.amara, ["A", "B"])
    return close_poll(made, by=world.cast.cora)


def draft(world: World) -> Submission:
    """Evidence that can be handed in."""
    volunteer = joined(world)
    submission = evidence.start_submission(volunteer.pilot.offers[0], volunteer.person)
    for part in submission.micro_credential.parts:
        evidence.save_text(submission, part, "What was done.", 0)
    return submission


def handed_in(world: World) -> Submission:
    """Evidence for which nobody has looked for reviewers yet; two more of them come, as each takes on only a few."""
    reviewer(), reviewer()
    submission = draft(world)
    return evidence.submit(submission, by=submission.person)


def offered_reviews(world: World) -> list[Review]:
    """The reviews of evidence that was just handed in."""
    submission = handed_in(world)
    scoring.assign_reviewers(submission)
    return list(db.session.scalars(select(Review).where(Review.submission_id == submission.id).order_by(Review.id)))


def scored_reviews(world: World, level: int = 1) -> list[Review]:
    """Reviews that only have to be made final."""
    reviews = offered_reviews(world)
    for review in reviews:
        scoring.accept_review(review, by=review.reviewer)
        for criterion in criteria_of(review):
            scoring.save_score(review, criterion, level, "Thank you for this.", by=review.reviewer)
    return reviews


def decided(world: World, level: int = 1) -> Submission:
    """Evidence on which both reviews are final; with level 0 the answer is "not yet"."""
    reviews = scored_reviews(world, level)
    for review in reviews:
        scoring.finish_review(review, "Good to read.", by=review.reviewer)
    return reviews[0].submission


def award(world: World) -> Award:
    """A badge."""
    return award_badge(decided(world))


def giveaway(world: World, stock: int = 9) -> Giveaway:
    """A thank-you for volunteering, in a pilot of the own."""
    return recognition.create_giveaway(
        pilot(world), name=new_name("Clip"), value_cents=250, rule="volunteered", stock=stock, by=world.cast.cora
    )


def entitlement(world: World, stock: int = 9) -> Entitlement:
    """Something that a teacher is due."""
    made, teacher = giveaway(world, stock), person(world)
    volunteers.volunteer(made.pilot, teacher, "I would like to.")
    return recognition.thank(made.pilot, teacher)[0]


def hand_out(world: World) -> HandOut:
    """Something that a teacher has received from the principal."""
    return recognition.give(entitlement(world), by=world.cast.pia)
