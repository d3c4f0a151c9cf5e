"""What is said about an artefact: it saves itself, never over something newer unseen, and names co-authors."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from microcred.accounts.models import Account
from microcred.catalog.models import EvidencePart
from microcred.db import db, utcnow
from microcred.errors import Gone, Refused
from microcred.evidence import actions
from microcred.evidence.blind import blind_submission
from microcred.evidence.describing import describe_artefact, made_with, seal
from microcred.evidence.models import Artefact, CoAuthor, Privacy, Submission, SubmissionState
from microcred.evidence.ordering import Step, move_artefact
from microcred.history import Entry
from microcred.outbox import Mail
from tests.cast import Cast
from tests.conftest import Browser
from tests.evidence.conftest import decided

S = SubmissionState
Browse = Callable[[Account], Browser]


@pytest.fixture
def link(draft: Submission, artefacts: EvidencePart) -> Artefact:
    """A link in Amara's draft."""
    made = actions.attach_link(draft, artefacts, "https://school.example", caption="Wall", privacy=None)
    db.session.commit()
    return made


def describe(artefact: Artefact, addresses: str, caption: str = "Wall") -> None:
    """Name the co-authors."""
    describe_artefact(artefact, caption=caption, privacy=Privacy.NO_PUPIL, made_with=addresses)


def named(artefact: Artefact) -> list[str]:
    """The names of its co-authors, as the database has them."""
    statement = select(Account.name).join(CoAuthor, CoAuthor.person_id == Account.id)
    return sorted(db.session.scalars(statement.where(CoAuthor.artefact_id == artefact.id)))


def test_co_authors_are_named_changed_and_taken_back(cast: Cast, link: Artefact) -> None:
    describe(link, f"{cast.bruno.email.upper()},, {cast.chloe.email}; {cast.bruno.email}")
    assert named(link) == sorted([cast.bruno.name, cast.chloe.name])
    describe(link, cast.chloe.email)
    assert (named(link), made_with(link)) == ([cast.chloe.name], cast.chloe.email)
    describe(link, "")
    assert (named(link), made_with(link)) == ([], "")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("nobody@school.local", "Nobody here has the address “nobody@school.local”: the co-authors are not saved yet."),
        ("amara@school.local", "You are its author: name only the others."),
    ],
)
def test_who_cannot_be_a_co_author_is_refused_and_the_rest_is_saved(
    cast: Cast, link: Artefact, address: str, sentence: str
) -> None:
    describe(link, cast.bruno.email)
    with pytest.raises(Refused) as refusal:
        describe(link, f"{cast.chloe.email}, {address}", "The wall of questions")
    assert (refusal.value.sentence, refusal.value.field, refusal.value.is_noted) == (sentence, "made_with", True)
    assert (named(link), link.caption) == ([cast.bruno.name], "The wall of questions")


def test_who_cannot_sign_in_any_more_is_as_unknown_as_nobody(cast: Cast, link: Artefact) -> None:
    cast.bruno.disabled_at = utcnow()
    with pytest.raises(Refused) as refusal:
        describe(link, cast.bruno.email)
    assert "Nobody here has the address" in str(refusal.value.sentence)


def test_a_list_of_guesses_is_not_answered_to_its_end(cast: Cast, link: Artefact) -> None:
    describe(link, cast.chloe.email)
    told = []
    for number in range(11):
        for _again in range(2):
            with pytest.raises(Refused) as refusal:
                describe(link, f"{cast.chloe.email} guess{number}@school.local")
        told.append("tomorrow" in str(refusal.value.sentence))
    assert told == [False] * 9 + [True] * 2
    with pytest.raises(Refused):
        describe(link, cast.bruno.email)
    describe(link, cast.chloe.email, "Another caption")
    assert (named(link), link.caption) == ([cast.chloe.name], "Another caption")


def test_whoever_is_named_is_told_once_it_is_handed_in(
    cast: Cast, complete: Submission, artefacts: EvidencePart
) -> None:
    for _ in range(2):
        made = actions.attach_link(complete, artefacts, "https://school.example", caption="Wall", privacy=None)
        describe(made, cast.bruno.email)
    assert told_of_it() == []
    actions.submit(complete, by=complete.person)
    assert told_of_it() == [cast.bruno.email]
    decided(complete, S.NOT_YET)
    following = actions.resubmit(complete, by=complete.person)
    actions.submit(following, by=complete.person)
    assert told_of_it() == [cast.bruno.email], "whoever was told is not told again"


