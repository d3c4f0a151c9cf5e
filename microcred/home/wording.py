"""The next step in words: what it is called, why now, and the button that leads there."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from microcred.evidence.models import SubmissionState
from microcred.home.next_step import Do
from microcred.home.teaching import Teaching
from microcred.words import day, moment


class Words(NamedTuple):
    """A title, a sentence, and where the button leads; without a button there is nothing to do."""

    title: str
    text: str
    url: str | None = None
    action: str = ""


def worded(teaching: Teaching) -> Words:
    """The next step of a teacher in the reader's language."""
    return WORDS[teaching.next.do](teaching.next.thing, teaching)


def _volunteer(pilot: Any, _teaching: Teaching) -> Words:
    return Words(
        _("Try something new: volunteer"),
        ngettext(
            "“%(title)s” looks for %(num)s teacher who tries one classroom skill. It runs until %(day)s.",
            "“%(title)s” looks for %(num)s teachers who try one classroom skill each. It runs until %(day)s.",
            pilot.places,
            title=pilot.title,
            day=day(pilot.ends_on),
        ),
        url_for("volunteers.show", pilot_id=pilot.id),
        _("See what it takes"),
    )


def _answer_offer(entry: Any, _teaching: Teaching) -> Words:
    return Words(
        _("A place is yours: say yes or no"),
        _(
            "It is kept for you until %(moment)s. After that it goes to the next person.",
            moment=moment(entry.offer_ends_at),
        ),
        url_for("volunteers.show", pilot_id=entry.pilot_id),
        pgettext("button", "Answer"),
    )


def _vote(poll: Any, _teaching: Teaching) -> Words:
    return Words(
        _("Say which micro-credentials you would take"),
        _(
            "The poll “%(question)s” is open until %(moment)s. Nobody learns what you chose.",
            question=poll.question,
            moment=moment(poll.closes_at),
        ),
        url_for("polls.show", poll_id=poll.id),
        _("Open the ballot"),
    )


def _start(offer: Any, _teaching: Teaching) -> Words:
    return Words(
        _("Start your first micro-credential"),
        _(
            "You have a place. Choose one skill that you would like to show, such as “%(title)s”.",
            title=offer.micro_credential.title,
        ),
        url_for("evidence.index"),
        _("Choose one"),
    )


def _complete(submission: Any, _teaching: Teaching) -> Words:
    return Words(
        _("Something is missing"),
        _(
            "Your evidence for “%(title)s” lacks a part. Add it and hand in again: this costs you no try.",
            title=submission.micro_credential.title,
        ),
        _evidence(submission),
        _("Add what is missing"),
    )


def _write(submission: Any, _teaching: Teaching) -> Words:
    return Words(
        _("Go on with “%(title)s”", title=submission.micro_credential.title),
        _("Your draft is saved. Nobody reads it before you hand it in."),
        _evidence(submission),
        _("Go on writing"),
    )


def _try_again(submission: Any, _teaching: Teaching) -> Words:
    return Words(
        _("Not yet: read what is still to be shown"),
        _(
            "The reviewers wrote to you about “%(title)s”. What you met stays met; only the rest is looked at again.",
            title=submission.micro_credential.title,
        ),
        _evidence(submission),
        _("Read the feedback"),
    )


def _ask_for_talk(submission: Any, _teaching: Teaching) -> Words:
    return Words(
        _("A talk comes before the next try"),
        _(
            "You were told “not yet” about “%(title)s” several times. Ask for a talk with a coach: it helps.",
            title=submission.micro_credential.title,
        ),
        _evidence(submission),
        _("See how"),
    )


def _see_badge(award: Any, _teaching: Teaching) -> Words:
    return Words(
        _("You earned a badge"),
        _("“%(title)s” is yours, signed and ready to take along.", title=award.micro_credential.title),
        url_for("badges.show", code=award.code),
        _("See your badge"),
    )


def _collect(entitlement: Any, _teaching: Teaching) -> Words:
    return Words(
        _("A thank-you waits for you"),
        _("Collect it where thank-yous are handed out: %(title)s.", title=entitlement.giveaway.title),
        url_for("recognition.index"),
        _("Show my code"),
    )


