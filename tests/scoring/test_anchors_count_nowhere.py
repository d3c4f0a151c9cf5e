"""What reports, pages and numbers tell stays the same, whatever is lent, practised on and mixed in."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.evidence.models import SubmissionState
from microcred.evidence.queries import count_started, newest_states, submissions_of
from microcred.evidence.versions import uses_of
from microcred.home.coordinating import coordinating
from microcred.home.leading import leading
from microcred.home.reviewing import reviewing
from microcred.home.standing import standing
from microcred.invariants import broken_promises
from microcred.scoring import anchors
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.assigning import mix_in_anchor
from microcred.scoring.feedback_search import remarks
from microcred.scoring.insight import understanding
from microcred.scoring.models import Review
from microcred.scoring.severity import own_severity
from microcred.scoring.training import start_training
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.anchoring import in_training, lent, practised
from tests.scoring.reviewing import Course, HandIn, decided, finish

Browse = Callable[[Account], Browser]
ONE_TIME = re.compile(r'(nonce|value|hx-nonce)="[^"]*"')


@pytest.fixture(autouse=True)
def always(app: Flask) -> Iterator[None]:
    """With every review comes an anchor, if there is one."""
    kept = app.config["MICROCRED_DRIFT_PERCENT"]
    app.config["MICROCRED_DRIFT_PERCENT"] = 100
    yield
    app.config["MICROCRED_DRIFT_PERCENT"] = kept


@pytest.fixture
def anchored(cast: Cast, hand_in: HandIn) -> list[Anchor]:
    """Decided evidence of three teachers, two of which may become anchors; they are lent already, and not in use."""
    sources = [hand_in(person) for person in (cast.amara, cast.chloe, cast.bruno)]
    for source in sources:
        decided(source, (1, 1, 0), [cast.rita, cast.ravi])
    return [lent(cast, source, (1, 1, 0)) for source in sources[:2]]


def lend_and_score(cast: Cast, anchored: list[Anchor]) -> list[Review]:
    """Rosa practises on one, has the other mixed in, and sees another level in all of it."""
    for anchor in anchored:
        anchors.change_uses(anchor, training=True, example=False, by=cast.cora)
    look = practised(cast.rosa, anchored[0], (1, 1, 0))
    mixed = mix_in_anchor(cast.rosa, "5eed")
    assert mixed is not None
    finish(mixed, plan=0, ask=0, extra=2)
    db.session.commit()
    return [look, mixed]


def numbers(cast: Cast, course: Course) -> dict[str, Any]:
    """All that is counted."""
    about = standing(cast.cora)
    counted = coordinating(about)
    assert counted is not None
    return {
        "understanding": understanding(course.rubric),
        "remarks": remarks(course.rubric),
        "severities": [own_severity(person) for person in (cast.rita, cast.ravi, cast.rosa)],
        "uses": uses_of(course.micro_credential),
        "started": count_started(course.pilot),
        "coordinating": counted.numbers,
        "standing": standing(cast.amara),
        "leading": leading(cast.pia, standing(cast.pia)),
        "own": [each.id for each in submissions_of(cast.amara)],
        "newest": newest_states(cast.amara),
        "promises": list(broken_promises()),
    }


def test_no_number_counts_an_anchor(cast: Cast, course: Course, hand_in: HandIn) -> None:
    sources = [decided(hand_in(person), (1, 1, 0), [cast.rita, cast.ravi]) for person in (cast.amara, cast.chloe)]
    before = numbers(cast, course)
    lend_and_score(cast, [lent(cast, source, (1, 1, 0)) for source in sources])
    assert numbers(cast, course) == before


def test_no_page_tells_of_an_anchor(browse: Browse, cast: Cast, course: Course, anchored: list[Anchor]) -> None:
    rubric = course.rubric.id
    places = {
        "cora": (
            "/",
            "/rubrics/understanding",
            f"/rubrics/{rubric}/understanding",
            f"/rubrics/{rubric}/feedback",
            "/reports/funnel",
            "/reports/rubric",
            f"/catalog/{course.micro_credential.id}/rubrics",
        ),
        "amara": ("/", "/evidence"),
        "pia": ("/", "/reports/funnel"),
        "rita": ("/", "/reviews"),
    }

    def pages() -> dict[str, str]:
        return {
            f"{name} {url}": ONE_TIME.sub("", browse(getattr(cast, name)).get(url).text)
            for name, urls in places.items()
            for url in urls
        }

    before = pages()
    lend_and_score(cast, anchored)
    after = pages()
    assert [place for place, page in before.items() if page != after[place]] == []


def test_what_came_unannounced_is_a_review_done_and_practice_is_none(cast: Cast, anchored: list[Anchor]) -> None:
    assert reviewing(cast.rosa).finished == 0
    lend_and_score(cast, anchored)
    assert reviewing(cast.rosa).finished == 1


def test_practice_that_is_late_is_nobodys_trouble(cast: Cast, course: Course, hand_in: HandIn) -> None:
    in_training(cast, hand_in(cast.amara))
    begun = start_training(course.micro_credential, by=cast.rosa)
    begun.due_at = utcnow().replace(year=2020)
    db.session.flush()
    counted = coordinating(standing(cast.cora))
    assert counted is not None
    assert (counted.numbers.late, reviewing(cast.rosa).late) == (0, 0)


def test_the_state_of_an_anchor_is_none_that_evidence_comes_to(cast: Cast, anchored: list[Anchor]) -> None:
    copies = [anchor.submission for anchor in anchored]
    assert [copy.may_become(state) for copy in copies if copy for state in SubmissionState] == [False] * 24