def told_of_it() -> list[str]:
    """Who has mail that they are named."""
    db.session.flush()
    return list(
        db.session.scalars(select(Mail.address).where(Mail.subject.regexp_match("^You are named|^Vous êtes nommé")))
    )


def test_a_crowd_is_refused(cast: Cast, link: Artefact) -> None:
    crowd = [
        Account(email=f"c{number}@school.local", name=f"C {number}", language="en", created_at=utcnow())
        for number in range(11)
    ]
    db.session.add_all(crowd)
    db.session.flush()
    with pytest.raises(Refused) as refusal:
        describe(link, " ".join(each.email for each in crowd))
    assert refusal.value.sentence == "At most 10 co-authors can be named."


def test_only_naming_co_authors_is_history(cast: Cast, link: Artefact) -> None:
    describe(link, "")
    describe(link, cast.bruno.email)
    describe(link, cast.bruno.email, "Another caption")
    db.session.commit()
    told = db.session.scalars(select(Entry).where(Entry.thing == "Artefact", Entry.verb != "attached")).all()
    assert [(each.verb, each.details) for each in told] == [("named co-authors", {"co_authors": [cast.bruno.id]})]


def test_co_authors_go_along_to_the_next_try_and_never_to_reviewers(
    cast: Cast, complete: Submission, artefacts: EvidencePart
) -> None:
    made = actions.attach_link(complete, artefacts, "https://school.example", caption="Wall", privacy=None)
    describe(made, cast.bruno.email)
    following = actions.resubmit(decided(complete, S.NOT_YET), by=complete.person)
    assert [named(each.artefacts[0]) for each in (complete, following)] == [[cast.bruno.name]] * 2
    told = repr(blind_submission(following.id))
    assert [word for word in (cast.bruno.name, cast.bruno.email) if word in told] == []


def test_what_is_newer_is_not_overwritten_unseen(link: Artefact) -> None:
    seen = seal(link)
    describe(link, "", "Said in another tab")
    with pytest.raises(Refused) as refusal:
        describe_artefact(link, caption="Typed in an old tab", privacy=None, seen=seen)
    assert (str(refusal.value.sentence)[:15], link.caption) == ("Something newer", "Said in another tab")
    describe_artefact(link, caption="Typed in an old tab", privacy=None, seen=seal(link))
    assert link.caption == "Typed in an old tab"


@pytest.mark.parametrize("address", ["nobody@b.example", ""])
def test_whose_answer_was_lost_may_send_again_what_was_written_in_part(
    cast: Cast, link: Artefact, browse: Browse, address: str
) -> None:
    amara, url, seen = browse(cast.amara), f"/artefacts/{link.id}/description", seal(link)
    for _ in range(2):
        reply = amara.send(url, key="one", caption="Our wall", made_with=address, seen=seen)
        assert (reply.status_code, "Something newer" in reply.text) == (422 if address else 303, False)
    assert link.caption == "Our wall"


def test_co_authors_named_elsewhere_are_not_overwritten_unseen(cast: Cast, link: Artefact) -> None:
    seen = seal(link)
    describe_artefact(link, caption="Wall", privacy=None, made_with=cast.bruno.email)
    with pytest.raises(Refused, match="Something newer"):
        describe_artefact(link, caption="Wall", privacy=None, made_with=cast.chloe.email, seen=seen)
    assert named(link) == [cast.bruno.name]


def test_the_same_words_from_an_old_tab_are_no_conflict(link: Artefact) -> None:
    seen = seal(link)
    for _ in range(2):
        describe_artefact(link, caption="Once", privacy=Privacy.CONSENT, seen=seen)
    assert link.caption == "Once"


def test_a_description_saves_itself(cast: Cast, link: Artefact, browse: Browse) -> None:
    amara, url = browse(cast.amara), f"/artefacts/{link.id}/description"
    reply = amara.send(url, htmx=True, caption="Our wall", made_with=cast.bruno.email, seen=seal(link))
    assert (reply.status_code, "Saved at" in reply.text, "<!doctype" in reply.text) == (200, True, False)
    assert (f'id="artefact-{link.id}-saved"' in reply.text, "say whether pupils" in reply.text) == (True, True)
    assert (f'name="seen" value="{seal(link)}"' in reply.text, cast.bruno.name in reply.text) == (True, False)
    assert (link.caption, link.privacy, named(link)) == ("Our wall", None, [cast.bruno.name])


