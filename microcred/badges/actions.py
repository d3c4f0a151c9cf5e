"""Awarding what was earned, exactly once; issuing what is outstanding; revoking."""

import logging
import secrets

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.addresses import public_address
from microcred.badges import queries
from microcred.badges.codes import code_for, new_badge_id
from microcred.badges.issuer import district_key
from microcred.badges.issuing import signed_badge
from microcred.badges.models import Award
from microcred.badges.status import SMALLEST
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.history import record
from microcred.outbox import write_mail
from microcred.scoring.seats import first_seats

TRIES = 200
log = logging.getLogger(__name__)


def award_badge(submission: Submission, *, by: Account | None = None) -> Award:
    """Issue the signed badge for a submission and tell the teacher.

    Refused unless it is earned, every required criterion is met and its reviews are final; when its badge exists; and
    when the key that signs badges is missing.
    """
    db.session.flush()  # locking reads the row again, and would forget a decision that has not been written yet
    lock(submission)
    _refuse_unearned(submission)
    award = _issue(submission)
    record(by, "awarded", award, submission=submission.id)
    page = public_address(f"/badges/{award.code}")
    write_mail(submission.person, "badge_awarded", award=award, page=page, check=_check_page(award))
    return award


def award_badge_if_possible(submission: Submission, *, by: Account | None = None) -> Award | None:
    """Award the badge, or leave it outstanding for a coordinator: a missing key is no fault of whoever scored."""
    try:
        return award_badge(submission, by=by)
    except Refused:
        log.error("the badge of submission %s is outstanding", submission.id)
        return None


def issue_outstanding(*, by: Account) -> list[Award]:
    """Issue the badges that were earned but not issued, as far as they can be; refused without a signing key."""
    district_key()
    tried = [award_badge_if_possible(submission, by=by) for submission in queries.outstanding()]
    return [award for award in tried if award]


def revoke_award(award: Award, reason: str, *, by: Account) -> Award:
    """Revoke a badge for a reason, which is kept and told to the teacher; refused without one, and a second time."""
    lock(award)
    if award.revoked_at:
        raise Refused(_("This badge has been revoked already."))
    if not reason.strip():
        raise Refused(_("Please say why: the reason is kept, and the teacher reads it."), field="reason")
    award.revoked_at, award.revoked_by_id, award.revoked_reason = utcnow(), by.id, reason.strip()
    record(by, "revoked", award)
    write_mail(award.person, "badge_revoked", award=award)
    return award


def note_download(state: str, *, by: Account) -> None:
    """Keep that the list of awards was taken along."""
    record(by, "downloaded the badges", by, state=state)


def _refuse_unearned(submission: Submission) -> None:
    if submission.state != SubmissionState.EARNED:
        raise Refused(_("This evidence has not earned a badge."))
    if queries.award_of(submission):
        raise Refused(_("The badge for this evidence has been issued already."))
    if not _are_final(submission):
        raise Refused(_("The reviews of this evidence are not all final."))
    if unmet := queries.unmet_criteria(submission):
        raise Refused(_("A required criterion has not been met: %(name)s.", name=unmet[0].name))


def _are_final(submission: Submission) -> bool:
    return first_seats(submission) <= queries.final_seats(submission) and queries.is_settled(submission)


def _issue(submission: Submission) -> Award:
    badge_id, index, moment = new_badge_id(), _free_index(), utcnow()
    outcomes = queries.decided_outcomes(submission.id)
    try:
        credential = signed_badge(badge_id, submission, outcomes, status_index=index, moment=moment)
    except ValueError:
        log.exception("badge of submission %s cannot be signed", submission.id)
        raise Refused(_("Something in the words of this micro-credential cannot be signed.")) from None
    award = Award(
        code=code_for(badge_id),
        submission=submission,
        person=submission.person,
        micro_credential=submission.micro_credential,
        issued_at=moment,
        hours=submission.micro_credential.effort_hours,
        credential=credential,
        status_index=index,
    )
    db.session.add(award)
    db.session.flush()
    return award


def _free_index() -> int:
    """A random place in the status list: neighbours in the list were not neighbours in time."""
    for _try in range(TRIES):
        index = secrets.randbelow(SMALLEST)
        if not queries.is_index_taken(index):
            return index
    raise Refused(_("The list of badges that can be revoked is full."))


def _check_page(award: Award) -> str:
    return public_address(f"/verify/{award.code}")
