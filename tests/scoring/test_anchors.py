"""Anchors: asked for, lent, described, used, and taken back."""

from datetime import timedelta

import pytest

from microcred.catalog.models import Rubric
from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Artefact, CoAuthor, Submission, SubmissionState
from microcred.evidence.queries import stored_names
from microcred.outbox import Mail
from microcred.scoring import anchors
from microcred.scoring.anchors import Reference
from microcred.scoring.training import start_training
from tests.cast import Cast
from tests.scoring.anchoring import in_training, lent, practised, proposed
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, HandIn, decided


@pytest.fixture
def source(cast: Cast, hand_in: HandIn) -> Submission:
    """Evidence of amara's that is with the reviewers."""
    return hand_in(cast.amara)


def copies() -> list[Submission]:
    """Every submission that is lent."""
    return db.session.query(Submission).filter_by(state=SubmissionState.ANCHOR).all()


def mails_to(person_id: int) -> list[str]:
    """The subjects of somebody's mail, in order."""
    return [mail.subject for mail in db.session.query(Mail).filter_by(person_id=person_id).order_by(Mail.id)]


def test_asking_tells_the_author_and_copies_nothing(cast: Cast, source: Submission) -> None:
    anchor = proposed(cast, source)
    assert anchor.is_asked
    assert copies() == []
    assert mails_to(cast.amara.id)[-1] == "May others learn from your evidence? Asking open questions"


@pytest.mark.parametrize("state", [state for state in SubmissionState if state not in ("earned", "not yet")])
def test_only_evidence_that_was_answered_can_become_an_anchor(
    cast: Cast, source: Submission, state: SubmissionState
) -> None:
    source.state = state
    with pytest.raises(Refused, match="was answered with"):
        anchors.propose_anchor(source, by=cast.cora)


def test_nobody_is_asked_twice(cast: Cast, source: Submission) -> None:
    proposed(cast, source)
    with pytest.raises(Refused, match="has been asked already"):
        anchors.propose_anchor(source, by=cast.cora)


def test_somebody_who_cannot_sign_in_is_not_asked(cast: Cast, hand_in: HandIn) -> None:
    with pytest.raises(Refused, match="cannot sign in any more"):
        proposed(cast, hand_in(cast.dora))


def test_a_no_copies_nothing_and_can_become_a_yes(cast: Cast, source: Submission) -> None:
    anchor = anchors.answer_proposal(proposed(cast, source), training=False, example=False, by=cast.amara)
    assert anchor.is_refused
    assert copies() == []
    assert mails_to(cast.cora.id)[-1] == "Answered: Asking open questions"
    anchors.answer_proposal(anchor, training=True, example=False, by=cast.amara)
    assert [anchor.submission] == copies()


def test_the_copy_has_another_name_the_same_texts_and_counts_nowhere(cast: Cast, source: Submission) -> None:
    copy = lent(cast, source).submission
    assert copy is not None
    assert copy.code_name != source.code_name
    assert (copy.person_id, copy.pilot_id, copy.rubric_id) == (source.person_id, source.pilot_id, source.rubric_id)
    assert (copy.submitted_at, copy.decided_at, copy.answer_due_at, copy.previous_id) == (None, None, None, None)
    assert [(text.part_id, text.text) for text in copy.texts] == [(text.part_id, text.text) for text in source.texts]


def test_the_copy_shares_files_and_those_who_helped(cast: Cast, source: Submission) -> None:
    part = source.micro_credential.parts[1]
    artefact = Artefact(
        part=part, number=1, stored_name="a" * 32, media_type="image/png", extension=".png", added_at=utcnow()
    )
    artefact.co_authors = [CoAuthor(person=cast.bruno, named_at=utcnow())]
    source.artefacts.append(artefact)
    copy = lent(cast, source).submission
    assert copy is not None
    assert [each.stored_name for each in copy.artefacts] == ["a" * 32]
    assert [each.person for each in copy.artefacts[0].co_authors] == [cast.bruno]
    assert [each.person for each in artefact.co_authors] == [cast.bruno]


def test_the_decision_is_the_first_guess_at_the_levels(cast: Cast, source: Submission) -> None:
    anchor = proposed(cast, source, (BEYOND, NOT_MET, MET))
    anchors.answer_proposal(anchor, training=True, example=False, by=cast.amara)
    assert [(each.level_position, each.explanation) for each in anchor.levels] == [(2, ""), (0, ""), (1, "")]


def test_it_is_used_only_once_everything_is_explained(cast: Cast, source: Submission) -> None:
    anchor = proposed(cast, source)
    anchors.answer_proposal(anchor, training=True, example=True, by=cast.amara)
    with pytest.raises(Refused, match="First write a level and an explanation"):
        anchors.change_uses(anchor, training=True, example=False, by=cast.cora)


@pytest.mark.parametrize(("training", "example"), [(True, False), (False, True)])
def test_it_is_used_only_as_its_author_allows(cast: Cast, source: Submission, training: bool, example: bool) -> None:
    anchor = lent(cast, source)
    anchors.answer_proposal(anchor, training=not training, example=not example, by=cast.amara)
    with pytest.raises(Refused, match="does not allow this use"):
        anchors.change_uses(anchor, training=training, example=example, by=cast.cora)


