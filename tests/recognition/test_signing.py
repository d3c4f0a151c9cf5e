"""Confirming what was received: with a finger, on paper, and never twice or for what was undone."""

from collections.abc import Callable

import pytest

from microcred.accounts.models import Account
from microcred.errors import Refused
from microcred.recognition import acknowledging, actions, undoing
from microcred.recognition.models import Acknowledgement, HandOut
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[[Account], Browser]
STROKES = "M10 10L20 20L30 15L40 30M50 20L60 40L320 140"


@pytest.fixture
def hand_out(world: World) -> HandOut:
    """A mug for Amara."""
    return actions.give(world.due(world.cast.amara, world.giveaway(name="Mug")), by=world.cast.pia)


def test_a_signature_is_kept_and_shown_on_the_page_of_the_hand_out(
    world: World, browse: Browse, hand_out: HandOut
) -> None:
    pia = browse(world.cast.pia)
    url = f"/desk/people/{world.cast.amara.id}"
    assert f'value="{hand_out.id}" checked' in pia.get(f"{url}/signing").text
    answer = pia.send(f"{url}/signatures", hand_outs=str(hand_out.id), signature=STROKES)
    assert (answer.status_code, answer.location) == (303, url)
    assert (hand_out.acknowledged_by, hand_out.signature) == (Acknowledgement.FINGER, STROKES)
    assert f'<path d="{STROKES}"' in pia.get(f"/hand-outs/{hand_out.id}").text
    assert "There is nothing to sign for" in pia.get(f"{url}/signing").text


@pytest.mark.parametrize(
    "scribble",
    [
        "",
        "M10 10",
        "M10 10L10 10L10 10L10 10L10 10L10 10",
        "M1 1L2 2L3 3L4 4L5 5L6 6Z",
        "M1 1L2 2L3 3L4 4L5 5L321 6",
        "M1 1L2 2L3 3L4 4L5 5L6 141",
        "L1 1L2 2L3 3L4 4L5 5L6 6",
        "M-1 1L2 2L3 3L4 4L5 5L6 6",
        'M1 1L2 2L3 3L4 4L5 5L6 6"/><script>alert(1)</script>',
        "M١ 1L2 2L3 3L4 4L5 5L6 6",
        "M1 1L2 2L3 3L4 4L5 5L6 6\n",
        "M1 1" + "L2 2L3 3L4 4L5 5L6 6" * 400,
    ],
)
def test_what_is_no_signature_is_refused(world: World, hand_out: HandOut, scribble: str) -> None:
    with pytest.raises(Refused) as refused:
        acknowledging.sign([hand_out], scribble, by=world.cast.pia)
    assert refused.value.field == "signature"
    assert hand_out.acknowledged_at is None


def test_signing_for_nothing_or_for_what_is_settled_is_refused(world: World, hand_out: HandOut) -> None:
    with pytest.raises(Refused, match="at least one"):
        acknowledging.sign([], STROKES, by=world.cast.pia)
    with pytest.raises(Refused, match="own school"):
        acknowledging.sign([hand_out], STROKES, by=world.cast.pavel)
    undoing.undo_hand_out(hand_out, "Mistaken", by=world.cast.pia)
    with pytest.raises(Refused, match="nothing to confirm"):
        acknowledging.sign([hand_out], STROKES, by=world.cast.pia)


def test_signing_for_somebody_elses_thing_changes_nothing(world: World, browse: Browse, hand_out: HandOut) -> None:
    pia, url = browse(world.cast.pia), f"/desk/people/{world.cast.bruno.id}/signatures"
    assert pia.send(url, hand_outs=str(hand_out.id), signature=STROKES).status_code == 422
    assert pia.send(url, hand_outs="1; DROP", signature=STROKES).status_code == 422
    assert hand_out.acknowledged_at is None


def test_paper_is_printed_before_and_after_and_ticked_off(world: World, browse: Browse, hand_out: HandOut) -> None:
    world.vote(world.cast.bruno)
    actions.thank(world.pilot, world.cast.bruno)
    pia = browse(world.cast.pia)
    due, given = (pia.get(f"/desk/paper?which={which}").text for which in ("due", "given"))
    assert ("Bruno Tremblay" in due, "Amara Okafor" in due) == (True, False)
    assert ("Bruno Tremblay" in given, "Amara Okafor" in given) == (False, True)
    for which in ("due", "given"):
        assert pia.send("/desk/paper/downloads", which=which).data.startswith(b"%PDF")
    assert pia.send("/desk/paper/ticks").status_code == 422
    assert browse(world.cast.pavel).send("/desk/paper/ticks", hand_outs=str(hand_out.id)).status_code == 422
    answer = pia.send("/desk/paper/ticks", hand_outs=str(hand_out.id))
    assert (answer.status_code, answer.location) == (303, "/desk/paper?which=given")
    assert hand_out.acknowledged_by == Acknowledgement.PAPER
    assert "Nothing to sign for" in pia.get("/desk/paper?which=given").text


def test_the_own_page_confirms_too(world: World, hand_out: HandOut) -> None:
    actions.acknowledge(hand_out, by=world.cast.amara)
    assert hand_out.acknowledged_by == Acknowledgement.PAGE
