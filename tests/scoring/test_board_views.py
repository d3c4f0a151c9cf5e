"""The coordinator's pages, and the result that an author reads."""

from collections.abc import Callable

from flask import Flask, render_template

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import db
from microcred.evidence.models import SubmissionState
from microcred.scoring import actions
from microcred.scoring.answers import feedback
from microcred.scoring.board import board, loads
from microcred.scoring.queries import outcomes
from microcred.scoring.reviewer_models import Conflict, ConflictSource
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, begin, finish, seated

Browse = Callable[[Account], Browser]


def test_the_board_puts_each_submission_where_it_is(cast: Cast, hand_in: HandIn, course: Course) -> None:
    cast.pavel.roles.append(Role(name=RoleName.REVIEWER))
    waiting, reviewed, split, back, done = (hand_in(each, code_name=name) for each, name in _five(cast))
    for submission in (reviewed, split, back, done):
        actions.assign_reviewers(submission)
    for submission, levels in ((split, (MET, NOT_MET)), (done, (MET, MET))):
        for seat in (1, 2):
            finish(seated(submission, seat), plan=levels[seat - 1], ask=MET, extra=MET)
    actions.mark_incomplete(back, "A photo", by=cast.cora)
    shown = board(course.pilot)
    places = (shown.waiting, shown.in_review, shown.to_be_agreed, shown.incomplete)
    assert [[card.code_name for card in cards] for cards in places] == [["Elm"], ["Oak"], ["Ash"], ["Fir"]]
    assert shown.decided == {"earned": 1, "not yet": 0, "denied": 0}
    assert waiting.state == SubmissionState.SUBMITTED


def _five(cast: Cast) -> list[tuple[Account, str]]:
    return list(
        zip((cast.amara, cast.bruno, cast.dora, cast.adam, cast.cora), ("Elm", "Oak", "Ash", "Fir", "Yew"), strict=True)
    )


def test_loads_count_open_late_and_final_reviews(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    first, second = seated(submission, 1), seated(submission, 2)
    finish(first, plan=MET, ask=MET, extra=MET)
    second.due_at = second.offered_at
    db.session.flush()
    counts = {load.account_id: (load.open_count, load.late_count, load.final_count) for load in loads()}
    assert counts[first.reviewer_id] == (0, 0, 1)
    assert counts[second.reviewer_id] == (1, 1, 0)
    assert len(counts) == 3


def test_the_coordinator_assigns_again_and_is_told_how_it_went(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    for person in (cast.rita, cast.ravi):
        db.session.add(
            Conflict(
                reviewer_id=person.id,
                person_id=cast.amara.id,
                declared_at=cast.amara.created_at,
                source=ConflictSource.NAMED,
            )
        )
    submission = hand_in(cast.amara)
    browser = browse(cast.cora)
    assert "Waiting for a reviewer" in browser.get("/scoring").text
    browser.send(f"/scoring/{submission.code_name}/assignment")
    assert "There are still too few reviewers" in browser.get(f"/scoring/{submission.code_name}").text
    db.session.query(Conflict).delete()
    browser.send(f"/scoring/{submission.code_name}/assignment")
    assert "2 reviewers are asked." in browser.get(f"/scoring/{submission.code_name}").text


def test_the_coordinator_gives_a_review_to_somebody_else(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    first, second = seated(submission, 1), seated(submission, 2)
    url, browser = f"/scoring/reviews/{first.id}/reassignment", browse(cast.cora)
    refused = browser.send(url, reviewer=str(second.reviewer_id))
    assert refused.status_code == 422
    assert "This reviewer has, or had, a review of this evidence already." in refused.text
    assert browser.send(url, reviewer=str(cast.chloe.id)).status_code == 422
    assert browser.send(url, reviewer="x").status_code == 422
    free = next(
        each for each in (cast.rita, cast.ravi, cast.rosa) if each.id not in {first.reviewer_id, second.reviewer_id}
    )
    assert browser.send(url, reviewer=str(free.id)).status_code == 303
    assert (seated(submission, 1).reviewer_id, first.state) == (free.id, "set aside")


def test_the_coordinator_gives_incomplete_evidence_back(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    browser, url = browse(cast.cora), f"/scoring/{submission.code_name}/incompleteness"
    assert browser.send(url, missing="").status_code == 422
    assert browser.send(url, missing="A photo").status_code == 303
    assert submission.state == SubmissionState.INCOMPLETE


def test_the_board_is_the_coordinators(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    review = seated(submission, 1)
    for person in (cast.amara, cast.pia, review.reviewer, cast.adam):
        browser = browse(person)
        assert browser.get("/scoring").status_code == 403
        assert browser.get(f"/scoring/{submission.code_name}").status_code == 404
        assert browser.send(f"/scoring/reviews/{review.id}/reassignment", reviewer="1").status_code == 404


def test_a_draft_is_its_authors_alone(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    submission.state = SubmissionState.DRAFT
    assert browse(cast.cora).get(f"/scoring/{submission.code_name}").status_code == 404


def test_feedback_comes_with_the_decision_and_names_no_reviewer(
    app: Flask, cast: Cast, hand_in: HandIn, course: Course
) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    finish(seated(submission, 1), plan=MET, ask=NOT_MET, extra=MET)
    assert feedback(submission) is None
    assert outcomes(submission) == []
    finish(seated(submission, 2), plan=BEYOND, ask=NOT_MET, extra=MET)
    result = feedback(submission)
    assert result is not None
    assert (result.state, result.met_count, result.required_count) == ("not yet", 1, 2)
    assert [(row.name, row.level, row.is_met) for row in result.criteria] == [
        ("Plans questions", "Proficient", True),
        ("Asks and waits", "Beginning", False),
        ("Invites others", "Proficient", True),
    ]
    assert result.criteria[0].remarks == [(1, "Feedback on plan"), (2, "Feedback on plan")]
    assert result.comments == [(1, "All in all"), (2, "All in all")]
    with app.test_request_context():
        page = render_template("scoring/_outcome.html", feedback=result)
    assert "Reviewer 2" in page
    assert [person.name for person in (cast.rita, cast.ravi, cast.rosa) if person.name in page] == []


def test_what_a_review_says_is_escaped(browse: Browse, cast: Cast, hand_in: HandIn, course: Course) -> None:
    submission = hand_in(cast.amara)
    submission.texts[0].text = "<script>alert(1)</script> *well*"
    db.session.commit()
    actions.assign_reviewers(submission)
    review = begin(seated(submission, 1))
    page = browse(review.reviewer).get(f"/reviews/{review.id}").text
    assert "<script>alert" not in page
    assert "<em>well</em>" in page


def test_a_pilot_that_there_is_none_of_is_not_found(browse: Browse, cast: Cast) -> None:
    browser = browse(cast.cora)
    assert [browser.get(f"/scoring?pilot={number}").status_code for number in ("0", "9" * 30, "x")] == [404, 404, 404]
