"""The page of a closed poll: how it was counted by each method, other ways to choose, what was promised and kept."""

from collections.abc import Callable
from typing import Any

import pytest

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.errors import Refused
from microcred.evidence.actions import start_submission
from microcred.polls import actions, counting, deciding, queries
from microcred.polls.models import Poll
from microcred.polls.promise import promise
from microcred.polls.result import Result
from microcred.polls.rounds import Rounds
from microcred.polls.what_if import Trial, ways, what_if
from microcred.volunteers.actions import volunteer
from microcred.volunteers.answers import approve, note_told
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Draft = Callable[..., Poll]
Closed = Callable[..., Poll]


@pytest.fixture
def closed(draft: Draft, cast: Cast) -> Closed:
    """Closes a poll in which these paper ballots were cast."""

    def close(ballots: str, **changes: Any) -> Poll:
        poll = actions.open_poll(draft(**changes), by=cast.cora)
        poll.lots = ["A", "B", "C", "D"]
        if ballots:
            counting.import_ballots(poll, "\n".join(ballots.split("/")).encode(), by=None)
        return counting.close_poll(poll, by=cast.cora)

    return close


def _page(browse: Browse, person: Account, poll: Poll, query: str = "") -> str:
    return " ".join(browse(person).get(f"/polls/{poll.id}{query}").text.split())


def _result(poll: Poll) -> Result:
    return Result(poll, queries.asked_schools(poll))


def test_ranks_are_told_stage_by_stage(closed: Closed) -> None:
    poll = closed("A B/A B/A B/A C/B/C/C/D", method="rank", max_approvals=4)
    rounds = _result(poll).rounds
    assert isinstance(rounds, Rounds)
    assert rounds.quota == 3
    assert rounds.sentences == [
        "Every ballot counts for its number 1. Elected: “Exit tickets”.",
        "“Exit tickets” has more than it needs: what it has beyond goes on to the next numbers.",
        "“Wait time” has the fewest and drops out: its ballots go on to their next numbers.",
        "“Number talks” has the fewest and drops out: its ballots go on to their next numbers.",
        "No more are left than there are places. Elected: “Reading conferences”.",
    ]
    lines = {line.title: [tuple(cell) for cell in line.cells] for line in rounds.lines}
    assert lines["Exit tickets"][:2] == [("4", "", "elected"), ("3", "−1", "")]
    assert lines["Number talks"] == [
        ("1", "", ""),
        ("1.75", "+0.75", ""),
        ("1.75", "", ""),
        ("0", "−1.75", "dropped out"),
        ("–", "", ""),
    ]
    assert lines["Reading conferences"][-1] == ("2.25", "", "elected")
    assert lines["No further choice"] == [
        ("0", "", ""),
        ("0", "", ""),
        ("1", "+1", ""),
        ("2.75", "+1.75", ""),
        ("2.75", "", ""),
    ]
    assert list(lines) == ["Exit tickets", "Number talks", "Reading conferences", "Wait time", "No further choice"]


def test_a_tie_among_ranks_names_the_lot(closed: Closed) -> None:
    poll = closed("A/A/B/C", method="rank", max_approvals=4, seats=1)
    told = " ".join(_result(poll).rounds.sentences)  # type: ignore[union-attr]
    assert "Equal were “Number talks”, “Reading conferences”: the lot fell on “Reading conferences”." in told


def test_the_page_of_each_method_says_how_it_was_counted(closed: Closed, cast: Cast, browse: Browse) -> None:
    ranked = _page(browse, cast.amara, closed("A B/B A/C", method="rank", max_approvals=4))
    assert "Elected by the ranks, in this order:" in ranked
    assert "An option with 2 votes is elected: that is the quota." in ranked
    assert ">elected</b>" in ranked
    dotted = _page(browse, cast.amara, closed("A A B/B C/none", method="dots", max_approvals=4))
    assert "The most dots have: Number talks, Exit tickets." in dotted
    approved = _page(browse, cast.amara, closed("A B*/B*/none", has_most_wanted=True))
    assert "How many want it most" in approved
    for page in (ranked, dotted, approved):
        assert "<dt>of them on paper</dt><dd>3</dd>" in page
        assert "Who has at least one, option by option" in page
        assert "Other ways to choose from the same ballots" in page


def test_a_budget_is_told_with_the_hours_used(
    closed: Closed, courses: list[MicroCredential], cast: Cast, browse: Browse
) -> None:
    courses[0].reviewer_hours = 5
    poll = closed("A/B/C", seats=None, budget_hours=6)
    page = _page(browse, cast.cora, poll)
    assert poll.suggested == ["A", "B"]
    assert "This set takes reviewers 6 hours. There are 6." in page
    assert "That would take reviewers 7 hours, and there are 6." in _page(
        browse, cast.cora, poll, "?leave_out=&take_in=C"
    )
    assert "2 teachers served" in _page(browse, cast.cora, poll, "?leave_out=B&take_in=C")


def test_prerequisites_that_the_elected_lack_are_named(
    closed: Closed, courses: list[MicroCredential], cast: Cast, browse: Browse
) -> None:
    courses[0].requires_id = courses[3].id
    for method in ("rank", "dots"):
        page = _page(browse, cast.amara, closed("A/A/B/B", method=method, max_approvals=4))
        assert "“Exit tickets” builds on “Wait time”, which is not among them." in page


