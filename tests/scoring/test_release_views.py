"""The pages of leads: the rules of a pilot, what waits for its release, the look, and what each button answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from microcred.accounts.actions import create_person
from microcred.accounts.models import Account, Role, RoleName
from microcred.badges.models import Award
from microcred.db import at, db
from microcred.evidence.models import Submission, SubmissionState
from microcred.jobs import give_due_answers
from microcred.scoring.models import ReviewState
from microcred.scoring.rules import rules_of
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.releasing import AT_THREE, IN_BATCHES, rule, scored
from tests.scoring.reviewing import NOT_MET, Course, HandIn, seated

Browse = Callable[[Account], Browser]
S = SubmissionState


@pytest.fixture
def waiting(cast: Cast, hand_in: HandIn, course: Course) -> Submission:
    """Scored, to be looked at, with a moment."""
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    return scored(hand_in(cast.amara, code_name="Cedar-1"), {"plan": NOT_MET}, {"plan": NOT_MET})


def test_the_coordinator_sets_the_rules(cast: Cast, course: Course, browse: Browse) -> None:
    url, cora = f"/pilots/{course.pilot.id}/scoring-rules", browse(cast.cora)
    assert "Each answer is given as soon as it is known." in cora.get(url).text
    typed = cora.send(url, double_percent="25", lead_looks="y", release_weekday="3", release_time="15:00")
    assert typed.status_code == 303
    db.session.expire_all()
    rules = rules_of(course.pilot)
    assert (rules.double_percent, rules.lead_looks, rules.allows_same_school) == (25, True, False)
    assert (rules.release_weekday, rules.release_time) == (3, AT_THREE)
    page = cora.get(url).text
    assert page.count("Answers are given every Thursday at 15:00.") == 1
    assert page.count("by one person who did not score the evidence: no lead looks first") == 1
    assert '<option selected value="3">' in page
    assert 'value="15:00"' in page


def test_rules_that_are_half_typed_keep_the_page(cast: Cast, course: Course, browse: Browse) -> None:
    url, cora = f"/pilots/{course.pilot.id}/scoring-rules", browse(cast.cora)
    refused = cora.send(url, double_percent="0", release_weekday="3", release_time="")
    assert (refused.status_code, refused.text.count("Choose both a day and a time")) == (422, 2)
    assert cora.send(url, double_percent="101", release_weekday="", release_time="").status_code == 422
    assert cora.send(url, double_percent="0", release_weekday="6", release_time="15:00").status_code == 422


def test_the_share_with_two_is_asked_where_one_reviewer_is_the_rule(cast: Cast, course: Course, browse: Browse) -> None:
    url, cora = f"/pilots/{course.pilot.id}/scoring-rules", browse(cast.cora)
    assert "tell severity from quality" not in cora.get(url).text
    course.pilot.reviewers_per_submission = 1
    db.session.commit()
    assert cora.get(url).text.count("nobody can tell severity from quality") == 1


def test_the_list_parts_what_waits_for_a_look_from_what_is_ready(
    cast: Cast, course: Course, hand_in: HandIn, browse: Browse, waiting: Submission
) -> None:
    cora = browse(cast.cora)
    page = cora.get("/scoring/releases").text
    assert ("Waits for a look" in page, "Ready, and waits" in page) == (True, False)
    assert cora.send("/scoring/releases/Cedar-1/look").status_code == 303
    page = cora.get("/scoring/releases").text
    assert ("Waits for a look" in page, "Ready, and waits" in page) == (False, True)
    assert cora.send("/scoring/releases/answers").status_code == 303
    assert "No answer waits for you" in cora.get("/scoring/releases").text
    assert cora.send("/scoring/releases/answers").status_code == 422


def test_the_look_shows_the_reviews_side_by_side_and_no_names(cast: Cast, browse: Browse, waiting: Submission) -> None:
    page = browse(cast.cora).get("/scoring/releases/Cedar-1").text
    assert (page.count("Feedback on plan"), page.count(">Reviewer 1<"), page.count(">Reviewer 2<")) == (2, 4, 4)
    assert "not yet" in page[page.index("answer-by-rule") : page.index("opinions")]
    names = {person.name for person in (cast.amara, *(seated(waiting, seat).reviewer for seat in (1, 2)))}
    assert {name for name in names if name in page} == set()


def test_giving_an_answer_awards_and_thanks_at_once(
    cast: Cast, course: Course, hand_in: HandIn, browse: Browse
) -> None:
    rule(course, cast, lead_looks=True)
    submission = scored(hand_in(cast.amara, code_name="Cedar-2"))
    assert _awards(submission) == 0
    assert browse(cast.cora).send("/scoring/releases/Cedar-2/answer").status_code == 303
    db.session.expire_all()
    assert (submission.state, _awards(submission)) == (S.EARNED, 1)


def test_the_job_gives_the_badge_too(cast: Cast, course: Course, hand_in: HandIn) -> None:
    rule(course, cast, **IN_BATCHES)
    submission = scored(hand_in(cast.amara))
    assert submission.release_at is not None
    with at(submission.release_at):
        give_due_answers()
    assert (submission.state, _awards(submission)) == (S.EARNED, 1)


def _awards(submission: Submission) -> int:
    of_it = Award.submission_id == submission.id
    return db.session.scalar(select(func.count()).select_from(Award).where(of_it)) or 0


def test_a_review_goes_back_with_a_note_that_only_its_reviewer_reads(
    cast: Cast, browse: Browse, waiting: Submission
) -> None:
    review, cora = seated(waiting, 1), browse(cast.cora)
    assert cora.send(f"/scoring/reviews/{review.id}/return", note="  ").status_code == 422
    assert cora.send(f"/scoring/reviews/{review.id}/return", note="Look at page two.").status_code == 303
    db.session.expire_all()
    assert review.state == ReviewState.DRAFT
    assert browse(review.reviewer).get(f"/reviews/{review.id}").text.count("Look at page two.") == 1
    for page in (f"/submissions/{waiting.id}", "/"):
        assert "Look at page two." not in browse(cast.amara).get(page).text
    other = seated(waiting, 2)
    assert "Look at page two." not in browse(other.reviewer).get(f"/reviews/{other.id}").text


def test_the_author_and_the_reviewers_find_no_look(cast: Cast, browse: Browse, waiting: Submission) -> None:
    first = seated(waiting, 1)
    for party in (cast.amara, first.reviewer):
        party.roles.append(Role(name=RoleName.COORDINATOR))
    db.session.commit()
    for party in (cast.amara, first.reviewer):
        lead = browse(party)
        assert lead.get("/scoring/releases/Cedar-1").status_code == 404
        assert lead.send("/scoring/releases/Cedar-1/look").status_code == 404
        assert lead.send("/scoring/releases/Cedar-1/answer").status_code == 404
        assert lead.send(f"/scoring/reviews/{first.id}/return", note="Mine.").status_code == 404
        page = lead.get("/scoring/releases").text
        assert ("Cedar-1" in page, page.count("One more waits for another lead")) == (False, 1)


def test_who_is_no_coordinator_finds_none_of_it(cast: Cast, browse: Browse, waiting: Submission) -> None:
    review = seated(waiting, 1)
    for person in (cast.bruno, cast.pia, cast.rosa):
        visitor = browse(person)
        assert visitor.get("/scoring/releases").status_code == 403
        assert visitor.get("/scoring/releases/Cedar-1").status_code == 404
        assert visitor.send(f"/scoring/reviews/{review.id}/return", note="Once more.").status_code == 404


def test_what_is_answered_meanwhile_says_so(cast: Cast, browse: Browse, waiting: Submission) -> None:
    second = create_person("Lea", "lea@school.local", school=None, roles=[RoleName.COORDINATOR], by=None)
    db.session.commit()
    assert browse(cast.cora).send("/scoring/releases/Cedar-1/answer").status_code == 303
    late = browse(second)
    refused = late.send("/scoring/releases/Cedar-1/answer")
    assert (refused.status_code, refused.text.count("This evidence does not wait for its release.")) == (422, 1)
    assert "It is “not yet” now." in late.get("/scoring/releases/Cedar-1").text


def test_the_author_reads_when_answers_are_given_and_nothing_else(
    cast: Cast, browse: Browse, waiting: Submission
) -> None:
    page = browse(cast.amara).get(f"/submissions/{waiting.id}").text
    assert waiting.release_at is not None
    assert ("Answers are given on Thursday" in page, "at 15:00" in page, "Feedback on" in page) == (True, True, False)


def test_one_and_three_that_wait_take_the_same_queries(
    cast: Cast,
    course: Course,
    hand_in: HandIn,
    browse: Browse,
    waiting: Submission,
    count_queries: Callable[[Callable[[], object]], int],
) -> None:
    cora = browse(cast.cora)
    one = count_queries(lambda: cora.get("/scoring/releases"))
    scored(hand_in(cast.bruno))
    scored(hand_in(cast.dora))
    three = count_queries(lambda: cora.get("/scoring/releases"))
    assert (one, one <= 7) == (three, True)


def test_a_look_is_overdue_once_the_published_moment_is_past(cast: Cast, browse: Browse, waiting: Submission) -> None:
    assert waiting.release_at is not None
    waiting.release_at -= timedelta(days=14)
    db.session.commit()
    assert browse(cast.cora).get("/scoring/releases").text.count("late: ") == 1
