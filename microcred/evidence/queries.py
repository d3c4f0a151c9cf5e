"""Finding evidence: one's own, what one can start, and what reviewers may see of it without learning whose it is."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, and_, distinct, func, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from microcred.accounts.models import Account
from microcred.catalog.models import EvidencePart, MicroCredential
from microcred.db import db
from microcred.evidence.models import UNDER_WAY, Artefact, CoAuthor, PartText, Submission, SubmissionState
from microcred.evidence.storage import Storage
from microcred.pilots.models import Offer, Pilot
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.queries import is_told

S = SubmissionState
States = dict[int, SubmissionState]

IS_OWN = Submission.state != S.ANCHOR
"""What its author works on: a copy that was lent as an anchor is none of it."""


def storage() -> Storage:
    """The folder of evidence that the settings name."""
    folder: Path = current_app.config["MICROCRED_DATA"]
    return Storage(folder / "evidence")


def own_submission(user: Account, submission_id: int) -> Submission | None:
    """One of the person's own submissions, with its texts, artefacts and parts."""
    own = select(Submission).where(Submission.id == submission_id, Submission.person_id == user.id, IS_OWN)
    loaded = (
        selectinload(Submission.texts),
        selectinload(Submission.artefacts).selectinload(Artefact.co_authors).joinedload(CoAuthor.person),
        selectinload(Submission.micro_credential).selectinload(MicroCredential.parts),
    )
    return db.session.scalar(own.options(*loaded))


class OwnPart(NamedTuple):
    """One part of one of the person's own submissions."""

    submission: Submission
    part: EvidencePart

    @property
    def person_id(self) -> int:
        """Whose it is."""
        return self.submission.person_id

    @property
    def place(self) -> str:
        """Where the part stands on the page."""
        return f"part-{self.part.id}"


def own_part(user: Account, submission_id: int, part_id: int) -> OwnPart | None:
    """A part that the person's own submission is asked for."""
    submission = own_submission(user, submission_id)
    if submission is None:
        return None
    parts = submission.micro_credential.standing_parts
    return next((OwnPart(submission, part) for part in parts if part.id == part_id), None)


def own_artefact(user: Account, artefact_id: int) -> Artefact | None:
    """A file or link in one of the person's own submissions."""
    own = select(Artefact).join(Artefact.submission).where(Submission.person_id == user.id, IS_OWN)
    return db.session.scalar(own.where(Artefact.id == artefact_id).options(joinedload(Artefact.submission)))


def own_file(user: Account, artefact_id: int) -> Artefact | None:
    """A file, but no link, in one of the person's own submissions."""
    artefact = own_artefact(user, artefact_id)
    return artefact if artefact and artefact.stored_name else None


def own_document(user: Account, artefact_id: int) -> Artefact | None:
    """A PDF in one of the person's own submissions."""
    artefact = own_artefact(user, artefact_id)
    return artefact if artefact and artefact.has_pages else None


class OwnPage(NamedTuple):
    """One page of a PDF of one's own; whether it has that page is found out when it is drawn."""

    artefact: Artefact
    number: int

    @property
    def person_id(self) -> int:
        """Whose it is."""
        return self.artefact.person_id


def own_page(user: Account, artefact_id: int, page: int) -> OwnPage | None:
    """A page of a PDF in one of the person's own submissions."""
    document = own_document(user, artefact_id)
    return OwnPage(document, page) if document else None


def own_handed_in(user: Account, submission_id: int) -> Submission | None:
    """One of the person's own submissions that is with the reviewers, or was."""
    submission = own_submission(user, submission_id)
    return submission if submission and submission.submitted_at else None


def own_submissions(person: Account) -> Select[Any]:
    """Everything the person has started, the newest first."""
    return select(Submission).where(Submission.person_id == person.id, IS_OWN).order_by(Submission.id.desc())


def submissions_of(person: Account) -> list[Submission]:
    """Everything the person has started, the newest first, as a list."""
    return list(db.session.scalars(own_submissions(person)))


def newest_states(person: Account) -> States:
    """The state of the person's newest submission for each micro-credential; given-up and lent ones do not count."""
    statement = select(Submission.micro_credential_id, Submission.state).order_by(Submission.id)
    own = statement.where(Submission.person_id == person.id, Submission.state.not_in((S.WITHDRAWN, S.ANCHOR)))
    return {micro_credential_id: SubmissionState(state) for micro_credential_id, state in db.session.execute(own)}


