"""The promises that rows can show, each as a question whose answer should be: nothing."""

from collections.abc import Iterator

from sqlalchemy import func, select

from microcred.badges.queries import outstanding, unearned_awards
from microcred.catalog.exporting import altered_rubrics
from microcred.db import db
from microcred.evidence.models import Artefact
from microcred.evidence.queries import storage
from microcred.evidence.storage import Storage, UnknownFile
from microcred.history import broken_entries
from microcred.pilots.models import Pilot
from microcred.polls.models import Ballot, PaperBatch, Participation, Poll
from microcred.recognition.balance import broken_books
from microcred.scoring.drawing import untrue_drawings
from microcred.volunteers.models import HOLDS_PLACE, Volunteer


def broken_promises() -> Iterator[str]:
    """A line for each promise that does not hold."""
    yield from (f"history entry {entry} was changed" for entry in broken_entries())
    yield from (f"award {award.code} was not earned" for award in unearned_awards())
    yield from (f"submission {submission.code_name} earned a badge that was not issued" for submission in outstanding())
    yield from (f"rubric {rubric.id} no longer says what its hash was made of" for rubric in altered_rubrics())
    yield from (f"assignment {number} does not draw the same reviewers again" for number in untrue_drawings())
    yield from broken_books()
    yield from _places()
    yield from _polls()
    yield from _files()


def _places() -> Iterator[str]:
    held = select(func.count()).where(Volunteer.pilot_id == Pilot.id, Volunteer.state.in_(HOLDS_PLACE))
    for pilot_id, taken, holders in db.session.execute(select(Pilot.id, Pilot.places_taken, held.scalar_subquery())):
        if taken != holders:
            yield f"pilot {pilot_id} counts {taken} places taken, {holders} people hold one"


def _polls() -> Iterator[str]:
    ballots = select(func.count()).where(Ballot.poll_id == Poll.id)
    voters = select(func.count()).where(Participation.poll_id == Poll.id)
    on_paper = select(func.coalesce(func.sum(PaperBatch.ballots), 0)).where(PaperBatch.poll_id == Poll.id)
    statement = select(Poll, ballots.scalar_subquery(), voters.scalar_subquery(), on_paper.scalar_subquery())
    for poll, cast, took_part, paper in db.session.execute(statement):
        if cast != took_part + paper:
            yield f"poll {poll.id} has {cast} ballots, {paper} of them on paper, and {took_part} voters"
        if poll.closed_at and poll.key:
            yield f"poll {poll.id} is closed, and its key still exists"


def _files() -> Iterator[str]:
    kept = storage()
    for id_, name in db.session.execute(select(Artefact.id, Artefact.stored_name)):
        if name and not _exists(kept, name):
            yield f"the file of artefact {id_} is missing"


def _exists(kept: Storage, name: str) -> bool:
    try:
        return kept.path(name).is_file()
    except UnknownFile:
        return False