def test_reviewers_whom_the_gate_keeps_out_are_told_once(cast: Cast, hand_in: HandIn, source: Submission) -> None:
    decided(source, (1, 1, 1), [cast.rosa])
    anchor = in_training(cast, source)
    told = {person.name: mails_to(person.id) for person in (cast.rita, cast.ravi, cast.rosa)}
    asked = ["Please practise: Asking open questions"]
    assert told == {cast.rita.name: asked, cast.ravi.name: asked, cast.rosa.name: []}
    anchors.change_uses(anchor, training=True, example=True, by=cast.cora)
    assert mails_to(cast.rita.id) == asked
    practised(cast.rita, anchor)
    in_training(cast, hand_in(cast.chloe))
    assert (mails_to(cast.rita.id), mails_to(cast.ravi.id)) == (asked, asked * 2)


def test_nothing_is_written_before_the_author_agreed(cast: Cast, source: Submission) -> None:
    with pytest.raises(Refused, match="has not agreed"):
        anchors.write_levels(proposed(cast, source), {}, by=cast.cora)


def levels_of(rubric: Rubric, level: int | None, explanation: str) -> dict[int, Reference]:
    """The same for every criterion."""
    return {criterion.id: Reference(level, explanation) for criterion in rubric.criteria}


@pytest.mark.parametrize(
    ("level", "explanation", "sentence"),
    [(7, "Why", "Choose one of the levels"), (None, "Why", "Choose a level for"), (1, " ", "This anchor is in use")],
)
def test_levels_that_are_none_or_lack_something_are_refused(
    cast: Cast, source: Submission, level: int | None, explanation: str, sentence: str
) -> None:
    anchor = in_training(cast, source)
    with pytest.raises(Refused, match=sentence):
        anchors.write_levels(anchor, levels_of(source.rubric, level, explanation), by=cast.cora)


def test_levels_may_be_written_bit_by_bit_before_it_is_used(cast: Cast, source: Submission) -> None:
    anchor = lent(cast, source)
    anchors.write_levels(anchor, levels_of(source.rubric, None, ""), by=cast.cora)
    assert anchor.levels == []
    anchors.write_levels(anchor, {source.rubric.criteria[0].id: Reference(2, " Why ")}, by=cast.cora)
    assert [(each.level_position, each.explanation) for each in anchor.levels] == [(2, "Why")]


def test_what_is_lent_is_not_allowed_away_but_taken_back(cast: Cast, source: Submission) -> None:
    anchor = lent(cast, source)
    with pytest.raises(Refused, match="take your evidence back"):
        anchors.answer_proposal(anchor, training=False, example=False, by=cast.amara)


def test_what_is_no_longer_allowed_ends_at_once(cast: Cast, source: Submission) -> None:
    anchor = anchors.change_uses(lent(cast, source), training=True, example=True, by=cast.cora)
    review = start_training(source.micro_credential, by=cast.rita)
    anchors.answer_proposal(anchor, training=False, example=True, by=cast.amara)
    assert (anchor.trains, anchor.is_shown, review.state) == (False, True, "set aside")
    anchors.answer_proposal(anchor, training=True, example=False, by=cast.amara)
    assert (anchor.trains, anchor.is_shown) == (False, False)


def test_taken_back_the_copy_is_empty_and_the_scores_are_kept(cast: Cast, source: Submission) -> None:
    anchor = in_training(cast, source)
    copy, look = anchor.submission, practised(cast.rita, anchor)
    begun = start_training(source.micro_credential, by=cast.ravi)
    anchors.retire_anchor(anchor, by=cast.amara)
    assert copy is not None
    assert (copy.texts, copy.artefacts) == ([], [])
    assert len(source.texts) == 2
    assert (look.state, len(look.scores), begun.state) == ("final", 3, "set aside")
    assert mails_to(cast.cora.id)[-1] == "Taken back: Asking open questions"
    with pytest.raises(Refused, match="has ended"):
        anchors.retire_anchor(anchor, by=cast.cora)
    with pytest.raises(Refused, match="has ended"):
        anchors.answer_proposal(anchor, training=True, example=True, by=cast.amara)


def test_the_author_is_told_when_the_coordinator_ends_it(cast: Cast, source: Submission) -> None:
    anchors.retire_anchor(lent(cast, source), by=cast.cora)
    assert mails_to(cast.amara.id)[-1] == "Your evidence is no longer shown: Asking open questions"


def test_a_question_that_is_withdrawn_leaves_no_trace_with_its_author(cast: Cast, source: Submission) -> None:
    anchor = proposed(cast, source)
    told = mails_to(cast.amara.id)
    anchors.retire_anchor(anchor, by=cast.cora)
    assert mails_to(cast.amara.id) == told
    with pytest.raises(Refused, match="has ended"):
        anchors.answer_proposal(anchor, training=True, example=True, by=cast.amara)


def test_files_stay_while_the_evidence_itself_needs_them(cast: Cast, source: Submission) -> None:
    part = source.micro_credential.parts[1]
    source.artefacts.append(Artefact(part=part, number=1, stored_name="b" * 32, added_at=utcnow() - timedelta(days=9)))
    anchors.retire_anchor(lent(cast, source), by=cast.amara)
    assert stored_names() == {"b" * 32}


def test_evidence_that_was_decided_by_two_stays_as_it_was(cast: Cast, source: Submission) -> None:
    decided(source, (MET, MET, MET), [cast.rita, cast.ravi])
    anchor = anchors.propose_anchor(source, by=cast.cora)
    anchors.answer_proposal(anchor, training=True, example=True, by=cast.amara)
    assert (source.state, len(source.texts)) == ("earned", 2)
