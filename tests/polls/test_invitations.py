"""Who asked to be invited first is invited first; this is said beside the ballot, and no ballot tells it."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account, School
from microcred.db import db
from microcred.errors import Refused
from microcred.history import Entry
from microcred.outbox import Mail
from microcred.polls import counting, deciding, queries
from microcred.polls.inviting import ask_for_invitations
from microcred.polls.models import Interest, Poll
from microcred.polls.voting import cast_ballot
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Draft = Callable[..., Poll]
Staff = Callable[[School, int], list[Account]]


def _decided(poll: Poll, cast: Cast, codes: list[str]) -> Poll:
    if not poll.closed_at:
        counting.close_poll(poll, by=cast.cora)
    return deciding.decide(poll, codes, "There is a coach for these.", by=cast.cora)


def _mails() -> list[tuple[int, str]]:
    mails = db.session.scalars(select(Mail).order_by(Mail.id))
    kinds = {"You are invited first": "invitation", "What we will offer: ": "decision"}
    found = [(mail.person_id, kinds.get(mail.subject[:21], kinds.get(mail.subject[:20], ""))) for mail in mails]
    return [pair for pair in found if pair[1]]


def _kept() -> int | None:
    return db.session.scalar(select(func.count()).select_from(Interest))


def test_what_one_asks_for_replaces_what_one_asked_for_before(poll: Poll, cast: Cast) -> None:
    ask_for_invitations(poll, cast.amara, ["A", "B"])
    ask_for_invitations(poll, cast.bruno, ["B"])
    assert queries.own_interests(poll, cast.amara) == {"A", "B"}
    ask_for_invitations(poll, cast.amara, ["B", "C"])
    assert queries.own_interests(poll, cast.amara) == {"B", "C"}
    assert queries.count_interests(poll) == {"A": 0, "B": 2, "C": 1, "D": 0}
    ask_for_invitations(poll, cast.amara, [])
    assert queries.own_interests(poll, cast.amara) == set()
    assert queries.own_interests(poll, cast.bruno) == {"B"}


def test_it_can_be_changed_until_the_poll_is_decided(poll: Poll, cast: Cast) -> None:
    counting.close_poll(poll, by=cast.cora)
    ask_for_invitations(poll, cast.amara, ["A"])
    assert queries.own_interests(poll, cast.amara) == {"A"}
    _decided(poll, cast, ["A"])
    with pytest.raises(Refused, match="has been decided"):
        ask_for_invitations(poll, cast.amara, [])
    assert queries.own_interests(poll, cast.amara) == {"A"}


def test_what_cannot_be_asked_for_is_refused(draft: Draft, poll: Poll, cast: Cast) -> None:
    with pytest.raises(Refused, match="not in this poll") as refused:
        ask_for_invitations(poll, cast.amara, ["A", "Z"])
    assert refused.value.field == "wanted"
    with pytest.raises(Refused, match="not been opened"):
        ask_for_invitations(draft(), cast.amara, ["A"])
    with pytest.raises(Refused, match="asks others"):
        ask_for_invitations(poll, cast.pia, ["A"])
    assert _kept() == 0


def test_who_asked_for_what_is_offered_is_invited_before_the_others_are_told(poll: Poll, cast: Cast) -> None:
    cast.bruno.language = "en"
    for voter in (cast.amara, cast.bruno, cast.chloe):
        cast_ballot(poll, voter, ["D"])
    ask_for_invitations(poll, cast.chloe, ["A", "C"])
    ask_for_invitations(poll, cast.bruno, ["B"])
    _decided(poll, cast, ["A", "D"])
    assert _mails() == [(cast.chloe.id, "invitation"), (cast.amara.id, "decision"), (cast.bruno.id, "decision")]


def test_an_invitation_names_what_was_asked_for_and_tells_the_decision(poll: Poll, cast: Cast) -> None:
    ask_for_invitations(poll, cast.amara, ["A", "C"])
    _decided(poll, cast, ["A", "D"])
    (mail,) = db.session.scalars(select(Mail).where(Mail.subject.startswith("You are invited")))
    assert mail.person_id == cast.amara.id
    assert "- Exit tickets\n" in mail.text
    assert "Reading conferences" not in mail.text
    assert "All that will be offered: Exit tickets, Wait time." in mail.text
    assert "There is a coach for these." in mail.text
    assert "first volunteer for the pilot" in mail.text


def test_what_is_not_offered_is_forgotten(poll: Poll, cast: Cast) -> None:
    ask_for_invitations(poll, cast.amara, ["A", "B"])
    ask_for_invitations(poll, cast.bruno, ["B"])
    _decided(poll, cast, ["A"])
    kept = [(each.person_id, each.invited_at is not None) for each in db.session.scalars(select(Interest))]
    assert kept == [(cast.amara.id, True)]


def test_a_second_decision_invites_nobody_again(poll: Poll, cast: Cast) -> None:
    ask_for_invitations(poll, cast.amara, ["A"])
    _decided(poll, cast, ["A"])
    before = _mails()
    with pytest.raises(Refused, match="has been decided"):
        deciding.decide(poll, ["A"], "Again.", by=cast.cora)
    assert _mails() == before


def test_who_cannot_sign_in_any_more_is_not_invited(poll: Poll, cast: Cast) -> None:
    ask_for_invitations(poll, cast.amara, ["A"])
    cast.amara.disabled_at = poll.opened_at
    _decided(poll, cast, ["A"])
    assert _mails() == []


def test_asking_leaves_no_entry_in_the_history(poll: Poll, cast: Cast) -> None:
    db.session.commit()
    before = db.session.scalar(select(func.count()).select_from(Entry))
    ask_for_invitations(poll, cast.amara, ["A"])
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Entry)) == before


@pytest.mark.parametrize(("htmx", "status"), [(False, 303), (True, 200)])
def test_a_voter_asks_beside_the_receipt(poll: Poll, cast: Cast, browse: Browse, htmx: bool, status: int) -> None:
    amara = browse(cast.amara)
    assert "Invite me first" not in amara.get(f"/polls/{poll.id}").text
    amara.send(f"/polls/{poll.id}/ballot", choice=["A", "C"])
    page = amara.get(f"/polls/{poll.id}").text
    form = page.partition(f'id="poll-{poll.id}-interests"')[2].partition("</section>")[0]
    assert "Unlike your ballot, this is kept with your name" in form
    assert "checked" not in form
    answer = amara.send(f"/polls/{poll.id}/interests", htmx=htmx, wanted=["C"])
    assert answer.status_code == status
    assert queries.own_interests(poll, cast.amara) == {"C"}
    if htmx:
        assert answer.text.strip().startswith(f'<section class="card" id="poll-{poll.id}-interests">')


@pytest.mark.parametrize("htmx", [False, True])
def test_an_unusable_wish_gets_a_sentence(poll: Poll, cast: Cast, browse: Browse, htmx: bool) -> None:
    counting.close_poll(poll, by=cast.cora)
    answer = browse(cast.amara).send(f"/polls/{poll.id}/interests", htmx=htmx, wanted=["Z"])
    assert answer.status_code == 422
    assert ("<html" in answer.text) is not htmx
    _decided(poll, cast, ["A"])
    late = browse(cast.amara).send(f"/polls/{poll.id}/interests", htmx=htmx, wanted=["A"])
    assert (late.status_code, "the invitations have left" in late.text) == (422, True)


def test_the_coordinator_sees_numbers_and_no_names(poll: Poll, cast: Cast, browse: Browse, staff: Staff) -> None:
    people = staff(cast.north, 6)
    for person in people:
        ask_for_invitations(poll, person, ["B"])
    for person in people[:4]:
        ask_for_invitations(poll, person, ["A", "B"])
    counting.close_poll(poll, by=cast.cora)
    page = browse(cast.cora).get(f"/polls/{poll.id}").text
    assert "<li>Exit tickets: fewer than 5</li>" in page
    assert "<li>Number talks: 6</li>" in page
    assert "<li>Wait time: fewer than 5</li>" in page
    assert not [person.name for person in people if person.name in page]
    assert "asked to be invited first" not in browse(cast.amara).get(f"/polls/{poll.id}").text


def test_who_was_invited_finds_the_way_to_start(poll: Poll, cast: Cast, browse: Browse) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    ask_for_invitations(poll, cast.amara, ["A", "B"])
    _decided(poll, cast, ["A"])
    assert "it is offered: Exit tickets." in browse(cast.amara).get(f"/polls/{poll.id}").text
    assert "Invite me first" not in browse(cast.bruno).get(f"/polls/{poll.id}").text
