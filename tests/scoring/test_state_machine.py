"""Every action of evidence and scoring in every state: allowed or refused as a table says, and refused whole."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import event

import microcred.evidence
import microcred.scoring
from microcred.db import db
from microcred.errors import Refused
from microcred.evidence.models import MOVES, Submission, SubmissionState
from microcred.scoring.models import MOVES as REVIEW_MOVES
from microcred.scoring.models import MOVES_BACK, Review, ReviewState
from tests.cast import Cast
from tests.scoring.acting import ACTIONS, Act, finish_as_it_is
from tests.scoring.reviewing import MET, NOT_MET, Course
from tests.scoring.stages import (
    ASKED,
    HELD,
    LOOKED_AT,
    SCORED,
    STAGES,
    Maker,
    Stage,
    complete,
    finish_next,
    set_rules,
)

S, R = SubmissionState, ReviewState
Move = tuple[str, str]

WRITABLE = {S.DRAFT, S.INCOMPLETE}

ALLOWED: dict[str, set[SubmissionState]] = {
    "start_submission": {S.DENIED, S.WITHDRAWN},
    "save_text": WRITABLE,
    "attach_file": WRITABLE,
    "attach_link": WRITABLE,
    "describe_artefact": WRITABLE,
    "move_artefact": WRITABLE,
    "remove_artefact": WRITABLE,
    "submit": WRITABLE,
    "take_back": {S.SUBMITTED, S.IN_REVIEW},
    "give_up": WRITABLE,
    "resubmit": {S.NOT_YET},
    "ask_for_talk": {S.NOT_YET},
    "note_talk": {S.NOT_YET},
    "assign_reviewers": {S.SUBMITTED, *ASKED},
    "offer_by_hand": {S.SUBMITTED, *ASKED},
    "reassign_review": ASKED,
    "pass_on_by_click": ASKED,
    "accept_review": SCORED,
    "decline_review": SCORED,
    "save_score": SCORED,
    "save_comment": SCORED,
    "finish_review": SCORED,
    "mark_incomplete": {S.SUBMITTED, S.IN_REVIEW},
    "deny": {S.SUBMITTED, S.IN_REVIEW, S.TO_BE_AGREED, S.TO_BE_RELEASED},
    "return_review": {S.TO_BE_RELEASED},
    "look_at": {S.TO_BE_RELEASED},
    "release": {S.TO_BE_RELEASED},
    "release_all": {S.TO_BE_RELEASED},
    "file_appeal": {S.NOT_YET},
    "propose_anchor": {S.EARNED, S.NOT_YET},
}
"""In which states of the submission an action can be done; in every other state it is refused."""

ALLOWED_FOR_REVIEWS: dict[str, set[ReviewState]] = {
    "accept_review": {R.OFFERED},
    "decline_review": {R.OFFERED, R.ACCEPTED, R.DRAFT},
    "save_score": {R.OFFERED, R.ACCEPTED, R.DRAFT},
    "save_comment": {R.OFFERED, R.ACCEPTED, R.DRAFT},
    "finish_review": {R.ACCEPTED, R.DRAFT},
    "reassign_review": {R.OFFERED, R.ACCEPTED, R.DRAFT},
    "pass_on_by_click": {R.OFFERED, R.ACCEPTED, R.DRAFT},
    "return_review": {R.FINAL},
}
"""The same for the states of the review; final is the review of evidence that waits for its release."""


PART_OF_ANOTHER = {
    "attach_kept_file": "attach_file",
    "fill_vacant_seats": "assign_reviewers",
    "keep_drawing": "assign_reviewers",
    "offer_seat": "assign_reviewers",
    "offer_to_next": "pass_on_by_click",
    "put_aside_anchor": "mark_incomplete",
    "hold_draft": "save_text",
    "hold_room": "attach_file",
    "most_artefacts": "attach_file",
    "no_room": "attach_file",
    "room_for": "attach_file",
    "lead_talk": "note_talk",
    "name_co_authors": "describe_artefact",
    "refuse_party": "return_review",
    "withdraw_reviews": "take_back",
}
"""What only other actions do, by one that does it."""

ABOUT_OTHER_THINGS = {
    "add_phrase", "answer_proposal", "change_phrase", "change_rules", "change_uses", "keep_phrase", "made_with",
    "practise_again", "remove_absence", "remove_phrase", "restore_phrase", "retire_anchor", "said_of", "seal",
    "start_training", "sweep_files", "take_back_conflict", "undo_talk", "write_levels",
}  # fmt: skip
"""What leaves every submission, and every review of one, in its state."""


@pytest.fixture
def make(cast: Cast, course: Course) -> Maker:
    """Makes stages."""
    return Maker(cast, course)


@contextmanager
def _undone() -> Iterator[None]:
    """Whatever is done within is undone, so that each action meets the same rows."""
    within = db.session.begin_nested()
    try:
        yield
    finally:
        within.rollback()
        db.session.expire_all()


def _rows() -> dict[str, list[Any]]:
    db.session.flush()
    return {
        name: sorted(map(repr, db.session.connection().execute(table.select())))
        for name, table in db.metadata.tables.items()
        if name.partition("_")[0] in TOUCHED
    }


TOUCHED = {"submissions", "part", "artefacts", "reviews", "scores", "outcomes", "returns", "appeals", "mail"} | {
    "coach",
    "assignments",
    "conflicts",
    "anchors",
    "co",
}
"""The first words of the tables that actions on evidence and reviews write."""


def _is_allowed(stage: Stage, act: Act) -> bool:
    """Try an action; when it is refused, nothing has changed."""
    with _undone():
        before = _rows()
        try:
            act(stage)
        except Refused:
            assert _rows() == before
            return False
        return True


def test_each_action_is_allowed_in_the_states_that_the_table_says(make: Maker) -> None:
    seen: dict[str, set[SubmissionState]] = {name: set() for name in ACTIONS}
    for build in STAGES.values():
        stage = make(build)
        state = S(stage.submission.state)
        for name, act in ACTIONS.items():
            if _is_allowed(stage, act):
                seen[name].add(state)
    assert seen == ALLOWED


def test_there_is_a_way_into_every_state(make: Maker) -> None:
    assert {make(build).submission.state for build in STAGES.values()} == set(S)


def _review_in(make: Maker, state: ReviewState) -> Stage:
    stage = make(STAGES["to be released, to be looked at" if state == R.FINAL else "in review"])
    if state not in (R.OFFERED, R.FINAL):
        complete(stage.review, MET)
        stage.review.state = state
    db.session.commit()
    return stage


def test_each_action_is_allowed_in_the_states_of_the_review_that_the_table_says(make: Maker) -> None:
    seen: dict[str, set[ReviewState]] = {name: set() for name in ALLOWED_FOR_REVIEWS}
    for state in R:
        stage = _review_in(make, state)
        for name in ALLOWED_FOR_REVIEWS:
            act = ACTIONS[name] if name != "finish_review" else finish_as_it_is
            if _is_allowed(stage, act):
                seen[name].add(state)
    assert seen == ALLOWED_FOR_REVIEWS


def _scoring(*levels: int, **rules: Any) -> Act:
    """Let the open reviews see these levels, one after the other, under these rules."""

    def act(stage: Stage) -> None:
        set_rules(stage.course, stage.cast, **rules)
        for level in levels:
            finish_next(stage.submission, level)

    return act


SCORINGS: dict[str, dict[str, Act]] = {
    "in review": {
        "both met": _scoring(MET, MET),
        "both not": _scoring(NOT_MET, NOT_MET),
        "in dispute": _scoring(MET, NOT_MET),
        "held": _scoring(MET, MET, **HELD),
    },
    "to be agreed": {
        "met": _scoring(MET),
        "not met": _scoring(NOT_MET),
        "to be looked at": _scoring(MET, **LOOKED_AT),
    },
    "under appeal": {"met": _scoring(MET), "not met": _scoring(NOT_MET)},
}
"""What reviewers may see, for the moves that a last score makes."""


@contextmanager
def _moves_of(model: type[Any], found: set[Move]) -> Iterator[None]:
    def note(_row: Any, after: Any, before: Any, _event: Any) -> None:
        if isinstance(before, str) and before != after:
            found.add((str(before), str(after)))

    event.listen(model.state, "set", note)
    try:
        yield
    finally:
        event.remove(model.state, "set", note)


def _do_everything(stage: Stage, name: str, tried: Callable[[], Any]) -> None:
    for act in [*ACTIONS.values(), *SCORINGS.get(name, {}).values()]:
        with _undone(), tried():
            try:
                act(stage)
            except Refused:
                continue


def test_all_moves_of_a_submission_are_those_of_its_table(make: Maker) -> None:
    found: set[Move] = set()
    for name, build in STAGES.items():
        _do_everything(make(build), name, lambda: _moves_of(Submission, found))
    assert found == {(str(before), str(after)) for before, moves in MOVES.items() for after in moves}


def test_all_moves_of_a_review_are_those_of_its_tables(make: Maker) -> None:
    found: set[Move] = set()
    for state in R:
        stage = _review_in(make, state)
        _do_everything(stage, "", lambda: _moves_of(Review, found))
        with _undone(), _moves_of(Review, found):
            if stage.review.is_open and state != R.OFFERED:
                finish_as_it_is(stage)
    tables = [*REVIEW_MOVES.items(), *MOVES_BACK.items()]
    assert found == {(str(before), str(after)) for before, moves in tables for after in moves}


def _actions() -> set[str]:
    """Every public function that is told who does it, or that is about a draft, which its author alone writes."""
    drafts = ("microcred.evidence.actions", "microcred.evidence.describing", "microcred.evidence.ordering")
    return {
        name
        for name, function in _functions()
        if "by" in inspect.signature(function).parameters or function.__module__ in drafts
    }


def _functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for package in (microcred.evidence, microcred.scoring):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = import_module(found.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == module.__name__ and not name.startswith("_"):
                    yield name, function


def test_no_action_is_forgotten() -> None:
    assert _actions() == ACTIONS.keys() | PART_OF_ANOTHER.keys() | ABOUT_OTHER_THINGS
    assert ACTIONS.keys() == ALLOWED.keys()
