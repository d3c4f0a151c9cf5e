"""What stood before the demo's pilot began: subjects, days off, a deputy, and a first try that was drawn by lot."""

from datetime import date, timedelta

from microcred.accounts.actions import set_subjects
from microcred.accounts.deputies import name_deputy
from microcred.db import db, utcnow
from microcred.demo.people import District, days_ago
from microcred.holidays.actions import add_span
from microcred.pilots import actions as pilots
from microcred.pilots.models import Pilot
from microcred.schooldays import local
from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers, queries
from microcred.volunteers.call import change_call, draw_lots
from microcred.volunteers.models import Volunteer, VolunteerState

SUBJECTS = ("Mathematics", "Language", "Science and technology", "French as a second language", "History", "Geography")
FIRST_APPLICANTS, FIRST_PLACES = 8, 5


def prepare(district: District) -> None:
    """Note what everyone teaches, when school is out, and who stands in for a principal."""
    by = district.coordinator
    for number, teacher in enumerate(district.teachers):
        taught = {SUBJECTS[number % len(SUBJECTS)], SUBJECTS[number * number % len(SUBJECTS)]}
        set_subjects(teacher, sorted(taught), by=None)
    today = local(utcnow()).date()
    december = date(today.year, 12, 21)
    add_span(december, date(today.year + 1, 1, 1), "Winter break", by=by)
    development_day = today + timedelta(days=18 - today.weekday())
    add_span(development_day, development_day, "Professional development day", by=by)
    school = district.schools[0]
    stand_in = next(teacher for teacher in district.teachers[20:] if teacher.school_id == school.id)
    name_deputy(school, stand_in, by=district.principal_of(school.id))


def try_first(district: District) -> None:
    """Let a smaller pilot have come and gone in spring, its places drawn by lot."""
    with days_ago(200, 9) as opening:
        pilot = _first_pilot(district)
        change_call(
            pilot,
            effort_hours=10,
            promise="A half day of release time, and first say in what comes next.",
            rule="draw",
            draws_at=opening + timedelta(days=14),
            by=district.coordinator,
        )
    for number, teacher in enumerate(district.teachers[-FIRST_APPLICANTS:]):
        with days_ago(196 - number // 3, 12, number):
            entry = volunteers.volunteer(pilot, teacher, district.voices["whys"][number])
        with days_ago(190, 9, number):
            answers.note_told(answers.approve(entry, by=district.principal_of(entry.school_id)))
    _draw_and_finish(district, pilot)


def _first_pilot(district: District) -> Pilot:
    today = local(utcnow()).date()
    return pilots.create_pilot(
        title="A first try, in spring",
        purpose="See whether teachers of three schools find the time for one micro-credential each.",
        success="Four of five take part to the end.",
        schools=district.schools,
        places=FIRST_PLACES,
        sign_up_opens_at=utcnow() + timedelta(days=1),
        starts_on=today + timedelta(days=30),
        ends_on=today + timedelta(days=90),
        reviewers_per_submission=2,
        by=district.coordinator,
    )


def _draw_and_finish(district: District, pilot: Pilot) -> None:
    with days_ago(184, 16):
        draw_lots(pilot, by=district.coordinator)
    for number, offered in enumerate(_in_state(pilot, VolunteerState.OFFERED)):
        with days_ago(183, 9, number):
            volunteers.accept_offer(offered, by=offered.person)
    with days_ago(112, 15):
        pilots.end_pilot(pilot, by=district.coordinator)
        for joined in _in_state(pilot, VolunteerState.JOINED):
            volunteers.complete(joined, by=district.coordinator)


def _in_state(pilot: Pilot, state: VolunteerState) -> list[Volunteer]:
    return list(db.session.scalars(queries.volunteers_of(pilot, state=state)))
