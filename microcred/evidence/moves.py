"""How a submission comes to another state: as the table of moves allows, and with the moment kept."""

from microcred.db import utcnow
from microcred.evidence.models import Submission, SubmissionState


def move(submission: Submission, state: SubmissionState) -> None:
    """Bring a locked submission to a state that the table of moves allows; the action that moves it has refused before.

    Raises ValueError for any other move: that would be a fault of ours, and is not to be written.
    """
    if not submission.may_become(state):
        raise ValueError(f"{submission.state} does not become {state}")
    submission.state, submission.moved_at = state, utcnow()
