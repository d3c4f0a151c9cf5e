"""The pages of an appeal: the form and its four answers, the desk that reads the reasons, and the answer."""

from collections.abc import Callable
from typing import Any

import pytest

from microcred.accounts.models import Account
from microcred.badges.models import Award
from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.scoring import actions
from microcred.scoring.answers import feedback
from microcred.scoring.appeals import appeals_of, file_appeal
from microcred.scoring.models import Review
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, HandIn, begin, finish, score, seated

Browse = Callable[[Account], Browser]


@pytest.fixture
def not_yet(cast: Cast, hand_in: HandIn) -> Submission:
    """Amara's evidence after two reviews: "plan" is met, "ask" and the optional "extra" are not."""
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    for seat in (1, 2):
        finish(seated(submission, seat), plan=MET, ask=NOT_MET, extra=NOT_MET)
    db.session.commit()
    return submission


def ids(submission: Submission) -> dict[str, int]:
    return {criterion.code: criterion.id for criterion in submission.rubric.criteria}


def send(browser: Browser, submission: Submission, reasons: dict[str, str], **more: Any) -> tuple[int, str]:
    fields: dict[str, Any] = {f"criterion_{ids(submission)[code]}": "y" for code in reasons}
    fields |= {f"reason_{ids(submission)[code]}": text for code, text in reasons.items()}
    answer = browser.send(f"/submissions/{submission.id}/appeal", **fields, **more)
    return answer.status_code, answer.text


def appealed(submission: Submission, reason: str = "See the second lesson.") -> Review:
    file_appeal(submission, {ids(submission)["ask"]: reason}, by=submission.person)
    db.session.commit()
    return seated(submission, 4)


def test_only_what_is_not_met_can_be_named(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    page = browse(cast.amara).get(f"/submissions/{not_yet.id}/appeal").text
    named = [code for code, criterion_id in ids(not_yet).items() if f'name="criterion_{criterion_id}"' in page]
    assert named == ["ask", "extra"]
    assert "An appeal cannot be taken back" in page
    assert page.count("Their answer is given as soon as they are done: no lead looks at it first") == 1


def test_an_appeal_is_filed(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    assert send(browse(cast.amara), not_yet, {"ask": "See the second lesson."})[0] == 303
    assert [(each.criterion.code, each.reason) for each in appeals_of(not_yet)] == [("ask", "See the second lesson.")]
    page = browse(cast.amara).get(f"/submissions/{not_yet.id}").text
    assert ("under appeal" in page, "See the second lesson." in page, "Hand in again" in page) == (True, True, False)


def test_the_own_name_is_pointed_out_before_it_is_filed(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    browser, reasons = browse(cast.amara), {"ask": "As Mrs. Okafor I know that they asked."}
    status, page = send(browser, not_yet, reasons)
    assert (status, "As Mrs. Okafor I know" in page, 'name="keeps_traces"' in page) == (422, True, True)
    assert appeals_of(not_yet) == []
    assert send(browser, not_yet, reasons, keeps_traces="y")[0] == 303


def test_a_box_without_a_reason_and_a_reason_without_a_box_are_refused(
    browse: Browse, cast: Cast, not_yet: Submission
) -> None:
    browser = browse(cast.amara)
    status, page = send(browser, not_yet, {"ask": ""})
    assert (status, "Write why this should be looked at again." in page) == (422, True)
    unticked: dict[str, Any] = {f"reason_{ids(not_yet)['ask']}": "Look at page 2."}
    answer = browser.send(f"/submissions/{not_yet.id}/appeal", **unticked)
    assert (answer.status_code, "tick this criterion too" in answer.text) == (422, True)
    assert "Look at page 2." in answer.text
    assert send(browser, not_yet, {})[0] == 422
    assert appeals_of(not_yet) == []


def test_a_criterion_that_is_met_is_not_taken(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    assert send(browse(cast.amara), not_yet, {"plan": "Higher."})[0] == 422


def test_nobody_else_appeals(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    for person in (cast.bruno, cast.pia, cast.rita, cast.cora):
        assert browse(person).get(f"/submissions/{not_yet.id}/appeal").status_code == 404
        assert send(browse(person), not_yet, {"ask": "Look."})[0] == 404


def test_what_cannot_be_appealed_says_why(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    appealed(not_yet)
    page = browse(cast.amara).get(f"/submissions/{not_yet.id}/appeal").text
    assert ("You have appealed against this answer." in page, "<textarea" in page) == (True, False)


def test_the_desk_tells_the_reasons_and_nothing_of_the_first_reviews(
    browse: Browse, cast: Cast, not_yet: Submission
) -> None:
    review = appealed(not_yet)
    browser = browse(review.reviewer)
    assert "See the second lesson." not in browser.get(f"/reviews/{review.id}").text
    begin(review)
    db.session.commit()
    page = browser.get(f"/reviews/{review.id}").text
    assert ("See the second lesson." in page, "Asks and waits" in page) == (True, True)
    others = [seated(not_yet, seat).reviewer.name for seat in (1, 2)]
    assert [told for told in ("Feedback on", "Invites others", cast.amara.name, *others) if told in page] == []


def test_what_an_appeal_earns_is_awarded(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    review = score(appealed(not_yet), {"ask": MET})
    db.session.commit()
    assert browse(review.reviewer).send(f"/reviews/{review.id}/final", comment="Clear now.").status_code == 303
    db.session.refresh(not_yet)
    assert not_yet.state == SubmissionState.EARNED
    assert db.session.query(Award.submission_id).all() == [(not_yet.id,)]


def test_the_answer_shows_before_and_after(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    finish(appealed(not_yet), ask=BEYOND)
    db.session.commit()
    result = feedback(not_yet)
    assert result is not None
    ask = next(row for row in result.criteria if row.appeal)
    assert ask.appeal is not None
    assert (ask.level, ask.is_met, ask.wanted) == ("Advanced", True, None)
    assert (ask.appeal.before, ask.appeal.after, ask.appeal.is_raised) == ("Beginning", "Advanced", True)
    assert ([number for number, _text in ask.remarks], ask.appeal.remark) == ([1, 2], "Feedback on ask")
    assert ([number for number, _text in result.comments], result.appeal_comment) == ([1, 2], "All in all")
    page = browse(cast.amara).get(f"/submissions/{not_yet.id}").text
    assert "raised from “Beginning” to “Advanced”" in page


def test_what_to_do_next_names_the_level_to_reach(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    result = feedback(not_yet)
    assert result is not None
    assert [(row.name, row.wanted.name) for row in result.to_reach if row.wanted] == [("Asks and waits", "Proficient")]
    page = browse(cast.amara).get(f"/submissions/{not_yet.id}").text
    assert "it is at “Beginning” and has to reach “Proficient”." in page


def test_an_appeal_that_changes_nothing_says_so(browse: Browse, cast: Cast, not_yet: Submission) -> None:
    finish(appealed(not_yet), ask=NOT_MET)
    db.session.commit()
    page = browse(cast.amara).get(f"/submissions/{not_yet.id}").text
    assert ("stays at “Beginning”" in page, "Hand in again" in page) == (True, True)
