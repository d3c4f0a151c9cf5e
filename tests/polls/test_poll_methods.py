"""Ways of voting: what each takes, refuses and keeps; whatever is wrong gets a sentence and keeps what was typed."""

from collections.abc import Callable
from typing import Any

import pytest

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.polls import actions, queries
from microcred.polls.methods import METHODS
from microcred.polls.methods.marks import Marks
from microcred.polls.models import Poll
from microcred.polls.voting import cast_ballot
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Draft = Callable[..., Poll]

WAYS: dict[str, dict[str, Any]] = {
    "approve": {"max_approvals": 2, "has_most_wanted": True},
    "rank": {"method": "rank", "max_approvals": 3},
    "dots": {"method": "dots", "max_approvals": 5, "dots_per_option": 3},
}


@pytest.fixture
def held(draft: Draft, cast: Cast) -> Callable[[str], Poll]:
    """Opens a poll of that way of voting."""
    return lambda way: actions.open_poll(draft(**WAYS[way]), by=cast.cora)


def test_every_method_has_all_its_parts() -> None:
    looks, does = ["title", "ballot", "counts_by"], ["usual", "form", "fill", "read", "check", "arranged"]
    parts = [*looks, *does, "instruction", "explanation"]
    assert {slug: [part for part in parts if not hasattr(method, part)] for slug, method in METHODS.items()} == {
        "approve": [],
        "rank": [],
        "dots": [],
    }
    assert [method.counts_by for method in METHODS.values()] == ["coverage", "transfer", "dots"]


