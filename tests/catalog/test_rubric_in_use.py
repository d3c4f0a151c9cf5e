"""Which version somebody is scored by, and met: always told, and never moved by a change of the rubric."""

from collections.abc import Callable

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog import actions
from microcred.catalog.exporting import altered_rubrics, rubric_entry
from microcred.catalog.models import Rubric
from microcred.db import db, utcnow
from microcred.evidence import actions as evidence
from microcred.evidence.models import Submission
from microcred.evidence.versions import Use, uses_of
from microcred.invariants import broken_promises
from microcred.scoring.models import Outcome, Score
from tests.conftest import Browser
from tests.world import World

Browse = Callable[[Account], Browser]


def change(world: World, place: int = 0) -> Rubric:
    """Rename every criterion of a course; returns the new version."""
    course = world.courses[place]
    assert course.rubric is not None
    entry = rubric_entry(course.rubric)
    for criterion in entry["criteria"]:
        criterion["name"] += ", anew"
        criterion["levels"][0]["descriptor"] = "Something else."
    return actions.import_rubric(course, entry, by=world.cast.cora)


def measured() -> dict[str, list[object]]:
    """By what everything was scored, and how."""
    return {
        "submissions": [tuple(row) for row in db.session.execute(select(Submission.id, Submission.rubric_id))],
        "scores": [tuple(row) for row in db.session.execute(select(Score.criterion_id, Score.level_position))],
        "outcomes": [tuple(row) for row in db.session.execute(select(Outcome.criterion_id, Outcome.is_met))],
    }


def test_scores_never_move_because_a_rubric_did(world: World, browse: Browse) -> None:
    first, before = world.courses[0].rubric, measured()
    assert first is not None
    entry, name, credential = rubric_entry(first), first.hash, world.award.credential
    assert first.used_at is not None
    second, _of_another = change(world), change(world, 1)
    assert (second.version, second.used_at) == (2, None)
    assert (measured(), rubric_entry(first), first.hash) == (before, entry, name)
    assert world.award.credential == credential
    review = world.reviews["in review: rita"]
    desk = browse(world.cast.rita).get(f"/reviews/{review.id}").text
    assert ("The plan" in desk, ", anew" in desk) == (True, False)


def test_who_begins_later_is_measured_by_the_newer_version(world: World) -> None:
    second = change(world, 2)
    begun = evidence.start_submission(world.offers[2], world.cast.chloe)
    assert (begun.rubric_id, second.used_at is not None) == (second.id, True)


def test_the_badge_tells_which_version_was_met(world: World, browse: Browse) -> None:
    met = world.award.submission.rubric
    change(world)
    for person in (world.award.person, world.cast.cora):
        page = browse(person).get(f"/badges/{world.award.code}").text
        assert page.count(f'href="/rubrics/{met.id}"') == 1
        assert f'version 1</a> <code title="{met.hash}">{met.hash[:8]}</code>' in page


def test_a_submission_tells_by_which_version_it_is_scored(world: World, browse: Browse) -> None:
    for place in (0, 1):
        change(world, place)
    for name in ("draft", "in review", "not yet"):
        submission = world.submissions[name]
        page = browse(submission.person).get(f"/submissions/{submission.id}", follow_redirects=True).text
        assert page.count(f'<code title="{submission.rubric.hash}">') == 1


def test_the_coordinator_sees_how_often_each_version_was_used(world: World, browse: Browse) -> None:
    course = world.courses[2]
    begun = [each for each in db.session.scalars(select(Submission)) if each.micro_credential_id == course.id]
    second = change(world, 2)
    assert uses_of(course) == {begun[0].rubric_id: Use(len(begun), 0)}
    evidence.start_submission(world.offers[2], world.cast.chloe)
    assert uses_of(course)[second.id] == Use(1, 0)
    assert [use.earned for use in uses_of(world.courses[0]).values()] == [1]
    url = f"/catalog/{course.id}/rubrics"
    assert "1 submission, 0 earned" in " ".join(browse(world.cast.cora).get(url).text.split())
    assert "0 earned" not in browse(world.cast.amara).get(url).text


def test_a_teacher_reads_until_when_and_how_soon(world: World, browse: Browse) -> None:
    amara, url = browse(world.cast.amara), f"/catalog/{world.courses[0].id}"
    named = f'<a href="/pilots/{world.pilot.id}">{world.pilot.title}</a>'
    assert (amara.get(url).text.count(named), "within 10 school days of handing in" in amara.get(url).text) == (1, True)
    world.pilot.ended_at = utcnow()
    assert amara.get(url).text.count(named) == 0


def test_a_version_that_was_altered_behind_its_name_is_found(world: World) -> None:
    rubric = world.courses[0].rubric
    assert rubric is not None
    assert altered_rubrics() == []
    rubric.criteria[0].levels[1].descriptor += " Nearly."
    assert altered_rubrics() == [rubric]
    assert f"rubric {rubric.id} no longer says what its hash was made of" in list(broken_promises())


def test_the_coordinators_case_and_the_reviewers_desk_lead_to_the_version(world: World, browse: Browse) -> None:
    submission, review = world.submissions["in review"], world.reviews["in review: rita"]
    place = f'href="/rubrics/{submission.rubric_id}"'
    case = browse(world.cast.cora).get(f"/scoring/{submission.code_name}").text
    desk = browse(world.cast.rita).get(f"/reviews/{review.id}").text
    assert (case.count(place), desk.count(place)) == (1, 1)