def why_not_start(offer: Offer, states: States) -> str | None:
    """None when somebody with these newest states may start what is offered, else the reason why not."""
    micro_credential = offer.micro_credential
    state = states.get(micro_credential.id)
    if offer.withdrawn_at:
        return _("This micro-credential is no longer offered.")
    if state == SubmissionState.EARNED:
        return _("You have earned this micro-credential already.")
    if state in UNDER_WAY:
        return _("You have started this micro-credential already.")
    if state == SubmissionState.NOT_YET:
        return _("You have handed this in before: hand it in again from there.")
    if micro_credential.requires and states.get(micro_credential.requires.id) != SubmissionState.EARNED:
        return _("First earn “%(title)s”: this one builds on it.", title=micro_credential.requires.title)
    return None


class Startable(NamedTuple):
    """An offer to one who has joined, and why it cannot be started yet, if it cannot."""

    offer: Offer
    why_not: str | None


def startable_offers(person: Account) -> list[Startable]:
    """What the pilots that the person has joined offer and the person has not begun, in the order of the offers."""
    joined = select(Volunteer.pilot_id).where(
        Volunteer.person_id == person.id, Volunteer.state == VolunteerState.JOINED, is_told()
    )
    statement = select(Offer).where(Offer.pilot_id.in_(joined), Offer.withdrawn_at.is_(None)).order_by(Offer.id)
    loaded = (
        joinedload(Offer.pilot),
        joinedload(Offer.micro_credential).joinedload(MicroCredential.requires).joinedload(MicroCredential.stack),
    )
    states = newest_states(person)
    offers = db.session.scalars(statement.options(*loaded))
    return [
        Startable(offer, why_not_start(offer, states)) for offer in offers if offer.micro_credential_id not in states
    ]


def changes_in(pilot_id: int) -> Select[int, datetime]:
    """Who changed evidence in a pilot and when: a person's id and the moment, several for each."""
    own = and_(Submission.pilot_id == pilot_id, IS_OWN)
    started = select(Submission.person_id, Submission.started_at).where(own)
    handed_in = select(Submission.person_id, Submission.submitted_at).where(own, Submission.submitted_at.is_not(None))
    written = select(Submission.person_id, PartText.saved_at).join(Submission.texts).where(own)
    added = select(Submission.person_id, Artefact.added_at).join(Submission.artefacts).where(own)
    changes = union_all(started, handed_in, written, added).subquery()
    return select(*changes.c)


def count_started(pilot: Pilot) -> dict[int, int]:
    """How many people have begun each micro-credential in a pilot and not given it up, by its id."""
    people = func.count(distinct(Submission.person_id))
    statement = select(Submission.micro_credential_id, people).group_by(Submission.micro_credential_id)
    begun = statement.where(Submission.pilot_id == pilot.id, Submission.state != SubmissionState.WITHDRAWN, IS_OWN)
    return {row[0]: row[1] for row in db.session.execute(begun)}


def has_later_try(submission: Submission) -> bool:
    """Whether it was handed in again, or is about to be."""
    later = select(Submission.id).where(Submission.previous_id == submission.id)
    return db.session.scalar(later.where(Submission.state != SubmissionState.WITHDRAWN).limit(1)) is not None


def code_name_is_taken(code_name: str) -> bool:
    """Whether a submission goes by that name."""
    return db.session.scalar(select(Submission.id).where(Submission.code_name == code_name)) is not None


def next_number(submission: Submission) -> int:
    """The number of the next artefact: higher than any that is there."""
    highest = select(func.max(Artefact.number)).where(Artefact.submission_id == submission.id)
    return (db.session.scalar(highest) or 0) + 1


def next_position(submission: Submission) -> int:
    """The place behind all artefacts that are there."""
    last = select(func.max(Artefact.position)).where(Artefact.submission_id == submission.id)
    return (db.session.scalar(last) or 0) + 1


def other_uses(artefact: Artefact) -> int:
    """How many other rows share the artefact's stored file: a further try starts with the files of the last."""
    shared = select(func.count()).where(Artefact.stored_name == artefact.stored_name, Artefact.id != artefact.id)
    return db.session.scalar(shared) or 0


def stored_names() -> set[str]:
    """The names of every stored file that a row knows."""
    return set(db.session.scalars(select(Artefact.stored_name).where(Artefact.stored_name.is_not(None)).distinct()))
