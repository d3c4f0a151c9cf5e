"""The coordinator's pages, and the result that an author reads."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import time_machine
from flask import Flask, render_template

from microcred.accounts.models import Account, Role, RoleName, TaughtSubject
from microcred.db import db, utcnow
from microcred.evidence.models import SubmissionState
from microcred.scoring import actions
from microcred.scoring.answers import feedback
from microcred.scoring.assigning import offer_by_hand
from microcred.scoring.board import board, boards, card
from microcred.scoring.drawing import is_as_drawn
from microcred.scoring.loads import Load, loads
from microcred.scoring.queries import outcomes
from microcred.scoring.reviewer_models import Absence, Assignment, Conflict, ConflictSource, ReviewerProfile
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, begin, finish, seated

Browse = Callable[[Account], Browser]
NONE: frozenset[date] = frozenset()
"""No days off."""


def test_the_board_puts_each_submission_where_it_is(cast: Cast, hand_in: HandIn, course: Course) -> None:
    cast.pavel.roles.append(Role(name=RoleName.REVIEWER))
    waiting, reviewed, split, back, done = (hand_in(each, code_name=name) for each, name in _five(cast))
    for submission in (reviewed, split, back, done):
        actions.assign_reviewers(submission)
    for submission, levels in ((split, (MET, NOT_MET)), (done, (MET, MET))):
        for seat in (1, 2):
            finish(seated(submission, seat), plan=levels[seat - 1], ask=MET, extra=MET)
    actions.mark_incomplete(back, "A photo", by=cast.cora)
    placed = {
        column.slug: [card.code_name for card in column.cards]
        for column in board(course.pilot.id, NONE, user=cast.cora)
    }
    assert placed == {
        "waiting": ["Elm"], "in-review": ["Oak"], "third": ["Ash"], "release": [], "appeal": [], "incomplete": ["Fir"],
    }  # fmt: skip
    assert [row.decided for row in boards(cast.cora)] == [{"earned": 1, "not yet": 0, "denied": 0}]
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
    counts = {load.account_id: (load.open_count, load.late_count, load.final_count) for load in loads(NONE)}
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
    assert (
        "There are still too few reviewers who may and can take it"
        in browser.get(f"/scoring/{submission.code_name}").text
    )
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
    assert "This reviewer has, or had, a review of this evidence, or could see its scores." in refused.text
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


def test_the_coordinator_asks_somebody_by_hand(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    db.session.add(ReviewerProfile(reviewer_id=cast.ravi.id, most_open=0))
    submission, browser = hand_in(cast.amara), browse(cast.cora)
    url = f"/scoring/{submission.code_name}/offer"
    refused = browser.send(url, reviewer=str(cast.ravi.id))
    assert (refused.status_code, "as many open reviews as they take on" in refused.text) == (422, True)
    assert {browser.send(url, reviewer=value).status_code for value in ("", "x", str(cast.amara.id))} == {422}
    assert browser.send(url, reviewer=str(cast.rita.id)).status_code == 303
    assert "Rita Moreau is asked." in browser.get(f"/scoring/{submission.code_name}").text
    assert [(seat.seat, seat.reviewer, seat.state) for seat in card(submission).seats] == [
        (1, "Rita Moreau", "offered")
    ]


def test_one_click_asks_the_next_reviewer(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    first, browser = seated(submission, 1), browse(cast.cora)
    url = f"/scoring/reviews/{first.id}/next-reviewer"
    assert browser.send(url).status_code == 303
    after = seated(submission, 1)
    assert (first.state, after.state) == ("set aside", "offered")
    assert f"{after.reviewer.name} is asked instead." in browser.get(f"/scoring/{submission.code_name}").text
    again = browser.send(url)
    assert (again.status_code, "no longer open" in again.text) == (422, True)


def test_the_case_tells_how_it_was_drawn_and_that_it_draws_the_same(
    browse: Browse, cast: Cast, hand_in: HandIn
) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    drawn, browser = db.session.query(Assignment).one(), browse(cast.cora)
    page = browser.get(f"/scoring/{submission.code_name}").text
    assert "drawn by lot from 3 candidates." in page
    assert f"<code>{drawn.seed}</code>" in page
    assert ("drawing again gives the same" in page, "drawing again gives somebody else" in page) == (True, False)
    drawn.seed = "another"
    drawn.chosen_ids = drawn.chosen_ids[::-1] if is_as_drawn(drawn) else drawn.chosen_ids
    assert "drawing again gives somebody else" in browser.get(f"/scoring/{submission.code_name}").text


def test_the_lead_sees_that_a_conflict_turned_up_after_a_final_review(
    browse: Browse, cast: Cast, hand_in: HandIn
) -> None:
    submission, browser = hand_in(cast.amara), browse(cast.cora)
    actions.assign_reviewers(submission)
    finish(seated(submission, 1), plan=MET, ask=MET, extra=MET)
    sentence = "turned up after the review was final"
    assert sentence not in browser.get(f"/scoring/{submission.code_name}").text
    seated(submission, 1).reviewer.school_id = cast.north.id
    assert browser.get(f"/scoring/{submission.code_name}").text.count(sentence) == 1


def test_cards_tell_their_age_in_school_days_and_what_is_late(cast: Cast, hand_in: HandIn, course: Course) -> None:
    with time_machine.travel(datetime(2026, 3, 6, 15, tzinfo=UTC), tick=False) as clock:
        submission = hand_in(cast.amara)
        actions.assign_reviewers(submission)
        clock.move_to(datetime(2026, 3, 9, 15, tzinfo=UTC))
        on_time = card(submission)
        assert (on_time.school_days, on_time.is_late) == (1, False)
        clock.move_to(datetime(2026, 3, 10, 15, tzinfo=UTC))
        unanswered = card(submission)
        assert (unanswered.school_days, unanswered.is_promise_broken) == (2, False)
        assert [(seat.is_unanswered, seat.is_late) for seat in unanswered.seats] == [(True, True)] * 2
        for seat in (1, 2):
            begin(seated(submission, seat))
        assert card(submission).is_late is False
        clock.move_to(datetime(2026, 3, 21, 4, tzinfo=UTC))
        late = card(submission)
        assert (late.is_promise_broken, [seat.is_late for seat in late.seats]) == (True, [True, True])
        assert [len(column.cards) for column in board(course.pilot.id, NONE, user=cast.cora, late_only=True)] == [
            0,
            1,
            0,
            0,
            0,
            0,
        ]
        begun = hand_in(cast.chloe)
        actions.assign_reviewers(begun)
        assert [len(column.cards) for column in board(course.pilot.id, NONE, user=cast.cora)] == [0, 2, 0, 0, 0, 0]
        assert [len(column.cards) for column in board(course.pilot.id, NONE, user=cast.cora, late_only=True)] == [
            0,
            1,
            0,
            0,
            0,
            0,
        ]


def test_a_load_tells_limit_subjects_absence_and_the_usual_time(cast: Cast, hand_in: HandIn, course: Course) -> None:
    course.pilot.reviewers_per_submission = 1
    cast.rita.taught_subjects = [TaughtSubject(subject="Art"), TaughtSubject(subject="Science")]
    db.session.add(ReviewerProfile(reviewer_id=cast.rita.id, most_open=9))
    for first, last in ((20, 22), (12, 13), (2, 5)):
        absence = Absence(reviewer_id=cast.rita.id, starts_on=date(2026, 3, first), ends_on=date(2026, 3, last))
        db.session.add(absence)
    with time_machine.travel(datetime(2026, 3, 6, 15, tzinfo=UTC), tick=False) as clock:
        reviews = [begin(offer_by_hand(hand_in(each), cast.rita, by=cast.cora)) for each in (cast.amara, cast.chloe)]
        for review, day in zip(reviews, (9, 11), strict=True):
            clock.move_to(datetime(2026, 3, day, 15, tzinfo=UTC))
            finish(review, plan=MET, ask=MET, extra=MET)
        found = next(load for load in loads(NONE) if load.account_id == cast.rita.id)
        assert found == Load(
            cast.rita.id, "Rita Moreau", 9, found.subjects, date(2026, 3, 12), date(2026, 3, 13), 0, 0, 2, 2
        )
        assert sorted(found.subjects.split(", ")) == ["Art", "Science"]
        clock.move_to(datetime(2026, 3, 12, 15, tzinfo=UTC))
        assert found.is_away


def test_a_long_column_is_cut_short_and_has_pages_of_its_own(
    browse: Browse, cast: Cast, hand_in: HandIn, course: Course
) -> None:
    for number in range(40):
        person = Account(name=f"Teacher {number}", email=f"t{number}@school.local", created_at=utcnow())
        person.school = cast.north
        hand_in(person)
    browser = browse(cast.cora)
    page = browser.get("/scoring").text
    assert (page.count("Assign now"), "Show all 40" in page) == (8, True)
    pages = [browser.get(f"/scoring?column=waiting&page={number}").text for number in (1, 2, 9)]
    assert [page.count("Assign now") for page in pages] == [30, 10, 10]
    assert browser.get("/scoring?column=nowhere").status_code == 404
    assert browser.get("/scoring?column=waiting&page=x&late=1").text.count("Assign now") == 0


def test_the_board_takes_the_same_few_statements_with_one_card_and_with_three(
    browse: Browse, cast: Cast, hand_in: HandIn, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    browser = browse(cast.cora)
    counts = []
    for people in ((cast.amara,), (cast.bruno, cast.chloe)):
        for person in people:
            actions.assign_reviewers(hand_in(person))
        db.session.commit()
        counts.append(count_queries(lambda: browser.get("/scoring")))
    assert counts == [7, 7]


def test_the_board_is_the_coordinators(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    review = seated(submission, 1)
    for person in (cast.amara, cast.pia, review.reviewer, cast.adam):
        browser = browse(person)
        assert browser.get("/scoring").status_code == 403
        assert browser.get(f"/scoring/{submission.code_name}").status_code == 404
        assert browser.send(f"/scoring/reviews/{review.id}/reassignment", reviewer="1").status_code == 404
        assert browser.send(f"/scoring/reviews/{review.id}/next-reviewer").status_code == 404
        assert browser.send(f"/scoring/{submission.code_name}/offer", reviewer="1").status_code == 404


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