@pytest.mark.parametrize(
    ("way", "fields", "kept"),
    [
        ("approve", {"choice": ["C", "A"], "most_wanted": "C"}, Marks(["A", "C"], "C")),
        ("approve", {"choice": ["C"], "most_wanted": ""}, Marks(["C"])),
        ("rank", {"choice-D": "1", "choice-A": "2"}, Marks(["D", "A"])),
        ("rank", {"choice-D": "7", "choice-A": " 2 ", "choice-B": ""}, Marks(["A", "D"])),
        ("dots", {"choice-C": "3", "choice-A": "2", "choice-B": "0"}, Marks(["A", "A", "C", "C", "C"])),
        ("approve", {"none": "1"}, Marks([])),
        ("rank", {"none": "1"}, Marks([])),
        ("dots", {"none": "1", "choice-A": "0"}, Marks([])),
    ],
)
def test_a_ballot_is_kept_as_it_counts(
    held: Callable[[str], Poll], cast: Cast, browse: Browse, way: str, fields: dict[str, Any], kept: Marks
) -> None:
    poll = held(way)
    assert browse(cast.amara).send(f"/polls/{poll.id}/ballot", **fields).status_code == 303
    assert queries.own_marks(poll, cast.amara) == kept
    assert queries.has_voted(poll, cast.amara)


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("way", "fields", "sentence"),
    [
        ("approve", {"choice": ["A", "B", "C"]}, "Choose at most 2, please."),
        ("approve", {"choice": ["A"], "most_wanted": "B"}, "must be one that you ticked"),
        ("approve", {"none": "1", "most_wanted": "B"}, "must be one that you ticked"),
        ("rank", {"choice-A": "1", "choice-B": "1"}, "The number 1 stands at “Exit tickets”, “Number talks”"),
        ("rank", {"choice-A": "1", "choice-B": "2", "choice-C": "3", "choice-D": "4"}, "Rank at most 3, please."),
        ("rank", {"choice-A": "one"}, "“one” is not a number"),
        ("rank", {"choice-A": "-1"}, "“-1” is not a number"),
        ("rank", {"choice-A": "²"}, "“²” is not a number"),
        ("rank", {"choice-A": "9" * 400}, "is not a number"),
        ("rank", {"choice-Z": "1"}, "not in this poll"),
        ("rank", {}, "Choose what you would take"),
        ("dots", {"choice-A": "3", "choice-B": "3"}, "You placed 6 dots, and have 5."),
        ("dots", {"choice-A": "999", "choice-B": "999"}, "You placed 1998 dots, and have 5."),
        ("dots", {"choice-A": "4"}, "At most 3 dots on one option, please."),
        ("dots", {"choice-A": "1.5"}, "“1.5” is not a number"),
        ("dots", {"choice-": "1"}, "not in this poll"),
        ("dots", {"choice-A": "1", "none": "1"}, "take back one or the other"),
    ],
)
def test_a_refused_ballot_gets_a_sentence_and_keeps_what_was_chosen(
    held: Callable[[str], Poll], cast: Cast, browse: Browse, htmx: bool, way: str, fields: dict[str, Any], sentence: str
) -> None:
    poll = held(way)
    answer = browse(cast.amara).send(f"/polls/{poll.id}/ballot", htmx=htmx, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    numbered = {name: fields[name] for name in fields if name in ("choice-A", "choice-B", "choice-C", "choice-D")}
    assert [name for name, text in numbered.items() if f'name="{name}" value="{text}"' not in answer.text] == []
    assert answer.text.count("checked") == len(fields.get("choice", [])) + ("none" in fields) + (way == "approve")
    assert queries.own_marks(poll, cast.amara) is None
    assert not queries.has_voted(poll, cast.amara)


@pytest.mark.parametrize(
    ("way", "marks"),
    [
        ("rank", Marks(["A", "A"])),
        ("rank", Marks(["A", "Z"])),
        ("dots", Marks(["A"] * 4)),
        ("dots", Marks(["A"] * 3 + ["B"] * 3)),
        ("approve", Marks(["A"], "Z")),
    ],
)
def test_the_action_refuses_what_no_form_would_send(
    held: Callable[[str], Poll], cast: Cast, way: str, marks: Marks
) -> None:
    with pytest.raises(Refused):
        cast_ballot(held(way), cast.amara, *marks)


def test_the_one_wanted_most_is_asked_for_only_where_the_poll_says_so(poll: Poll, cast: Cast, browse: Browse) -> None:
    amara = browse(cast.amara)
    assert "most_wanted" not in amara.get(f"/polls/{poll.id}").text
    amara.send(f"/polls/{poll.id}/ballot", choice=["A"], most_wanted="A")
    assert queries.own_marks(poll, cast.amara) == Marks(["A"])


@pytest.mark.parametrize(
    ("way", "fields", "parts"),
    [
        ("approve", {"choice": ["A", "C"], "most_wanted": "C"}, ["Reading conferences", "this one most"]),
        ("rank", {"choice-D": "1", "choice-A": "2"}, ["in this order", "<li>Wait time</li>"]),
        ("dots", {"choice-D": "2"}, ["Wait time", "(2 dots)"]),
    ],
)
def test_the_receipt_says_what_was_chosen_and_the_ballot_shows_it_again(
    held: Callable[[str], Poll], cast: Cast, browse: Browse, way: str, fields: dict[str, Any], parts: list[str]
) -> None:
    poll, amara = held(way), browse(cast.amara)
    receipt = amara.send(f"/polls/{poll.id}/ballot", htmx=True, **fields).text
    assert [part for part in parts if part not in receipt] == []
    assert amara.get(f"/polls/{poll.id}").text.count("Your ballot is in") == 1


def test_a_ranking_without_gaps_comes_back(held: Callable[[str], Poll], cast: Cast, browse: Browse) -> None:
    poll = held("rank")
    receipt = browse(cast.amara).send(f"/polls/{poll.id}/ballot", htmx=True, **{"choice-A": "9", "choice-B": "4"}).text
    assert 'name="choice-A" value="2"' in receipt
    assert 'name="choice-B" value="1"' in receipt


def test_a_ballot_from_a_second_tab_counts_instead_and_says_so(poll: Poll, cast: Cast, browse: Browse) -> None:
    amara = browse(cast.amara)
    assert "Thank you for taking part!" in amara.send(f"/polls/{poll.id}/ballot", htmx=True, choice=["A"]).text
    again = amara.send(f"/polls/{poll.id}/ballot", htmx=True, choice=["B"]).text
    assert "this one counts, the one before does not" in again
    assert queries.own_choice(poll, cast.amara) == ["B"]


def test_a_ballot_read_before_the_poll_was_changed_is_not_taken(
    poll: Poll, cast: Cast, browse: Browse, draft: Draft
) -> None:
    amara, old = browse(cast.amara), poll.wording
    options = [option.micro_credential for option in poll.options if option.micro_credential]
    actions.change_poll(
        poll,
        question=poll.question,
        micro_credentials=options[::-1],
        stacks=[],
        max_approvals=2,
        seats=2,
        closes_at=poll.closes_at,
        shows_standings_to="all",
        by=cast.cora,
    )
    db.session.commit()
    answer = amara.send(f"/polls/{poll.id}/ballot", choice=["A"], wording=old)
    assert answer.status_code == 422
    assert "The poll was changed after you opened this page." in answer.text
    assert "checked" not in answer.text
    assert f'value="{poll.wording}"' in answer.text
    assert amara.send(f"/polls/{poll.id}/ballot", choice=["A"], wording=poll.wording).status_code == 303


def test_each_ballot_links_to_what_an_option_is(poll: Poll, cast: Cast, browse: Browse) -> None:
    page = browse(cast.amara).get(f"/polls/{poll.id}").text
    assert [f'href="/catalog/{option.micro_credential_id}"' in page for option in poll.options] == [True] * 4


@pytest.mark.parametrize("way", WAYS)
def test_a_preview_takes_no_ballot(held: Callable[[str], Poll], cast: Cast, browse: Browse, way: str) -> None:
    page = browse(cast.cora).get(f"/polls/{held(way).id}/preview").text
    assert "This is a preview: it takes no ballot." in page
    assert "Cast my ballot" not in page
