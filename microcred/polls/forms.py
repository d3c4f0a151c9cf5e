"""The shape of what is typed about polls; ballots have forms of their own in `methods`."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired

from microcred.catalog.models import MicroCredential, Stack
from microcred.db import utcnow
from microcred.fields import ChecksField, LocalMomentField, WholeField, at_most
from microcred.polls.models import Poll
from microcred.schooldays import local, time_zone
from microcred.web import Form

MOST = 100
FARTHEST = timedelta(days=730)
USUAL_APPROVALS, USUAL_SEATS, USUAL_DAYS, USUAL_HOUR = 5, 3, 7, time(16)

STANDINGS_ARE_SHOWN_TO = {
    "all": _l("everyone, once the poll is closed"),
    "voters": _l("those who have voted, at once; everyone once it is closed"),
    "coordinator": _l("the coordinator, once it is closed; everyone once it is decided"),
}

said = DataRequired(_l("Please fill this in."))


class PollForm(Form):
    """A poll while it is a draft."""

    question = StringField(_l("Question"), [said, at_most(300)])
    micro_credentials = ChecksField(_l("Micro-credentials to choose from"), coerce=int)
    stacks = ChecksField(_l("Whole stacks to choose from, each as one option"), coerce=int)
    max_approvals = WholeField(_l("How many may each person approve?"), 1, MOST)
    seats = WholeField(_l("How many do you want to offer?"), 1, MOST)
    closes_at = LocalMomentField(_l("Closes at (school time)"))
    shows_standings_to = RadioField(
        _l("Who sees the standings, and when?"), choices=list(STANDINGS_ARE_SHOWN_TO.items())
    )

    def validate_closes_at(self, field: Field) -> None:
        """A time that the calendar can reckon with."""
        if field.data and not utcnow() - FARTHEST < field.data < utcnow() + FARTHEST:
            raise ValidationError(_("Choose a time within the next two years."))

    @classmethod
    def about(cls, poll: Poll | None, courses: Sequence[MicroCredential], stacks: Sequence[Stack]) -> Self:
        """The form as it was sent, or filled with a draft or the usual numbers."""
        form = cls(data=_drafted(poll) if poll else _usual())
        form.micro_credentials.choices = [(course.id, course.title) for course in courses]
        form.stacks.choices = [(stack.id, stack.title) for stack in stacks]
        return form

    def wanted(self, courses: Sequence[MicroCredential], stacks: Sequence[Stack]) -> dict[str, Any]:
        """What was typed, as the actions take it."""
        return {
            "question": (self.question.data or "").strip(),
            "micro_credentials": [course for course in courses if course.id in (self.micro_credentials.data or [])],
            "stacks": [stack for stack in stacks if stack.id in (self.stacks.data or [])],
            "max_approvals": self.max_approvals.data,
            "seats": self.seats.data,
            "closes_at": self.closes_at.data,
            "shows_standings_to": self.shows_standings_to.data,
        }


def _usual() -> dict[str, Any]:
    closes_on = local(utcnow()).date() + timedelta(days=USUAL_DAYS)
    return {
        "max_approvals": USUAL_APPROVALS,
        "seats": USUAL_SEATS,
        "shows_standings_to": "all",
        "closes_at": datetime.combine(closes_on, USUAL_HOUR, tzinfo=time_zone()),
    }


def _drafted(poll: Poll) -> dict[str, Any]:
    return {
        "question": poll.question,
        "micro_credentials": [option.micro_credential_id for option in poll.options if option.micro_credential_id],
        "stacks": [option.stack_id for option in poll.options if option.stack_id],
        "max_approvals": poll.max_approvals,
        "seats": poll.seats,
        "closes_at": poll.closes_at,
        "shows_standings_to": poll.shows_standings_to,
    }


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
