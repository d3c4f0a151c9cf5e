"""Purpose, volunteers and polls of the demo."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog.actions import import_catalogue
from microcred.db import db, utcnow
from microcred.demo.people import District, days_ago, read
from microcred.noticeboard import actions as noticeboard
from microcred.noticeboard.models import PostKind
from microcred.pilots import actions as pilots
from microcred.pilots.models import Pilot
from microcred.polls import actions as polls
from microcred.polls.counting import close_poll, import_ballots
from microcred.polls.deciding import decide
from microcred.polls.inviting import ask_for_invitations
from microcred.polls.models import Poll
from microcred.polls.queries import participants
from microcred.polls.voting import cast_ballot
from microcred.recognition.actions import create_giveaway
from microcred.recognition.budgets import add_budget
from microcred.recognition.thanking import thank
from microcred.schooldays import local
from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers
from microcred.volunteers.call import change_call
from microcred.volunteers.models import Volunteer, VolunteerState

PLACES = 24
APPLICANTS = 32
BUDGET_CENTS = 250_000
DECLINED, UNANSWERED = (29,), (30, 31)
POPULAR = {
    "exit-tickets": 9,
    "success-criteria": 8,
    "visual-routines": 7,
    "wait-time": 6,
    "choice-of-expression": 5,
    "peer-assessment": 6,
}
PAPER = "A B\nA\nB C\nD\nA C\nB\n"
"""What six colleagues without a screen put into the box."""

FAVOURITES = ("exit-tickets", "success-criteria", "visual-routines", "choice-of-expression", "wait-time")


def pick_a_purpose(district: District) -> Pilot:
    """Import the catalogue, create the pilot, announce it and lay in the giveaways."""
    by = district.coordinator
    with days_ago(70):
        courses = import_catalogue(read("catalogue"), by=by)
        district.courses = {course.code: course for course in courses}
        today = local(utcnow()).date()
        pilot = district.pilot = pilots.create_pilot(
            title="Finding out, and acting on it",
            purpose=district.voices["purpose"],
            success=district.voices["success"],
            schools=district.schools,
            places=PLACES,
            sign_up_opens_at=utcnow() + timedelta(days=2),
            starts_on=today + timedelta(days=28),
            ends_on=today + timedelta(days=130),
            reviewers_per_submission=2,
            by=by,
        )
    with days_ago(69, 9):
        for told in read("giveaways"):
            if told["rule"] != "voted":
                create_giveaway(pilot, by=by, **told)
        span = {"starts_on": today - timedelta(days=90), "ends_on": today + timedelta(days=275)}
        add_budget(name="Staff recognition", holder=by, amount_cents=BUDGET_CENTS, by=by, **span)
        change_call(pilot, effort_hours=12, promise=district.voices["promise"], by=by)
        _announce(district, 0)
    return pilot


def _announce(district: District, number: int) -> None:
    told = district.voices["announcements"][number]
    noticeboard.announce(district.pilot, told["title"], told["text"], by=district.coordinator)


def start_small(district: District) -> list[Account]:
    """Let teachers volunteer and principals answer; returns who has joined."""
    pilot, entries = district.pilot, []
    whys = district.voices["whys"]
    for number, teacher in enumerate(district.teachers[:APPLICANTS]):
        with days_ago(66 - number // 3 if number not in UNANSWERED else 4 - number % 2, 7 + number % 10, number):
            entries.append(volunteers.volunteer(pilot, teacher, whys[number % len(whys)]))
            thank(pilot, teacher)
    for number, entry in enumerate(entries):
        if number not in UNANSWERED:
            _answer(district, number, entry)
    _leave(pilot, entries[5])
    joined = select(Volunteer).where(Volunteer.pilot_id == pilot.id, Volunteer.state == VolunteerState.JOINED)
    return [entry.person for entry in db.session.scalars(joined.order_by(Volunteer.id))]


def _answer(district: District, number: int, entry: Volunteer) -> None:
    with days_ago(54 - number // 4, 12, number):
        principal = district.principal_of(entry.school_id)
        if number in DECLINED:
            answers.note_told(answers.decline(entry, district.voices["decline_reasons"][0], by=principal))
            return
        answers.note_told(answers.approve(entry, by=principal))
        thank(entry.pilot, entry.person)


def _leave(pilot: Pilot, entry: Volunteer) -> None:
    """One volunteer leaves; the next in line is offered the place and takes it."""
    with days_ago(40, 16):
        volunteers.withdraw(entry, by=entry.person)
    with days_ago(39, 8):
        offered = db.session.scalars(select(Volunteer).where(Volunteer.state == VolunteerState.OFFERED)).one()
        volunteers.accept_offer(offered, by=offered.person)
        thank(pilot, offered.person)


def offer_choices(district: District) -> None:
    """Hold three polls: one decided, one that has just closed, one that is open."""
    questions = district.voices["poll_question"]
    first = _hold(district, questions[0], opened=50, closes=36, seats=5, voters=34)
    with days_ago(45, 9):
        mug = next(told for told in read("giveaways") if told["rule"] == "voted")
        create_giveaway(district.pilot, by=district.coordinator, poll=first, **mug)
    with days_ago(36, 16):
        close_poll(first, by=district.coordinator)
    with days_ago(35, 10):
        codes = [option.code for option in first.options if _code(option) in FAVOURITES]
        decide(first, codes, district.voices["decision_reason"], by=district.coordinator)
        _announce(district, 1)
    second = _hold(district, questions[1], opened=15, closes=1, seats=3, voters=29)
    with days_ago(1, 16):
        close_poll(second, by=district.coordinator)
    with days_ago(0, 8):
        import_ballots(second, PAPER.encode(), by=district.coordinator)
    _ask_for_invitations(_hold(district, questions[2], opened=3, closes=-8, seats=2, voters=17, has_most_wanted=True))
    third = _hold(district, questions[3], opened=13, closes=2, seats=2, voters=24, method="rank")
    with days_ago(2, 16):
        close_poll(third, by=district.coordinator)
    with days_ago(1, 10):
        polls.copy_poll(third, by=district.coordinator).question = questions[4]


def _ask_for_invitations(poll: Poll) -> None:
    for person in participants(poll)[:7]:
        ask_for_invitations(poll, person, [poll.options[person.id % 3].code])


def _hold(
    district: District, question: str, *, opened: int, closes: int, seats: int, voters: int, **design: Any
) -> Poll:
    pilot, by = district.pilot, district.coordinator
    with days_ago(opened, 9) as morning:
        poll = polls.create_poll(
            pilot,
            question=question,
            micro_credentials=[course for course in district.courses.values() if course.code in POPULAR or seats > 2],
            stacks=list({course.stack.id: course.stack for course in district.courses.values()}.values())[
                : 3 - seats // 2
            ],
            max_approvals=5 if seats > 2 else 3,
            seats=seats,
            closes_at=morning + timedelta(days=opened - closes, hours=6),
            shows_standings_to="voters" if seats < 5 and not design else "all",
            by=by,
            **design,
        )
        polls.open_poll(poll, by=by)
    for number, teacher in enumerate(district.chance.sample(district.teachers, voters)):
        with days_ago(max(opened - 1 - number // 4, closes + 1, 0), 8 + number % 8):
            choice = _choice(district, poll)
            cast_ballot(poll, teacher, choice, choice[0] if choice and poll.has_most_wanted else None)
            thank(pilot, teacher)
    return poll


def _choice(district: District, poll: Poll) -> list[str]:
    """What one voter would like: popular courses more often; now and then nothing."""
    weights = [POPULAR.get(_code(option), 2) for option in poll.options]
    drawn = district.chance.choices(poll.options, weights, k=district.chance.randint(0, poll.max_approvals))
    return list(dict.fromkeys(option.code for option in drawn))


def _code(option: object) -> str:
    course = getattr(option, "micro_credential", None)
    return course.code if course else ""


def keep_communicating(district: District) -> None:
    """Share challenges and wins, reply to them, and announce."""
    pilot, teachers = district.pilot, district.teachers
    for number, told in enumerate(district.voices["posts"]):
        with days_ago(33 - 3 * number, 17, number):
            post = noticeboard.share(pilot, PostKind(told["kind"]), told["text"], by=teachers[(number * 7) % 24])
        for place, text in enumerate(told["replies"]):
            with days_ago(max(32 - 3 * number - place, 0), 8, place):
                noticeboard.reply(post, text, by=teachers[(number * 7 + 3 * place + 1) % 24])
    for number, days in ((2, 20), (3, 2)):
        with days_ago(days, 9):
            _announce(district, number)
