"""The hand-out desk and the own thank-yous in the browser: who finds whom, and the four answers."""

from collections.abc import Callable
from typing import Any

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, RoleName
from microcred.db import db
from microcred.recognition import actions, queries
from microcred.recognition.models import Entitlement
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[[Account], Browser]


def give_url(entitlement: Entitlement) -> str:
    return f"/entitlements/{entitlement.id}/hand-outs"


def test_one_who_is_found_alone_is_shown_with_the_card(world: World, browse: Browse) -> None:
    world.due(world.cast.amara, world.giveaway(name="Mug"))
    page = browse(world.cast.cora).get("/desk?q=amara").text
    assert f'id="person-{world.cast.amara.id}-card"' in page
    assert "Voted in the poll “Which courses?”" in page
    assert "autofocus" in page


def test_several_who_are_found_are_links_to_their_cards(world: World, browse: Browse) -> None:
    page = browse(world.cast.cora).get("/desk?q=p").text
    assert f'href="/desk/people/{world.cast.pia.id}"' in page
    assert f'href="/desk/people/{world.cast.adam.id}"' in page
    assert "-card" not in page


def test_a_search_that_finds_nobody_says_so(world: World, browse: Browse) -> None:
    cora = browse(world.cast.cora)
    assert "Nobody found" in cora.get("/desk?q=%25").text
    assert "Nobody found" in cora.get("/desk?q=%00").text or "Type the first letters" in cora.get("/desk?q=%00").text


def test_giving_redirects_a_plain_browser_to_the_card_with_an_undo(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway(name="Mug"))
    pia = browse(world.cast.pia)
    answer = pia.send(give_url(entitlement))
    assert (answer.status_code, answer.location) == (303, f"/desk/people/{world.cast.amara.id}")
    page = pia.get(answer.location).text
    assert "Amara Okafor has received: Mug." in page
    assert f"/hand-outs/{entitlement.hand_outs[0].id}/undoings" in page