@pytest.mark.parametrize("htmx", [False, True])
def test_an_unknown_address_is_a_sentence_and_stays_on_the_form(
    cast: Cast, link: Artefact, browse: Browse, htmx: bool
) -> None:
    amara, url = browse(cast.amara), f"/artefacts/{link.id}/description"
    reply = amara.send(url, htmx=htmx, caption="Our wall", made_with="a@b.example", seen=seal(link))
    assert (reply.status_code, "Nobody here has the address “a@b.example”" in reply.text) == (422, True)
    assert ('value="a@b.example"' in reply.text) is not htmx, "htmx leaves what was typed on the page"
    assert (link.caption, f'name="seen" value="{seal(link)}"' in reply.text) == ("Our wall", True)


@pytest.mark.parametrize("htmx", [False, True])
def test_both_descriptions_are_shown_when_one_is_newer(cast: Cast, link: Artefact, browse: Browse, htmx: bool) -> None:
    old = seal(link)
    describe(link, cast.bruno.email, "Said in another tab")
    amara, url = browse(cast.amara), f"/artefacts/{link.id}/description"
    reply = amara.send(url, htmx=htmx, caption="Typed in an old tab", seen=old)
    assert (reply.status_code, "Said in another tab" in reply.text, cast.bruno.name in reply.text) == (422, True, True)
    assert f'name="seen" value="{old}"' in reply.text, "the next save by itself must not overwrite it either"
    assert ("Typed in an old tab" in reply.text) is not htmx
    assert f'name="replaces" value="{seal(link)}"' in reply.text
    reply = amara.send(url, htmx=htmx, caption="Typed in an old tab", seen=old, replaces=seal(link))
    assert (reply.status_code, link.caption, named(link)) == (200 if htmx else 303, "Typed in an old tab", [])


def order(submission: Submission) -> list[str]:
    """The captions of a draft in their order."""
    return [each.caption for each in submission.artefacts]


def test_artefacts_change_places_within_their_part(draft: Submission, artefacts: EvidencePart) -> None:
    a, b, c = (
        actions.attach_link(draft, artefacts, "https://school.example", caption=name, privacy=None) for name in "abc"
    )
    move_artefact(c, Step.UP)
    assert order(draft) == ["a", "c", "b"]
    move_artefact(a, Step.UP)
    assert order(draft) == ["a", "c", "b"], "the first stays first"
    move_artefact(a, Step.DOWN)
    move_artefact(a, Step.DOWN)
    move_artefact(b, Step.UP)
    db.session.commit()
    db.session.refresh(draft)
    assert order(draft) == ["b", "c", "a"]
    added = actions.attach_link(draft, artefacts, "https://school.example", caption="d", privacy=None)
    assert (order(draft)[-1], added.position > max(each.position for each in (a, b, c))) == ("d", True)


def moves() -> int:
    """How often the history says that something was moved."""
    db.session.commit()
    return len(db.session.scalars(select(Entry).where(Entry.verb == "moved")).all())


def test_only_what_moved_is_history(draft: Submission, artefacts: EvidencePart, link: Artefact) -> None:
    actions.attach_link(draft, artefacts, "https://school.example", caption="Door", privacy=None)
    move_artefact(link, Step.UP)
    assert moves() == 0
    move_artefact(link, Step.DOWN)
    assert moves() == 1


@pytest.mark.parametrize(
    "act",
    [
        actions.remove_artefact,
        lambda link: move_artefact(link, Step.UP),
        lambda link: describe_artefact(link, caption="", privacy=None),
    ],
)
def test_what_was_removed_meanwhile_is_gone(draft: Submission, link: Artefact, act: Callable[[Artefact], None]) -> None:
    assert link in draft.artefacts
    db.session.execute(text("DELETE FROM artefacts WHERE id = :id"), {"id": link.id})
    with pytest.raises(Gone):
        act(link)


@pytest.mark.parametrize(("htmx", "status"), [(False, 303), (True, 200)])
def test_a_button_moves_an_artefact(
    cast: Cast, draft: Submission, artefacts: EvidencePart, link: Artefact, browse: Browse, htmx: bool, status: int
) -> None:
    actions.attach_link(draft, artefacts, "https://school.example", caption="Door", privacy=None)
    amara = browse(cast.amara)
    page = amara.get(f"/submissions/{draft.id}").text
    assert (page.count("Move up"), page.count("Move down")) == (1, 1)
    assert amara.send(f"/artefacts/{link.id}/place", htmx=htmx, step="down").status_code == status
    assert order(draft) == ["Door", "Wall"]
    assert amara.send(f"/artefacts/{link.id}/place", htmx=htmx, step="sideways").status_code == 422