def _await_sign_up(pilot: Any, _teaching: Teaching) -> Words:
    return Words(
        _("Sign-up has not opened yet"),
        _(
            "You can volunteer for “%(title)s” from %(moment)s.",
            title=pilot.title,
            moment=moment(pilot.sign_up_opens_at),
        ),
        url_for("pilots.show", pilot_id=pilot.id),
        _("Read about the pilot"),
    )


def _await_answer(_entry: Any, _teaching: Teaching) -> Words:
    return Words(_("Nothing to do: you have volunteered"), _("Your principal answers next. You will be told by mail."))


def _await_place(_entry: Any, teaching: Teaching) -> Words:
    return Words(
        _("Nothing to do: you wait for a place"),
        _(
            "You are number %(position)s on the waiting list. A place that becomes free is offered to you by itself.",
            position=teaching.position,
        ),
    )


def _await_talk(submission: Any, _teaching: Teaching) -> Words:
    return Words(
        _("Nothing to do: you asked for a talk"),
        _(
            "The coordinator will be in touch about “%(title)s”. After the talk you can hand in again.",
            title=submission.micro_credential.title,
        ),
    )


def _await_appeal(submission: Any, _teaching: Teaching) -> Words:
    if submission.answer_due_at is None:
        return Words(_("Nothing to do: your appeal is filed"), _("You will be told by mail when it is answered."))
    return Words(
        _("Nothing to do: your appeal is filed"),
        _(
            "You get an answer to it about “%(title)s” by %(day)s.",
            title=submission.micro_credential.title,
            day=day(submission.answer_due_at),
        ),
    )


def _await_score(submission: Any, _teaching: Teaching) -> Words:
    if submission.state == SubmissionState.TO_BE_RELEASED:
        return _await_release(submission)
    if submission.answer_due_at is None:
        return Words(
            _("Nothing to do: reviewers have your evidence"), _("You will be told by mail when they are done.")
        )
    return Words(
        _("Nothing to do: reviewers have your evidence"),
        _(
            "You get an answer about “%(title)s” by %(day)s.",
            title=submission.micro_credential.title,
            day=day(submission.answer_due_at),
        ),
    )


def _await_release(submission: Any) -> Words:
    title = submission.micro_credential.title
    if submission.release_at is None:
        return Words(
            _("Nothing to do: your evidence is scored"),
            _("The answer about “%(title)s” is looked over and given soon.", title=title),
        )
    return Words(
        _("Nothing to do: your evidence is scored"),
        _("The answer about “%(title)s” is given on %(moment)s.", title=title, moment=moment(submission.release_at)),
    )


def _nothing(_thing: None, teaching: Teaching) -> Words:
    if teaching.facts.pilot is None:
        return Words(_("No pilot at your school right now"), _("When one opens for sign-up, you read it here first."))
    return Words(_("Nothing to do right now"), _("All is done. Enjoy the quiet, or see what colleagues share."))


def _evidence(submission: Any) -> str:
    return url_for("evidence.show", submission_id=submission.id)


WORDS: dict[Do, Callable[[Any, Teaching], Words]] = {
    Do.VOLUNTEER: _volunteer,
    Do.ANSWER_OFFER: _answer_offer,
    Do.VOTE: _vote,
    Do.START: _start,
    Do.COMPLETE: _complete,
    Do.WRITE: _write,
    Do.TRY_AGAIN: _try_again,
    Do.ASK_FOR_TALK: _ask_for_talk,
    Do.SEE_BADGE: _see_badge,
    Do.COLLECT: _collect,
    Do.AWAIT_SIGN_UP: _await_sign_up,
    Do.AWAIT_ANSWER: _await_answer,
    Do.AWAIT_PLACE: _await_place,
    Do.AWAIT_TALK: _await_talk,
    Do.AWAIT_APPEAL: _await_appeal,
    Do.AWAIT_SCORE: _await_score,
    Do.NOTHING: _nothing,
}
