"""Where a submission is, said to its author."""

from typing import NamedTuple

from flask_babel import gettext as _

from microcred.evidence.models import STATES, Submission, SubmissionState

S = SubmissionState
TONES = {
    S.DRAFT: "neutral",
    S.SUBMITTED: "wait",
    S.INCOMPLETE: "bad",
    S.IN_REVIEW: "wait",
    S.TO_BE_AGREED: "wait",
    S.TO_BE_RELEASED: "wait",
    S.EARNED: "good",
    S.NOT_YET: "info",
    S.UNDER_APPEAL: "wait",
    S.DENIED: "bad",
    S.WITHDRAWN: "neutral",
    S.ANCHOR: "neutral",
}


class Standing(NamedTuple):
    """The state in the reader's language, the tone it is shown in, and a sentence on what it means."""

    state: str
    tone: str
    sentence: str


def standing(submission: Submission) -> Standing:
    """Where a submission is."""
    state = SubmissionState(submission.state)
    return Standing(str(STATES[state]), TONES[state], _sentences()[state])


def _sentences() -> dict[SubmissionState, str]:
    return {
        S.DRAFT: _("It is with you. Nobody else can read it yet."),
        S.SUBMITTED: _("It waits for reviewers to be found. You can still take it back."),
        S.INCOMPLETE: _("Something is missing. Add it and hand in again: this costs no try."),
        S.IN_REVIEW: _("It is with the reviewers, who know it only by its code name and do not see each other."),
        S.TO_BE_AGREED: _("The reviewers do not agree on every required criterion. A third one looks at those."),
        S.TO_BE_RELEASED: _("It is scored. The answer is released soon."),
        S.EARNED: _("You have shown the skill: it is earned."),
        S.NOT_YET: _("Not yet: read the feedback, then hand it in again. What is met stays met."),
        S.UNDER_APPEAL: _("Somebody who did not score it looks again at the criteria that you named."),
        S.DENIED: _("It was not accepted, because it broke the rules."),
        S.WITHDRAWN: _("You gave this draft up. You can start anew."),
        S.ANCHOR: _("A copy that shows others, under another code name, what good evidence looks like."),
    }
