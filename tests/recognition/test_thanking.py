"""Who is due what: each rule, once for each reason, from what people did and never from what they chose."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from microcred.badges.models import Award
from microcred.db import db, utcnow
from microcred.evidence.models import SubmissionState
from microcred.history import Entry
from microcred.noticeboard import actions as noticeboard
from microcred.noticeboard.models import Post, PostKind
from microcred.recognition import actions, finding, queries
from microcred.recognition.coming import ToCome, to_come
from microcred.recognition.eligibility import RULES, why, why_not_yet
from microcred.recognition.models import Entitlement, PersonalCode
from microcred.schooldays import local
from microcred.scoring.models import AnchorUse, Review, ReviewState
from microcred.volunteers.models import Volunteer, VolunteerState
from tests.recognition.conftest import World


def reasons(world: World, person: Any) -> list[str]:
    actions.thank(world.pilot, person)
    found = select(Entitlement.reason).where(Entitlement.person_id == person.id).order_by(Entitlement.id)
    return list(db.session.scalars(found))


def earn(world: World, person: Any) -> Award:
    submission = world.hand_in(person, SubmissionState.EARNED)
    award = Award(
        code=submission.code_name,
        submission=submission,
        person=person,
        micro_credential=world.micro_credential,
        issued_at=utcnow(),
        hours=8,
        credential="{}",
        status_index=submission.id,
    )
    db.session.add(award)
    db.session.flush()
    return award


def review(world: World, reviewer: Any, seat: int = 1, state: ReviewState = ReviewState.FINAL) -> Review:
    made = Review(
        submission=world.hand_in(world.cast.chloe, SubmissionState.NOT_YET),
        reviewer=reviewer,
        seat=seat,
        state=state,
        anchor_use=None if seat else AnchorUse.TRAINING,
        offered_at=utcnow(),
        due_at=utcnow(),
        scores=[],
    )
    db.session.add(made)
    db.session.flush()
    return made


def answer(world: World, principal: Any) -> Volunteer:
    teacher = world.cast.amara if principal.is_principal_of(world.cast.north.id) else world.cast.chloe
    entry = world.volunteer(teacher, VolunteerState.WITHDRAWN)
    entry.answered_by, entry.answered_at = principal, utcnow()
    db.session.flush()
    return entry


def share(world: World, person: Any, kind: PostKind = PostKind.WIN) -> Post:
    return noticeboard.share(world.pilot, kind, "It worked.", by=person)


def vote_twice(world: World, person: Any) -> None:
    world.vote(person)
    world.vote(person, poll=world.another_poll())


FACTS: dict[str, Callable[[World, Any], Any]] = {
    "volunteered": lambda world, person: world.volunteer(person),
    "joined": lambda world, person: world.volunteer(person, VolunteerState.JOINED),
    "voted": lambda world, person: world.vote(person),
    "handed_in": lambda world, person: world.hand_in(person),
    "earned": earn,
    "completed": lambda world, person: world.volunteer(person, VolunteerState.COMPLETED),
    "voted_often": vote_twice,
    "reviewed": review,
    "shared_win": share,
    "answered": answer,
}
OTHERS = {"answered": "pia"}


def test_every_rule_has_its_fact_here(world: World) -> None:
    assert set(FACTS) == set(RULES)


@pytest.mark.parametrize("rule", FACTS)
def test_a_rule_thanks_who_fulfils_it_and_nobody_else(world: World, rule: str) -> None:
    person = getattr(world.cast, OTHERS.get(rule, "amara"))
    world.giveaway(rule)
    assert reasons(world, person) == []
    FACTS[rule](world, person)
    about = {"voted": world.poll.id, "handed_in": world.micro_credential.id, "earned": world.micro_credential.id}
    assert reasons(world, person) == [f"{rule}:{about.get(rule, world.pilot.id)}"]
    assert reasons(world, world.cast.bruno) == []


@pytest.mark.parametrize("rule", FACTS)
def test_a_reason_is_told_in_both_languages(world: World, rule: str) -> None:
    person = getattr(world.cast, OTHERS.get(rule, "amara"))
    world.giveaway(rule)
    FACTS[rule](world, person)
    (entitlement,) = actions.thank(world.pilot, person)
    told = str(entitlement.because["count"] if RULES[rule].counts else entitlement.because["name"])
    for locale in ("en_CA", "fr_CA"):
        with force_locale(locale):
            assert told in why(entitlement)


def test_thanking_twice_adds_nothing(world: World) -> None:
    world.giveaway()
    world.vote(world.cast.amara)
    assert len(actions.thank(world.pilot, world.cast.amara)) == 1
    assert actions.thank(world.pilot, world.cast.amara) == []


def test_two_polls_are_two_reasons(world: World) -> None:
    world.giveaway()
    second = world.another_poll()
    world.vote(world.cast.amara)
    world.vote(world.cast.amara, poll=second)
    assert reasons(world, world.cast.amara) == [f"voted:{world.poll.id}", f"voted:{second.id}"]


def test_a_giveaway_for_one_poll_thanks_for_that_one_only(world: World) -> None:
    second = world.another_poll()
    giveaway = world.giveaway(poll=second)
    world.vote(world.cast.amara)
    assert reasons(world, world.cast.amara) == []
    assert why_not_yet(giveaway) == "Comes with taking part in the poll “What next?”."
    world.vote(world.cast.amara, poll=second)
    assert reasons(world, world.cast.amara) == [f"voted:{second.id}"]


def test_two_giveaways_for_one_reason_are_two(world: World) -> None:
    world.giveaway(name="Mug")
    world.giveaway(name="Tote")
    world.vote(world.cast.amara)
    assert len(actions.thank(world.pilot, world.cast.amara)) == 2


def test_applying_again_is_no_second_reason(world: World) -> None:
    world.giveaway("volunteered")
    world.volunteer(world.cast.amara, VolunteerState.WITHDRAWN)
    world.volunteer(world.cast.amara)
    assert reasons(world, world.cast.amara) == [f"volunteered:{world.pilot.id}"]


def test_a_second_try_is_no_second_reason(world: World) -> None:
    world.giveaway("handed_in")
    world.hand_in(world.cast.amara, SubmissionState.NOT_YET)
    world.hand_in(world.cast.amara)
    assert reasons(world, world.cast.amara) == [f"handed_in:{world.micro_credential.id}"]


def test_a_draft_is_not_handed_in(world: World) -> None:
    world.giveaway("handed_in")
    world.hand_in(world.cast.amara, SubmissionState.DRAFT)
    assert reasons(world, world.cast.amara) == []


def test_a_revoked_badge_is_no_reason(world: World) -> None:
    world.giveaway("earned")
    earn(world, world.cast.amara).revoked_at = utcnow()
    assert reasons(world, world.cast.amara) == []


def test_what_somebody_is_due_stays_when_the_fact_goes(world: World) -> None:
    world.giveaway("earned")
    award = earn(world, world.cast.amara)
    assert len(reasons(world, world.cast.amara)) == 1
    award.revoked_at = utcnow()
    assert len(reasons(world, world.cast.amara)) == 1


def test_an_archived_giveaway_thanks_nobody(world: World) -> None:
    actions.archive_giveaway(world.giveaway(), by=world.cast.cora)
    world.vote(world.cast.amara)
    assert reasons(world, world.cast.amara) == []


def test_a_new_giveaway_thanks_for_what_was_done_before(world: World) -> None:
    world.vote(world.cast.amara, world.cast.chloe)
    giveaway = world.giveaway()
    due = select(Entitlement.person_id).where(Entitlement.giveaway_id == giveaway.id)
    assert set(db.session.scalars(due)) == {world.cast.amara.id, world.cast.chloe.id}


def test_another_rule_thanks_those_whom_it_fits(world: World) -> None:
    giveaway = world.giveaway("earned")
    world.vote(world.cast.amara)
    actions.change_giveaway(giveaway, rule="voted", by=world.cast.cora)
    assert reasons(world, world.cast.amara) == [f"voted:{world.poll.id}"]


def test_neither_the_day_nor_the_history_tells_when_somebody_voted(world: World) -> None:
    world.giveaway()
    world.vote(world.cast.amara)
    db.session.commit()
    entries = db.session.scalar(select(func.count()).select_from(Entry))
    (entitlement,) = actions.thank(world.pilot, world.cast.amara)
    db.session.commit()
    assert local(entitlement.due_at).time() == time()
    assert db.session.scalar(select(func.count()).select_from(Entry)) == entries


def test_whoever_is_due_something_gets_one_code_to_be_found_by(world: World) -> None:
    world.giveaway(name="Mug")
    world.giveaway(name="Tote")
    assert queries.personal_code(world.cast.amara) is None
    world.vote(world.cast.amara)
    actions.thank(world.pilot, world.cast.amara)
    actions.thank(world.pilot, world.cast.amara)
    codes = list(db.session.scalars(select(PersonalCode.code).where(PersonalCode.account_id == world.cast.amara.id)))
    assert len(codes) == 1
    assert finding.person_of_code(world.cast.cora, f" {codes[0].lower()} ") == world.cast.amara


def test_what_may_still_come_is_what_was_never_due(world: World) -> None:
    world.giveaway("voted")
    tumbler = world.giveaway("handed_in")
    world.vote(world.cast.amara)
    due = actions.thank(world.pilot, world.cast.amara)
    assert to_come(world.cast.amara, due) == [ToCome(tumbler, "Comes with handing in evidence.")]
    assert to_come(world.cast.cora, []) == []
