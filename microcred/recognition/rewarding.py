"""What an answer brings its author: views, jobs and the demo call this in the transaction that gives the answer."""

from microcred.badges.actions import award_badge_if_possible
from microcred.evidence.models import Submission, SubmissionState
from microcred.recognition.thanking import thank


def reward(submission: Submission) -> Submission:
    """Award the badge of a locked submission that has just been earned, and make due what its author is thanked with.

    For every other state it does nothing.
    """
    if submission.state == SubmissionState.EARNED:
        award_badge_if_possible(submission)
        thank(submission.pilot, submission.person)
    return submission