def test_giving_answers_htmx_with_the_card(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    answer = browse(world.cast.pia).send(give_url(entitlement), htmx=True)
    assert answer.status_code == 200
    assert f'<section id="person-{world.cast.amara.id}-card"' in answer.text
    assert "<html" not in answer.text
    assert entitlement.state == "given"


def test_what_was_given_is_refused_with_the_day_in_both_ways(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    actions.give(entitlement, by=world.cast.pia)
    cora = browse(world.cast.cora)
    plain, fragment = cora.send(give_url(entitlement)), cora.send(give_url(entitlement), htmx=True)
    assert (plain.status_code, fragment.status_code) == (422, 422)
    for answer in (plain, fragment):
        assert "This was given already: on " in answer.text
    assert ("<html" in plain.text, "<html" in fragment.text) == (True, False)


def test_the_second_click_gives_nothing_more(world: World, browse: Browse) -> None:
    giveaway = world.giveaway(stock=5)
    entitlement = world.due(world.cast.amara, giveaway)
    pia = browse(world.cast.pia)
    answers = [pia.send(give_url(entitlement), key="one click").status_code for _click in range(3)]
    assert answers == [303, 303, 303]
    assert giveaway.stock == 4


def test_what_has_run_out_is_refused_and_stays_owed(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway(stock=0))
    answer = browse(world.cast.pia).send(give_url(entitlement), htmx=True)
    assert answer.status_code == 422
    assert "It stands on the list of what is owed." in answer.text
    assert entitlement.state == "owed"


def test_a_colleague_who_collects_is_kept(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    browse(world.cast.pia).send(give_url(entitlement), collected_by=" Chloe  Nguyen ")
    assert entitlement.hand_outs[0].collected_by == world.cast.chloe


def test_a_colleague_nobody_knows_is_refused_beside_the_field(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    answer = browse(world.cast.pia).send(give_url(entitlement), collected_by="Nemo")
    assert answer.status_code == 422
    assert 'id="collected_by-error">Nobody is found by that.' in answer.text
    assert 'value="Nemo"' in answer.text
    assert entitlement.state == "due"


def test_two_of_one_name_need_an_address(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    accounts.create_person(
        "Chloe Nguyen", "other@school.local", school=world.cast.north, roles=[RoleName.TEACHER], by=None
    )
    answer = browse(world.cast.pia).send(give_url(entitlement), collected_by="chloe nguyen")
    assert "Several people are called that" in answer.text


def test_giving_all_tells_what_was_given_and_what_is_owed(world: World, browse: Browse) -> None:
    world.giveaway(name="Mug")
    world.giveaway(name="Tote", stock=0)
    world.vote(world.cast.amara)
    actions.thank(world.pilot, world.cast.amara)
    answer = browse(world.cast.pia).send(f"/desk/people/{world.cast.amara.id}/hand-outs", htmx=True)
    assert answer.status_code == 200
    assert "1 thank-you handed out. 1 thank-you is owed." in answer.text


def test_undoing_from_the_success_bar_needs_no_reason(world: World, browse: Browse) -> None:
    giveaway = world.giveaway(stock=1)
    entitlement = world.due(world.cast.amara, giveaway)
    hand_out = actions.give(entitlement, by=world.cast.pia)
    answer = browse(world.cast.pia).send(f"/hand-outs/{hand_out.id}/undoings")
    assert (answer.status_code, answer.location) == (303, f"/desk/people/{world.cast.amara.id}")
    assert (giveaway.stock, entitlement.state) == (1, "due")


def test_owing_is_noted_on_the_card(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    answer = browse(world.cast.pia).send(f"/entitlements/{entitlement.id}/owings", htmx=True)
    assert (answer.status_code, entitlement.state) == (200, "owed")


def test_what_is_not_in_reach_is_not_found(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    hand_out = actions.give(world.due(world.cast.bruno, entitlement.giveaway), by=world.cast.pia)
    urls = [
        give_url(entitlement),
        f"/desk/people/{world.cast.amara.id}/hand-outs",
        f"/hand-outs/{hand_out.id}/undoings",
    ]
    for stranger in (world.cast.pavel, world.cast.chloe, world.cast.rita):
        assert [browse(stranger).send(url).status_code for url in urls] == [404, 404, 404]
        assert browse(stranger).get(f"/desk/people/{world.cast.amara.id}").status_code == 404
    assert entitlement.state == "due"


def test_teachers_hand_nothing_out_to_themselves(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    amara = browse(world.cast.amara)
    assert amara.send(give_url(entitlement)).status_code == 403
    assert amara.get("/desk").status_code == 403


def test_one_sees_what_one_is_due_and_why_and_what_may_still_come(world: World, browse: Browse) -> None:
    world.due(world.cast.amara, world.giveaway(name="Mug"))
    world.giveaway("earned", name="Press")
    page = browse(world.cast.amara).get("/thank-yous").text
    code = queries.personal_code(world.cast.amara) or ""
    assert "Voted in the poll “Which courses?”" in page
    assert "Comes with earning a badge." in page
    assert f"{code[:4]} {code[4:]}" in page


def test_whoever_was_thanked_for_nothing_yet_sees_an_empty_page(world: World, browse: Browse) -> None:
    assert "Nothing yet" in browse(world.cast.rita).get("/thank-yous").text


def test_declining_and_wanting_it_after_all(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    amara = browse(world.cast.amara)
    assert amara.send(f"/entitlements/{entitlement.id}/refusals").status_code == 303
    assert entitlement.state == "declined"
    assert amara.send(f"/entitlements/{entitlement.id}/acceptances", htmx=True).status_code == 200
    assert entitlement.state == "due"


def test_acknowledging_is_answered_in_four_ways(world: World, browse: Browse) -> None:
    world.giveaway(name="Mug")
    world.giveaway(name="Tote")
    world.vote(world.cast.amara)
    mug, tote = (actions.give(due, by=world.cast.pia) for due in actions.thank(world.pilot, world.cast.amara))
    amara = browse(world.cast.amara)

    def send(hand_out: Any, **how: Any) -> int:
        return amara.send(f"/hand-outs/{hand_out.id}/acknowledgements", **how).status_code

    assert [send(mug), send(tote, htmx=True), send(mug), send(tote, htmx=True)] == [303, 200, 422, 422]
    assert browse(world.cast.bruno).send(f"/hand-outs/{mug.id}/acknowledgements").status_code == 404
    assert browse(world.cast.pia).send(f"/hand-outs/{mug.id}/acknowledgements").status_code == 403


def test_the_card_of_three_costs_as_many_queries_as_that_of_one(
    world: World, browse: Browse, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    actions.give(world.due(world.cast.amara, world.giveaway()), by=world.cast.pia)
    for _each in range(3):
        world.vote(world.cast.bruno, poll=world.another_poll())
    for due in actions.thank(world.pilot, world.cast.bruno):
        actions.give(due, by=world.cast.pia, collected_by=world.cast.chloe)
    db.session.commit()
    cora = browse(world.cast.cora)
    assert count_queries(lambda: cora.get("/desk?q=amara")) == count_queries(lambda: cora.get("/desk?q=bruno")) <= 12
