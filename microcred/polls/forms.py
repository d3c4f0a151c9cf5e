"""The shape of what is typed about polls; ballots have forms of their own in `methods`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired

from microcred.catalog.models import MicroCredential, Stack
from microcred.db import utcnow
from microcred.fields import ChecksField, LineField, LocalMomentField, WholeField, at_most, choices
from microcred.pilots.models import Pilot
from microcred.polls.audience import AUDIENCES
from microcred.polls.design import Design, design_of
from microcred.polls.methods import METHODS
from microcred.polls.models import Poll
from microcred.schooldays import local, time_zone
from microcred.web import Form

MOST, MOST_HOURS = 100, 100_000
FARTHEST = timedelta(days=730)
USUAL_SEATS, USUAL_DAYS, USUAL_HOUR = 3, 7, time(16)

STANDINGS_ARE_SHOWN_TO = {
    "all": _l("everyone, once the poll is closed"),
    "voters": _l("those who have voted, at once; everyone once it is closed"),
    "decided": _l("the coordinator, once it is closed; everyone once it is decided"),
}


chosen = DataRequired(_l("Choose one of these."))


class AskingForm(Form):
    """Whom a poll asks, and until when."""

    closes_at = LocalMomentField(_l("Closes at (school time)"))
    audience = RadioField(_l("Whom does it ask?"), [chosen], choices=choices(AUDIENCES))
    asked_school_ids = ChecksField(_l("Only these schools"), coerce=int)
    asked_subjects = ChecksField(_l("These subjects"))

    def validate_closes_at(self, field: Field) -> None:
        """A time that the calendar can reckon with."""
        if field.data and not utcnow() - FARTHEST < field.data < utcnow() + FARTHEST:
            raise ValidationError(_("Choose a time within the next two years."))

    def offer_audience(self, pilot: Pilot, subjects: Sequence[str]) -> None:
        """Let the pilot's schools and what is taught there be chosen."""
        self.asked_school_ids.choices = [(school.id, school.name) for school in pilot.schools]
        named = {*subjects, *(self.asked_subjects.object_data or [])}
        self.asked_subjects.choices = [(subject, subject) for subject in sorted(named)]

    @property
    def chosen_schools(self) -> list[int]:
        """The schools, where they say something."""
        return list(self.asked_school_ids.data or []) if self.audience.data == "schools" else []

    @property
    def chosen_subjects(self) -> list[str]:
        """The subjects, where they say something."""
        return list(self.asked_subjects.data or []) if self.audience.data == "subjects" else []


class PollForm(AskingForm):
    """A poll in which nobody has voted."""

    courses: dict[int, MicroCredential]
    whole_stacks: dict[int, Stack]
    hours_of_courses: dict[int, int]
    hours_of_stacks: dict[int, int]

    question = LineField(_l("Question"), 300)
    micro_credentials = ChecksField(_l("Micro-credentials to choose from"), coerce=int)
    stacks = ChecksField(_l("Whole stacks to choose from, each as one option"), coerce=int)
    method = RadioField(
        _l("How do people vote?"), [chosen], choices=choices({slug: method.title for slug, method in METHODS.items()})
    )
    max_approvals = WholeField(_l("How many may each person choose?"), 1, MOST, is_optional=True)
    dots_per_option = WholeField(_l("How many dots at most on one option?"), 1, MOST, is_optional=True)
    has_most_wanted = BooleanField(_l("Also ask which one they want most"))
    seats = WholeField(_l("How many do you want to offer?"), 1, MOST, is_optional=True)
    budget_hours = WholeField(_l("Or: how many hours of reviewers are there?"), 1, MOST_HOURS, is_optional=True)
    shows_standings_to = RadioField(
        _l("Who sees the standings, and when?"), [chosen], choices=choices(STANDINGS_ARE_SHOWN_TO)
    )

    @classmethod
    def about(
        cls,
        pilot: Pilot,
        poll: Poll | None,
        courses: Sequence[MicroCredential],
        stacks: Sequence[Stack],
        subjects: Sequence[str],
    ) -> Self:
        """The form as it was sent, or filled with a poll or the usual numbers."""
        form = cls(data=_drafted(poll) if poll else _usual())
        form.courses, form.whole_stacks = {each.id: each for each in courses}, {each.id: each for each in stacks}
        form.hours_of_courses = {course.id: course.reviewer_hours for course in courses}
        form.hours_of_stacks = {
            stack.id: sum(course.reviewer_hours for course in courses if course.stack_id == stack.id)
            for stack in stacks
        }
        form.micro_credentials.choices = [(course.id, course.title) for course in courses]
        form.stacks.choices = [(stack.id, stack.title) for stack in stacks]
        form.offer_audience(pilot, subjects)
        return form

    def design(self) -> Design:
        """What was typed, as the actions take it."""
        courses, stacks = self.micro_credentials.data or [], self.stacks.data or []
        return Design(
            question=self.question.data or "",
            micro_credentials=[self.courses[each] for each in self.courses if each in courses],
            stacks=[self.whole_stacks[each] for each in self.whole_stacks if each in stacks],
            max_approvals=self.max_approvals.data,
            closes_at=self.closes_at.data or utcnow(),
            shows_standings_to=self.shows_standings_to.data,
            method=self.method.data,
            dots_per_option=self.dots_per_option.data,
            has_most_wanted=self.has_most_wanted.data,
            seats=self.seats.data,
            budget_hours=self.budget_hours.data,
            audience=self.audience.data,
            asked_school_ids=self.chosen_schools,
            asked_subjects=self.chosen_subjects,
        )


