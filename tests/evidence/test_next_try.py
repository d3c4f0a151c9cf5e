"""A next try beside the last: what was handed in then, what changed since, and the answer."""

from collections.abc import Callable

import pytest

from microcred.accounts.models import Account
from microcred.catalog.differences import ADDED, REMOVED, SAME, Piece
from microcred.db import db
from microcred.evidence import actions
from microcred.evidence.models import Privacy, Submission, SubmissionState
from microcred.evidence.since_last_try import compared
from microcred.scoring.models import Outcome
from tests.cast import Cast
from tests.conftest import Browser
from tests.evidence.conftest import decided


@pytest.fixture
def next_try(complete: Submission) -> Submission:
    """Amara's second try; in the first one a link was attached, and nothing was met."""
    part = complete.micro_credential.standing_parts[1]
    actions.attach_link(complete, part, "https://example.org/a", caption="A", privacy=Privacy.NO_PUPIL)
    complete.submitted_at = complete.started_at
    for criterion in complete.rubric.criteria:
        db.session.add(Outcome(submission_id=complete.id, criterion=criterion, level_position=0, is_met=False))
    decided(complete, SubmissionState.NOT_YET)
    following = actions.resubmit(complete, by=complete.person)
    db.session.commit()
    return following


def test_a_first_try_is_compared_with_nothing(complete: Submission) -> None:
    assert compared(complete) == []


def test_nothing_has_changed_in_the_beginning(next_try: Submission) -> None:
    assert [each.is_changed for each in compared(next_try)] == [False, False, False]


def test_words_and_links_that_came_and_went_are_told(next_try: Submission) -> None:
    overview, artefacts = next_try.micro_credential.standing_parts[:2]
    actions.save_text(next_try, overview, "My overview in many words.", 1)
    actions.remove_artefact(next_try.artefacts[0])
    actions.attach_link(next_try, artefacts, "https://example.org/b", caption="B", privacy=Privacy.NO_PUPIL)
    text, links, _reflection = compared(next_try)
    assert text.earlier == "My overview in a few words."
    assert [Piece(piece.kind, piece.text.strip()) for piece in text.pieces] == [
        Piece(SAME, "My overview in"), Piece(REMOVED, "a few"), Piece(ADDED, "many"), Piece(SAME, "words."),
    ]  # fmt: skip
    assert ([each.caption for each in links.added], [each.caption for each in links.removed]) == (["B"], ["A"])
    assert (text.is_changed, links.is_changed) == (True, True)


def test_the_editor_shows_answer_and_earlier_text_beside_the_next_try(
    cast: Cast, next_try: Submission, browse: Callable[[Account], Browser]
) -> None:
    page = browse(cast.amara).get(f"/submissions/{next_try.id}").text
    first = next_try.rubric.criteria[0]
    told = (
        "“Overview” as you handed it in last time",
        "My overview in a few words.",
        f"it is at “{first.levels[0].name}” and has to reach “{first.levels[first.required_position].name}”.",
        "Try 1, as you handed it in",
    )
    assert [sentence for sentence in told if sentence not in page] == []