def test_ways_to_choose_stand_side_by_side(closed: Closed) -> None:
    poll = closed("A B/A B/A B/C/none")
    assert poll.suggested == ["A", "C"]
    assert [(way.title, way.courses, way.at_least_one, way.at_least_two, way.mean) for way in ways(_result(poll))] == [
        ("Suggested: the most served", ["Exit tickets", "Reading conferences"], 4, 0, "0.80"),
        ("the most chosen", ["Exit tickets", "Number talks"], 3, 3, "1.20"),
        ("equal shares", ["Exit tickets", "Number talks"], 3, 3, "1.20"),
    ]


def test_an_exchange_tells_what_it_changes(closed: Closed) -> None:
    poll = closed("A B/A B/C/D/D")
    votes, question = queries.votes(poll), counting.question_of(poll)
    assert what_if(poll, votes, question, "D", "C") == Trial(["A", "C"], 3, -1, 0, 2, {})
    assert what_if(poll, votes, question, "A", "") == Trial(["D"], 2, -2, 0, 1, {})


@pytest.mark.parametrize(
    ("leave_out", "take_in", "sentence"),
    [
        ("", "", "Choose one"),
        ("C", "A", "Choose one"),
        ("A", "D", "Choose one"),
        ("A", "Z", "Choose one"),
        ("", "C", "That would be 3, and you want to offer 2."),
    ],
)
def test_what_makes_no_sense_is_not_tried(closed: Closed, leave_out: str, take_in: str, sentence: str) -> None:
    poll = closed("A B/A B/C/D/D")
    with pytest.raises(Refused, match=sentence):
        what_if(poll, queries.votes(poll), counting.question_of(poll), leave_out, take_in)


def test_until_it_is_decided_the_coordinator_alone_may_see(closed: Closed, cast: Cast, browse: Browse) -> None:
    poll = closed("A/B", shows_standings_to="decided")
    address = f"/polls/{poll.id}/standings.json"
    assert "What the ballots suggest" in _page(browse, cast.cora, poll)
    assert browse(cast.cora).get(address).status_code == 200
    page = _page(browse, cast.amara, poll)
    assert "until then the coordinator alone sees it" in page
    for part in ("What the ballots suggest", "Approvals", "By school", "Other ways"):
        assert part not in page
    assert browse(cast.amara).get(address).status_code == 403
    deciding.decide(poll, ["A", "B"], "", by=cast.cora)
    assert "What the ballots suggest" in _page(browse, cast.amara, poll)
    assert browse(cast.amara).get(address).status_code == 200


def test_what_became_of_the_promise_stays_on_the_page(closed: Closed, cast: Cast, browse: Browse) -> None:
    poll = closed("A/A/B")
    deciding.decide(poll, ["A", "C"], "There is a coach for these.", by=cast.cora)
    note_told(approve(volunteer(poll.pilot, cast.amara, "Yes."), by=cast.pia))
    db.session.flush()
    start_submission(poll.pilot.offers[0], cast.amara)
    page = _page(browse, cast.bruno, poll)
    table = page.partition(f'id="poll-{poll.id}-promise"')[2].partition("</section>")[0]
    assert [table.count(title) for title in ("Exit tickets", "Number talks", "Reading conferences")] == [1, 0, 1]
    kept = promise(poll, poll.pilot.offers, {poll.options[0].micro_credential_id or 0: 1}, {})
    assert [(each.title, each.started, each.earned) for each in kept] == [
        ("Exit tickets", 1, 0),
        ("Reading conferences", 0, 0),
    ]
    assert ">1</td>" in table
    assert kept[0].offered_at == poll.pilot.offers[0].offered_at


def test_the_sheet_has_every_option_with_its_code(draft: Draft, cast: Cast, browse: Browse) -> None:
    heads = {"approve": "Tick", "rank": "Your number", "dots": "Your dots"}
    for method, head in heads.items():
        poll = actions.open_poll(draft(method=method, max_approvals=4), by=cast.cora)
        page = browse(cast.cora).get(f"/polls/{poll.id}/sheet").text
        assert f'<th scope="col">{head}</th>' in page
        assert [page.count(f'<td class="code"><b>{code}</b></td>') for code in "ABCDE"] == [1, 1, 1, 1, 0]
        assert f"import-ballots {poll.id} " in page
        assert browse(cast.amara).get(f"/polls/{poll.id}/sheet").status_code == 403


def test_standings_from_before_still_have_a_page(closed: Closed, cast: Cast, browse: Browse) -> None:
    poll = closed("A/B")
    kept = ("votes", "blank", "approvals", "rival", "lots", "schools")
    suggestion = {key: (poll.standings or {})["suggestion"][key] for key in ("courses", "covered", "is_exact", "steps")}
    poll.standings = {key: (poll.standings or {})[key] for key in kept} | {"suggestion": suggestion}
    page = _page(browse, cast.cora, poll, "?leave_out=A&take_in=C")
    assert "What the ballots suggest" in page
    assert "Other ways" not in page
    assert "1 teacher served" in page


def test_a_search_that_was_given_up_is_owned_up_to(closed: Closed) -> None:
    poll = closed("A A B/B C/none", method="dots", max_approvals=4)
    assert [each.get("is_exact") for each in (poll.standings or {})["sets"]] == [None, True, None, None]
    poll.standings = (poll.standings or {}) | {
        "sets": [each | {"is_exact": False} for each in (poll.standings or {})["sets"][1:2]]
    }
    assert ways(_result(poll))[0].sentence.endswith("a slightly better one may exist.")