def _usual() -> dict[str, Any]:
    closes_on = local(utcnow()).date() + timedelta(days=USUAL_DAYS)
    return {
        "seats": USUAL_SEATS,
        "method": "approve",
        "audience": "schools",
        "shows_standings_to": "all",
        "closes_at": datetime.combine(closes_on, USUAL_HOUR, tzinfo=time_zone()),
    }


def _drafted(poll: Poll) -> dict[str, Any]:
    design = design_of(poll)
    return {
        **design,
        "micro_credentials": [course.id for course in design["micro_credentials"]],
        "stacks": [stack.id for stack in design["stacks"]],
    }


class ExtensionForm(AskingForm):
    """What may still be changed once people have voted."""

    @classmethod
    def of(cls, poll: Poll, subjects: Sequence[str]) -> Self:
        """The form as it was sent, or as the poll is."""
        form = cls(data=_drafted(poll))
        form.offer_audience(poll.pilot, subjects)
        return form

    def wanted(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        return {
            "closes_at": self.closes_at.data,
            "audience": self.audience.data,
            "asked_school_ids": self.chosen_schools,
            "asked_subjects": self.chosen_subjects,
        }


class OptionForm(Form):
    """One more option for an open poll: a micro-credential or a stack."""

    added = SelectField(_l("One more option"), [chosen], validate_choice=False)

    @classmethod
    def to(cls, poll: Poll, courses: Sequence[MicroCredential], stacks: Sequence[Stack]) -> Self:
        """The form as it was sent, with what the poll does not have yet."""
        form = cls()
        held = {option.micro_credential or option.stack for option in poll.options}
        form.added.choices = [
            (key, each.title) for key, each in form.offered(courses, stacks).items() if each not in held
        ]
        return form

    def offered(
        self, courses: Sequence[MicroCredential], stacks: Sequence[Stack]
    ) -> Mapping[str, MicroCredential | Stack]:
        """What can be added, by what the field calls it."""
        named: dict[str, MicroCredential | Stack] = {f"course-{course.id}": course for course in courses}
        return named | {f"stack-{stack.id}": stack for stack in stacks}


class InterestForm(Form):
    """To what somebody wants to be invited first."""

    wanted = ChecksField(_l("Invite me first if it is offered"))

    @classmethod
    def about(cls, poll: Poll, codes: Collection[str]) -> Self:
        """The form as it was sent, or with what the person asked for before."""
        form = cls(data={"wanted": list(codes)})
        form.wanted.choices = [(option.code, option.title) for option in poll.options]
        return form


class DecisionForm(Form):
    """What will be offered, and why."""

    codes = ChecksField(_l("We will offer"))
    reason = TextAreaField(_l("Why"), [at_most(4000)])

    @classmethod
    def about(cls, poll: Poll) -> Self:
        """The form as it was sent, or with the suggestion ticked."""
        form = cls(data={"codes": poll.suggested})
        form.codes.choices = [(option.code, option.title) for option in poll.options]
        return form
