"""Evidence that breaks the rules is denied by the coordinator, with a reason, and for good."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.evidence.models import SubmissionState
from microcred.outbox import Mail
from microcred.scoring.actions import assign_reviewers, deny, finish_review
from microcred.scoring.models import Review, ReviewState
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import HandIn, seated


def test_denying_ends_the_submission_and_its_reviews(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    assign_reviewers(submission)
    deny(submission, "Copied from a book.", by=cast.cora)
    assert (submission.state, submission.denied_reason) == (SubmissionState.DENIED, "Copied from a book.")
    assert set(db.session.scalars(select(Review.state))) == {ReviewState.SET_ASIDE}
    told = db.session.scalars(select(Mail.text).where(Mail.person_id == cast.amara.id)).all()
    assert ["Copied from a book." in text for text in told] == [True]


def test_what_was_denied_is_not_scored_any_more(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    assign_reviewers(submission)
    review = seated(submission, 1)
    deny(submission, "Copied.", by=cast.cora)
    with pytest.raises(Refused):
        finish_review(review, "", by=review.reviewer)


def test_denying_needs_a_reason_and_keeps_the_page(
    cast: Cast, hand_in: HandIn, browse: Callable[[Account], Browser]
) -> None:
    submission = hand_in(cast.amara)
    cora = browse(cast.cora)
    assert cora.send(f"/scoring/{submission.code_name}/denial", denied_reason=" ").status_code == 422
    assert cora.send(f"/scoring/{submission.code_name}/denial", denied_reason="Copied.").status_code == 303
    assert browse(cast.amara).get(f"/submissions/{submission.id}").text.count("Copied.") == 1
