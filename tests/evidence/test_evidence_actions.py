"""Starting, writing, attaching, handing in, taking back and handing in again, without the pages."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from microcred.catalog.models import EvidencePart
from microcred.db import db
from microcred.errors import Refused
from microcred.evidence import actions, queries
from microcred.evidence.checklist import missing, search
from microcred.evidence.cleaning import CleanFile
from microcred.evidence.code_names import FIRST_WORDS, SECOND_WORDS, new_code_name
from microcred.evidence.describing import describe_artefact
from microcred.evidence.models import Artefact, Privacy, Submission, SubmissionState
from microcred.evidence.storage import Storage, UnknownFile
from microcred.outbox import Mail
from microcred.pilots.actions import withdraw_offer
from microcred.pilots.models import Offer
from tests.cast import Cast
from tests.evidence.conftest import decided, fill, stored_files

S = SubmissionState


def refusal(act: object) -> tuple[str, str | None]:
    """The sentence and the field of a refusal."""
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]
    return str(refused.value.sentence), refused.value.field


def test_a_start_pins_the_rubric_and_draws_a_code_name(cast: Cast, offers: list[Offer]) -> None:
    begun = actions.start_submission(offers[0], cast.amara)
    assert (begun.state, begun.attempt, begun.rubric) == (S.DRAFT, 1, offers[0].micro_credential.rubric)
    assert begun.rubric.used_at is not None
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{3}", begun.code_name)


def test_code_names_are_drawn_from_words_that_say_nothing_of_the_author() -> None:
    words = {tuple(new_code_name().split("-")[:2]) for _ in range(50)}
    assert len(words) > 10
    assert {first for first, _ in words} <= set(FIRST_WORDS)
    assert {second for _, second in words} <= set(SECOND_WORDS)


def test_only_those_who_have_joined_start(cast: Cast, offers: list[Offer]) -> None:
    sentence, _ = refusal(lambda: actions.start_submission(offers[0], cast.chloe))
    assert sentence == "Evidence is for those who have joined the pilot."


def test_a_withdrawn_offer_is_not_started(cast: Cast, offers: list[Offer]) -> None:
    withdraw_offer(offers[0], by=cast.cora)
    sentence, _ = refusal(lambda: actions.start_submission(offers[0], cast.amara))
    assert sentence == "This micro-credential is no longer offered."


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (S.DRAFT, "You have started this micro-credential already."),
        (S.IN_REVIEW, "You have started this micro-credential already."),
        (S.EARNED, "You have earned this micro-credential already."),
        (S.NOT_YET, "You have handed this in before: hand it in again from there."),
    ],
)
def test_what_was_begun_is_not_started_twice(
    cast: Cast, draft: Submission, offers: list[Offer], state: S, sentence: str
) -> None:
    decided(draft, state)
    assert refusal(lambda: actions.start_submission(offers[0], cast.amara)) == (sentence, None)


@pytest.mark.parametrize("state", [S.WITHDRAWN, S.DENIED])
def test_what_ended_otherwise_may_be_started_anew(cast: Cast, draft: Submission, offers: list[Offer], state: S) -> None:
    decided(draft, state)
    assert actions.start_submission(offers[0], cast.amara).attempt == 1


def test_what_builds_on_another_waits_for_it(cast: Cast, draft: Submission, offers: list[Offer]) -> None:
    title = offers[0].micro_credential.title
    expected = f"First earn “{title}”: this one builds on it."
    assert [each.why_not for each in queries.startable_offers(cast.amara)] == [expected]
    assert refusal(lambda: actions.start_submission(offers[1], cast.amara)) == (expected, None)
    decided(draft, S.EARNED)
    assert [each.why_not for each in queries.startable_offers(cast.amara)] == [None]
    assert actions.start_submission(offers[1], cast.amara).micro_credential == offers[1].micro_credential


def test_each_save_is_the_next_revision(draft: Submission, overview: EvidencePart) -> None:
    first = actions.save_text(draft, overview, "One", 0)
    assert (first.text, first.revision) == ("One", 1)
    second = actions.save_text(draft, overview, "Two", 1)
    assert (second.text, second.revision, len(draft.texts)) == ("Two", 2, 1)


def test_a_stale_revision_overwrites_nothing(draft: Submission, overview: EvidencePart) -> None:
    actions.save_text(draft, overview, "The newer text", 0)
    sentence, field = refusal(lambda: actions.save_text(draft, overview, "Typed in an old tab", 0))
    assert (sentence.partition(".")[0], field) == ("A newer text was saved elsewhere", "text")
    assert draft.text_of(overview) == "The newer text"


def test_saving_the_same_text_again_is_no_conflict(draft: Submission, overview: EvidencePart) -> None:
    actions.save_text(draft, overview, "Sent twice", 0)
    assert actions.save_text(draft, overview, "Sent twice", 0).revision == 1


def test_a_draft_may_be_too_long_but_not_enormous(draft: Submission, overview: EvidencePart) -> None:
    assert actions.save_text(draft, overview, "word " * 1000, 0).revision == 1
    assert refusal(lambda: actions.save_text(draft, overview, "a" * 60_001, 1))[1] == "text"


def test_a_file_is_kept_and_attached(
    draft: Submission, artefacts: EvidencePart, essay: CleanFile, storage: Storage
) -> None:
    made = actions.attach_file(draft, artefacts, essay, storage=storage, caption="An essay", privacy=Privacy.NO_PUPIL)
    assert (made.number, made.file_name, made.size) == (1, f"{draft.code_name}-1.txt", 8)
    assert storage.path(made.stored_name or "").read_bytes() == b"an essay"


def test_a_refused_file_is_removed_again(
    draft: Submission, overview: EvidencePart, essay: CleanFile, storage: Storage, tmp_path: Path
) -> None:
    _, field = refusal(
        lambda: actions.attach_file(draft, overview, essay, storage=storage, caption="", privacy=Privacy.CONSENT)
    )
    assert (field, stored_files(tmp_path)) == ("file", [])


def test_a_part_takes_so_many_and_no_more(draft: Submission, artefacts: EvidencePart) -> None:
    for number in range(8):
        actions.attach_link(draft, artefacts, f"https://school.example/{number}", caption="", privacy=None)
    sentence, field = refusal(
        lambda: actions.attach_link(draft, artefacts, "https://school.example/9", caption="", privacy=None)
    )
    assert (sentence, field) == ("A part takes at most 8 files and links.", "link")


@pytest.mark.parametrize(
    "link",
    ["school.example", "javascript:alert(1)", "https://", "https://amara@school.example", "https://a b", "http://[",
     "https://school.example/" + "a" * 1000],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(draft: Submission, artefacts: EvidencePart, link: str) -> None:
    assert refusal(lambda: actions.attach_link(draft, artefacts, link, caption="", privacy=None))[1] == "link"


def test_numbers_are_unique_though_artefacts_go(draft: Submission, artefacts: EvidencePart) -> None:
    first, second = (
        actions.attach_link(draft, artefacts, f"https://school.example/{name}", caption="", privacy=None)
        for name in ("a", "b")
    )
    actions.remove_artefact(first)
    third = actions.attach_link(draft, artefacts, "https://school.example/c", caption="", privacy=None)
    assert [artefact.number for artefact in draft.artefacts_of(artefacts)] == [second.number, third.number] == [2, 3]


def test_removing_tells_which_file_nobody_needs(
    draft: Submission, artefacts: EvidencePart, essay: CleanFile, storage: Storage
) -> None:
    made = actions.attach_file(draft, artefacts, essay, storage=storage, caption="", privacy=Privacy.CONSENT)
    name = made.stored_name
    assert (actions.remove_artefact(made), draft.artefacts) == (name, [])


def test_everything_that_is_missing_is_said_at_once(draft: Submission, overview: EvidencePart) -> None:
    actions.save_text(draft, overview, "word " * (overview.word_limit + 1), 0)
    sentence, _ = refusal(lambda: actions.submit(draft, by=draft.person))
    limit = overview.word_limit
    assert (
        sentence
        == " ".join(missing(draft))
        == (
            f"“Overview” has {limit + 1} words; at most {limit} are allowed. "
            "“Artefacts” has neither text nor a file or link yet. “Reflection” has no text yet."
        )
    )


def test_an_artefact_without_a_declaration_holds_up(complete: Submission, artefacts: EvidencePart) -> None:
    made = actions.attach_link(complete, artefacts, "https://school.example", caption="", privacy=None)
    assert missing(complete) == ["“Artefacts”: say for artefact 1 whether pupils can be recognised."]
    describe_artefact(made, caption="Our wall", privacy=Privacy.CONSENT)
    assert (missing(complete), made.caption) == ([], "Our wall")


def test_handing_in_ends_the_writing_and_is_receipted(complete: Submission, overview: EvidencePart) -> None:
    actions.submit(complete, by=complete.person)
    assert (complete.state, complete.submitted_at is not None) == (S.SUBMITTED, True)
    letters = db.session.scalars(select(Mail).where(Mail.subject.startswith("We have your evidence"))).all()
    assert [complete.code_name in letter.text for letter in letters] == [True]
    sentence, _ = refusal(lambda: actions.save_text(complete, overview, "More", 1))
    assert sentence == "This evidence was handed in: it cannot be changed any more."


def test_what_waits_for_reviewers_can_be_taken_back(complete: Submission) -> None:
    actions.submit(complete, by=complete.person)
    actions.take_back(complete, by=complete.person)
    assert (complete.state, complete.submitted_at) == (S.DRAFT, None)


def test_what_is_in_review_can_be_taken_back_until_somebody_has_begun(complete: Submission) -> None:
    decided(complete, S.IN_REVIEW)
    for has_begun in (None, lambda _submission: True):
        refusal(lambda has_begun=has_begun: actions.take_back(complete, by=complete.person, has_begun=has_begun))
    actions.take_back(complete, by=complete.person, has_begun=lambda _submission: False)
    assert complete.state == S.DRAFT


def test_a_further_try_starts_where_the_last_one_ended(
    complete: Submission, artefacts: EvidencePart, essay: CleanFile, storage: Storage
) -> None:
    actions.attach_file(complete, artefacts, essay, storage=storage, caption="Essay", privacy=Privacy.CONSENT)
    following = actions.resubmit(decided(complete, S.NOT_YET), by=complete.person)
    assert (following.attempt, following.previous, following.rubric) == (2, complete, complete.rubric)
    assert following.code_name != complete.code_name
    parts = complete.micro_credential.standing_parts
    assert [following.text_of(part) for part in parts] == [complete.text_of(part) for part in parts]
    assert [(each.caption, each.privacy) for each in following.artefacts] == [("Essay", Privacy.CONSENT)]


def test_a_shared_file_stays_for_the_earlier_try(
    complete: Submission, artefacts: EvidencePart, essay: CleanFile, storage: Storage
) -> None:
    kept = actions.attach_file(complete, artefacts, essay, storage=storage, caption="", privacy=Privacy.CONSENT)
    following = actions.resubmit(decided(complete, S.NOT_YET), by=complete.person)
    assert actions.remove_artefact(following.artefacts[0]) is None
    assert db.session.scalars(select(Artefact.stored_name)).all() == [kept.stored_name]


def test_one_answer_is_handed_in_again_once(complete: Submission) -> None:
    following = actions.resubmit(decided(complete, S.NOT_YET), by=complete.person)
    refusal(lambda: actions.resubmit(complete, by=complete.person))
    decided(following, S.NOT_YET)
    refusal(lambda: actions.resubmit(complete, by=complete.person))
    assert actions.resubmit(following, by=complete.person).attempt == 3


def test_the_authors_traces_are_found_in_texts_captions_and_files(
    draft: Submission, overview: EvidencePart, artefacts: EvidencePart, essay: CleanFile, storage: Storage
) -> None:
    assert search(draft, draft.person, storage).findings == []
    actions.save_text(draft, overview, "At North school we tried it.", 0)
    caption = "Mail me: amara@school.local"
    made = actions.attach_file(draft, artefacts, essay, storage=storage, caption=caption, privacy=Privacy.CONSENT)
    storage.path(made.stored_name or "").write_text("written by Amara Okafor")
    found = search(draft, draft.person, storage).findings
    assert [(each.artefact, [trace.of for trace in each.traces]) for each in found] == [
        (None, ["school"]),
        (made, ["email", "name"]),
    ]


def test_files_without_a_row_are_swept(
    draft: Submission, artefacts: EvidencePart, essay: CleanFile, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = actions.attach_file(draft, artefacts, essay, storage=storage, caption="", privacy=None)
    orphan = storage.keep(essay)
    monkeypatch.setattr("microcred.evidence.storage.time.time", lambda: 9_000_000_000.0)
    assert actions.sweep_files(storage) == [orphan]
    assert storage.path(kept.stored_name or "").read_bytes() == b"an essay"
    with pytest.raises(UnknownFile):
        storage.path(orphan)


def test_the_parts_of_another_micro_credential_are_refused(cast: Cast, draft: Submission, offers: list[Offer]) -> None:
    foreign = offers[1].micro_credential.standing_parts[0]
    sentence, _ = refusal(lambda: actions.save_text(draft, foreign, "Where does this go?", 0))
    assert sentence == "This part is not asked for any more."


def test_two_teachers_write_side_by_side(cast: Cast, draft: Submission, offers: list[Offer]) -> None:
    other = actions.start_submission(offers[0], cast.bruno)
    fill(other)
    assert (other.code_name != draft.code_name, draft.texts) == (True, [])
    assert [queries.own_submission(person, draft.id) for person in (cast.amara, cast.bruno)] == [draft, None]
