"""The table of moves is the law: every action in every state, and nothing that the table does not allow."""

from collections.abc import Callable

import pytest

from microcred.catalog.models import EvidencePart
from microcred.errors import Refused
from microcred.evidence import actions
from microcred.evidence.describing import describe_artefact
from microcred.evidence.models import DECIDED, MOVES, UNDER_WAY, WRITABLE, Submission, SubmissionState
from microcred.evidence.ordering import Step, move_artefact
from tests.evidence.conftest import decided

S = SubmissionState
Act = Callable[[Submission, EvidencePart], object]

ACTIONS: dict[str, Act] = {
    "submit": lambda submission, _part: actions.submit(submission, by=submission.person),
    "take back": lambda submission, _part: actions.take_back(
        submission, by=submission.person, has_begun=lambda _submission: False
    ),
    "give up": lambda submission, _part: actions.give_up(submission, by=submission.person),
}
LEADS_TO = {
    (S.DRAFT, "submit"): S.SUBMITTED,
    (S.DRAFT, "give up"): S.WITHDRAWN,
    (S.INCOMPLETE, "submit"): S.SUBMITTED,
    (S.INCOMPLETE, "give up"): S.WITHDRAWN,
    (S.SUBMITTED, "take back"): S.DRAFT,
    (S.IN_REVIEW, "take back"): S.DRAFT,
}
"""What an author's action leads to; every other pair is refused."""

REVIEWERS_MOVES = {
    (S.SUBMITTED, S.IN_REVIEW),
    (S.SUBMITTED, S.INCOMPLETE),
    (S.SUBMITTED, S.DENIED),
    (S.IN_REVIEW, S.TO_BE_AGREED),
    (S.IN_REVIEW, S.TO_BE_RELEASED),
    (S.IN_REVIEW, S.EARNED),
    (S.IN_REVIEW, S.NOT_YET),
    (S.IN_REVIEW, S.INCOMPLETE),
    (S.IN_REVIEW, S.DENIED),
    (S.TO_BE_AGREED, S.EARNED),
    (S.TO_BE_AGREED, S.NOT_YET),
    (S.TO_BE_AGREED, S.DENIED),
    (S.TO_BE_AGREED, S.TO_BE_RELEASED),
    (S.TO_BE_RELEASED, S.EARNED),
    (S.TO_BE_RELEASED, S.NOT_YET),
    (S.TO_BE_RELEASED, S.IN_REVIEW),
    (S.TO_BE_RELEASED, S.TO_BE_AGREED),
    (S.TO_BE_RELEASED, S.DENIED),
    (S.NOT_YET, S.UNDER_APPEAL),
    (S.UNDER_APPEAL, S.EARNED),
    (S.UNDER_APPEAL, S.NOT_YET),
}
"""Moves that are not made while evidence is written: scoring makes them, an appeal among them."""

WRITING: dict[str, Act] = {
    "save text": lambda submission, part: actions.save_text(submission, part, "Other words", 1),
    "attach link": lambda submission, part: actions.attach_link(
        submission, part, "https://school.example/b", caption="", privacy=None
    ),
    "describe": lambda submission, _part: describe_artefact(submission.artefacts[0], caption="", privacy=None),
    "move": lambda submission, _part: move_artefact(submission.artefacts[0], Step.DOWN),
    "remove": lambda submission, _part: actions.remove_artefact(submission.artefacts[0]),
}


@pytest.mark.parametrize("name", list(ACTIONS))
@pytest.mark.parametrize("state", list(S))
def test_each_action_leads_where_the_table_says_or_is_refused(
    complete: Submission, artefacts: EvidencePart, state: S, name: str
) -> None:
    decided(complete, state)
    expected = LEADS_TO.get((state, name))
    if expected is None:
        with pytest.raises(Refused):
            ACTIONS[name](complete, artefacts)
    else:
        ACTIONS[name](complete, artefacts)
    assert complete.state == (expected or state)


@pytest.mark.parametrize("name", list(WRITING))
@pytest.mark.parametrize("state", list(S))
def test_only_what_is_with_its_author_can_be_written(
    complete: Submission, artefacts: EvidencePart, state: S, name: str
) -> None:
    actions.attach_link(complete, artefacts, "https://school.example", caption="Wall", privacy=None)
    actions.attach_link(complete, artefacts, "https://school.example/2", caption="Door", privacy=None)
    before = decided(complete, state).text_of(artefacts), [each.caption for each in complete.artefacts]
    if state in WRITABLE:
        WRITING[name](complete, artefacts)
    else:
        with pytest.raises(Refused):
            WRITING[name](complete, artefacts)
    after = complete.text_of(artefacts), [each.caption for each in complete.artefacts]
    assert (after == before) is (state not in WRITABLE)


@pytest.mark.parametrize("state", list(S))
def test_only_not_yet_is_handed_in_again(complete: Submission, state: S) -> None:
    decided(complete, state)
    if state == S.NOT_YET:
        assert actions.resubmit(complete, by=complete.person).attempt == 2
    else:
        with pytest.raises(Refused):
            actions.resubmit(complete, by=complete.person)


def test_every_move_is_made_by_the_author_or_by_scoring() -> None:
    authors_moves = {(before, after) for (before, _name), after in LEADS_TO.items()}
    allowed = {(before, after) for before, afters in MOVES.items() for after in afters}
    assert authors_moves | REVIEWERS_MOVES == allowed


def test_what_is_decided_or_given_up_is_not_under_way() -> None:
    assert set(UNDER_WAY) | set(DECIDED) | {S.WITHDRAWN, S.ANCHOR} == set(S)
    assert set(UNDER_WAY) & set(DECIDED) == set()
    assert {state for state in S if not MOVES[state]} == {S.EARNED, S.DENIED, S.WITHDRAWN, S.ANCHOR}
