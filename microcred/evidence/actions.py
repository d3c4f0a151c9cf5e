"""What a teacher does with evidence: start, write, attach, hand in, take back, hand in again."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.accounts.models import Account
from microcred.catalog.actions import use_rubric
from microcred.catalog.models import EvidencePart, MicroCredential, Rubric
from microcred.db import db, lock, utcnow
from microcred.errors import Gone, Refused
from microcred.evidence import queries
from microcred.evidence.checklist import missing
from microcred.evidence.cleaning import CleanFile
from microcred.evidence.copying import copied_artefact, copied_text, free_code_name
from microcred.evidence.models import MOVES, Artefact, PartText, Privacy, Submission, SubmissionState
from microcred.evidence.moves import move
from microcred.evidence.storage import KeptFile, Storage
from microcred.evidence.talks import refuse_before_talk
from microcred.history import record
from microcred.outbox import write_mail
from microcred.pilots.models import Offer
from microcred.volunteers.queries import is_joined

LONGEST_TEXT = 60_000
LONGEST_CAPTION = 300
LONGEST_LINK = 1000
S = SubmissionState


def start_submission(offer: Offer, person: Account) -> Submission:
    """Begin a micro-credential under a code name, measured by its rubric as it is now.

    Refused to who has not joined the pilot; when the offer is withdrawn; when the person has one under way, has earned
    it, or was told "not yet" (that is handed in again instead); and before what it builds on is earned.
    """
    lock(person)
    lock(offer)
    if not is_joined(offer.pilot, person):
        raise Refused(_("Evidence is for those who have joined the pilot."))
    if reason := queries.why_not_start(offer, queries.newest_states(person)):
        raise Refused(reason)
    rubric = _current_rubric(offer.micro_credential)
    submission = _begin(
        Submission(person=person, pilot=offer.pilot, micro_credential=offer.micro_credential, rubric=rubric, attempt=1)
    )
    record(person, "started", submission)
    return submission


def _current_rubric(micro_credential: MicroCredential) -> Rubric:
    lock(micro_credential)
    if micro_credential.rubric is None:
        raise Refused(_("This micro-credential has no rubric yet."))
    return use_rubric(micro_credential.rubric)


def _begin(submission: Submission) -> Submission:
    submission.code_name = free_code_name()
    submission.state, submission.started_at = S.DRAFT, utcnow()
    db.session.add(submission)
    db.session.flush()
    return submission


def save_text(submission: Submission, part: EvidencePart, text: str, revision: int) -> PartText:
    """Keep a draft of one part, whatever its number of words; returns it with its next revision.

    `revision` is the one that the text was written over. Refused when another one was saved since (nothing is
    overwritten unseen), when the text is enormous, and when the submission is not a draft. The history has no entry for
    it, because drafts save themselves at every pause.
    """
    hold_draft(submission, part)
    if len(text) > LONGEST_TEXT:
        raise Refused(_("This text is too long to be kept."), field="text")
    written = submission.written_for(part)
    if written is None:
        written = PartText(part=part, text="", revision=0, saved_at=utcnow())
        submission.texts.append(written)
    if written.revision != revision and written.text != text:
        raise Refused(_("A newer text was saved elsewhere. Yours is not saved yet: compare the two."), field="text")
    if written.revision == revision:
        written.text, written.revision, written.saved_at = text, revision + 1, utcnow()
    db.session.flush()
    return written


def attach_file(
    submission: Submission,
    part: EvidencePart,
    clean_file: CleanFile,
    *,
    storage: Storage,
    caption: str,
    privacy: Privacy | None,
) -> Artefact:
    """Keep a clean file and attach it; when that is refused, as by `attach_kept_file`, the file is removed again."""
    kept = KeptFile.keep(clean_file, storage)
    try:
        return attach_kept_file(submission, part, kept, caption=caption, privacy=privacy)
    except Refused:
        storage.remove(kept.stored_name)
        raise


def attach_kept_file(
    submission: Submission, part: EvidencePart, kept: KeptFile, *, caption: str, privacy: Privacy | None
) -> Artefact:
    """Attach a file that lies in the storage: what takes long is done before the transaction.

    Refused when the part takes no files or has as many as the settings allow, and when the submission is not a draft.
    """
    hold_room(submission, part, field="file")
    return _attach(submission, part, Artefact(**kept._asdict(), caption=caption, privacy=privacy))


def attach_link(
    submission: Submission, part: EvidencePart, link: str, *, caption: str, privacy: Privacy | None
) -> Artefact:
    """Attach the address of a page. Refused as for a file, and when the address is not of the web."""
    hold_room(submission, part, field="link")
    if not _is_web_address(link):
        raise Refused(_("This is not the address of a web page: it should start with https://."), field="link")
    return _attach(submission, part, Artefact(link=link, caption=caption, privacy=privacy))


def _is_web_address(link: str) -> bool:
    try:
        address = urlsplit(link)
        is_plain = link.isprintable() and " " not in link and len(link) <= LONGEST_LINK
        return is_plain and address.scheme in ("http", "https") and bool(address.hostname) and not address.username
    except ValueError:
        return False


def hold_room(submission: Submission, part: EvidencePart, *, field: str) -> None:
    """Lock a submission to attach something to one of its parts; refuse when it takes nothing, or nothing more."""
    hold_draft(submission, part)
    if not part.takes_files:
        raise Refused(_("“%(part)s” takes no files or links.", part=part.name), field=field)
    if not room_for(submission, part):
        raise no_room(field)


def room_for(submission: Submission, part: EvidencePart) -> int:
    """How many files and links a part of a submission can take now, as far as can be told without a lock."""
    takes_any = submission.is_writable and part.takes_files and part in submission.micro_credential.standing_parts
    return max(0, most_artefacts() - len(submission.artefacts_of(part))) if takes_any else 0


def no_room(field: str) -> Refused:
    """The refusal of what is one too many."""
    most = most_artefacts()
    sentence = ngettext("A part takes at most one file or link.", "A part takes at most %(num)s files and links.", most)
    return Refused(sentence, field=field)


def most_artefacts() -> int:
    """How many files and links the settings allow for a part."""
    most: int = current_app.config["MICROCRED_ARTEFACTS_PER_PART"]
    return most


def _attach(submission: Submission, part: EvidencePart, artefact: Artefact) -> Artefact:
    artefact.part, artefact.number, artefact.added_at = part, queries.next_number(submission), utcnow()
    artefact.position = queries.next_position(submission)
    submission.artefacts.append(artefact)
    db.session.flush()
    record(submission.person, "attached", artefact, submission=submission.id)
    return artefact


def remove_artefact(artefact: Artefact) -> str | None:
    """Take an artefact out of a draft; returns the stored name of a file that no row needs any more.

    The file itself goes after the commit, so that no row is left without its file. Refused when it is not a draft, and
    when it was removed meanwhile.
    """
    submission = artefact.submission
    hold_draft(submission, artefact.part)
    if artefact not in submission.artefacts:
        raise Gone
    needless = artefact.stored_name if artefact.stored_name and not queries.other_uses(artefact) else None
    record(submission.person, "removed", artefact, submission=submission.id)
    submission.artefacts.remove(artefact)
    db.session.flush()
    return needless


def submit(submission: Submission, *, by: Account) -> Submission:
    """Hand in: from now on it is not changed. Refused with all that is missing, and when it is not a draft."""
    lock(submission)
    _refuse_move(submission, S.SUBMITTED)
    if lacking := missing(submission):
        raise Refused(" ".join(lacking))
    move(submission, S.SUBMITTED)
    submission.submitted_at = submission.moved_at
    submission.missing = submission.answer_due_at = None
    record(by, "handed in", submission, attempt=submission.attempt)
    write_mail(submission.person, "evidence_submitted", submission=submission)
    for person in _named_since(submission):
        write_mail(person, "named_co_author", submission=submission)
    return submission


def _named_since(submission: Submission) -> list[Account]:
    """Who was not told yet, with an earlier try, that they are named as a co-author."""
    last = submission.previous.submitted_at if submission.previous else None
    named = [each for artefact in submission.artefacts for each in artefact.co_authors]
    people = {each.person_id: each.person for each in named if last is None or each.named_at > last}
    return [person for person in people.values() if person.is_active]


def take_back(
    submission: Submission, *, by: Account, has_begun: Callable[[Submission], bool] | None = None
) -> Submission:
    """Make a draft again of what was handed in. Refused once a reviewer has begun.

    `has_begun` tells that, and is asked under the lock; without it only what waits for reviewers can be taken back.
    """
    lock(submission)
    is_waiting = submission.state == S.SUBMITTED
    is_untouched = submission.state == S.IN_REVIEW and has_begun is not None and not has_begun(submission)
    if not is_waiting and not is_untouched:
        raise Refused(_("This cannot be taken back any more: a reviewer has begun, or it is decided."))
    move(submission, S.DRAFT)
    submission.submitted_at = submission.answer_due_at = None
    record(by, "took back", submission)
    return submission


def give_up(submission: Submission, *, by: Account) -> Submission:
    """End a draft without handing it in; it can be started anew. Refused when it is not a draft."""
    lock(submission)
    _refuse_move(submission, S.WITHDRAWN)
    move(submission, S.WITHDRAWN)
    record(by, "gave up", submission)
    return submission


def resubmit(submission: Submission, *, by: Account) -> Submission:
    """Begin the next try with the texts and artefacts of the last one, measured by the same version of the rubric.

    Refused unless the answer was "not yet", when a later try exists, and while a talk with a coach comes first.
    """
    lock(submission.person)
    lock(submission)
    if submission.state != S.NOT_YET or queries.has_later_try(submission):
        raise Refused(_("Only what was answered with “not yet” is handed in again, and once at a time."))
    refuse_before_talk(submission)
    following = _begin(_next_try(submission))
    asked_for = submission.micro_credential.standing_parts
    following.texts = [copied_text(text) for text in submission.texts if text.part in asked_for]
    following.artefacts = [copied_artefact(each) for each in submission.artefacts if each.part in asked_for]
    db.session.flush()
    record(by, "began again", following, previous=submission.id, attempt=following.attempt)
    return following


def _next_try(submission: Submission) -> Submission:
    return Submission(
        person=submission.person,
        pilot=submission.pilot,
        micro_credential=submission.micro_credential,
        rubric=submission.rubric,
        attempt=submission.attempt + 1,
        previous=submission,
    )


def sweep_files(storage: Storage) -> list[str]:
    """Remove the files, older than a day, that no row knows; returns their stored names."""
    return storage.sweep(queries.stored_names())


def hold_draft(submission: Submission, part: EvidencePart) -> None:
    """Lock a submission to write on one of its parts; refuse when it was handed in or the part is not asked for."""
    lock(submission)
    if not submission.is_writable:
        raise Refused(_("This evidence was handed in: it cannot be changed any more."))
    if part not in submission.micro_credential.standing_parts:
        raise Refused(_("This part is not asked for any more."))


def _refuse_move(submission: Submission, state: SubmissionState) -> None:
    if state not in MOVES[SubmissionState(submission.state)]:
        raise Refused(_("This evidence was handed in: it cannot be changed any more."))
