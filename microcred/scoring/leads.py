"""Which coordinators know, or may know, how a submission was scored: whoever does takes no review of it any more."""

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.history import Entry
from microcred.scoring.models import Return, Review
from microcred.scoring.rules import rules_of

LAID_BEFORE, LOOKED_AT = "laid before the leads", "looked at"
"""How the history tells that a look is due, and that it was taken."""

SCORED, RELEASED = "scored", "released"
"""How it tells that an answer waits for its moment, and that it was given."""

ASKED_LATER = (SubmissionState.TO_BE_AGREED, SubmissionState.UNDER_APPEAL)


class Leads:
    """What the leads know of one submission, found in a few statements for all of them."""

    def __init__(self, submission: Submission) -> None:
        told = Entry.thing == Submission.__name__, Entry.thing_id == str(submission.id)
        verbs = (LAID_BEFORE, SCORED, LOOKED_AT, RELEASED)
        rows = db.session.execute(select(Entry.actor_id, Entry.verb).where(*told, Entry.verb.in_(verbs))).all()
        self._lay_open = any(verb in (LAID_BEFORE, SCORED) for _who, verb in rows)
        self._will_look = submission.state in ASKED_LATER and rules_of(submission.pilot).lead_looks
        self._known_to = {who for who, verb in rows if verb in (LOOKED_AT, RELEASED)} | _returned_by(submission)

    def know(self, person: Account) -> bool:
        """Whether somebody looked at its scores, or gave a review of it back; a coordinator might have, or is to.

        What waits for its release lies open to every coordinator, and a page that is read leaves no trace.
        """
        return person.id in self._known_to or (person.is_coordinator and (self._lay_open or self._will_look))


def _returned_by(submission: Submission) -> set[int]:
    statement = select(Return.returned_by_id).join(Review, Review.id == Return.review_id)
    return set(db.session.scalars(statement.where(Review.submission_id == submission.id)))
