"""An anchor that ends while reviewers begin, finish and decline looks at it: none stays open, and nobody deadlocks."""

from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.pilots.models import Offer, Pilot
from microcred.scoring import actions, anchors
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.models import OPEN, Review, ReviewState
from microcred.scoring.training import start_training
from tests.cast import Cast
from tests.races.conftest import Field
from tests.races.test_answers_meet import together
from tests.scoring.anchoring import CODES, in_training
from tests.scoring.reviewing import NOT_MET, make_micro_credential, make_pilot, make_rubric, score

ROUNDS = 8


class Lent(NamedTuple):
    """The ids of an anchor in training, of a scored look at it and of one that was begun, and of two people."""

    anchor: int
    scored: int
    begun: int
    newcomer: int
    keeper: int

    def begin(self) -> None:
        """Somebody begins to practise on it."""
        anchor = db.session.get_one(Anchor, self.anchor)
        start_training(anchor.source.micro_credential, by=db.session.get_one(Account, self.newcomer))

    def finish(self) -> None:
        """Who has scored it makes that final."""
        review = db.session.get_one(Review, self.scored)
        actions.finish_review(review, "", by=review.reviewer)

    def decline(self) -> None:
        """Who has begun declines it."""
        review = db.session.get_one(Review, self.begun)
        actions.decline_review(review, "no time", by=review.reviewer)

    def end(self) -> None:
        """Its keeper ends it."""
        anchors.retire_anchor(db.session.get_one(Anchor, self.anchor), by=db.session.get_one(Account, self.keeper))


class Scene(NamedTuple):
    """The people, and a pilot that offers one micro-credential."""

    cast: Cast
    pilot: Pilot

    def lend(self, number: int) -> Lent:
        """The next anchor: the only one in training, for those before it have ended."""
        db.session.add_all([*self.cast.people, self.pilot])
        micro_credential = self.pilot.offers[0].micro_credential
        source = Submission(
            code_name=f"Elm-{number}", person=self.cast.amara, pilot=self.pilot, micro_credential=micro_credential,
            rubric=micro_credential.rubric, state=SubmissionState.SUBMITTED, started_at=utcnow(),
            submitted_at=utcnow(),
        )  # fmt: skip
        db.session.add(source)
        db.session.flush()
        anchor = in_training(self.cast, source, (NOT_MET, NOT_MET, NOT_MET))
        scored, begun = (start_training(micro_credential, by=person) for person in (self.cast.ravi, self.cast.rosa))
        score(scored, dict.fromkeys(CODES, 1))
        db.session.commit()
        return Lent(anchor.id, scored.id, begun.id, self.cast.rita.id, self.cast.cora.id)


@pytest.fixture
def scene(field: Field) -> Scene:
    """The scene, before anything is lent."""
    with field.prepared() as cast:
        pilot, micro_credential = make_pilot(cast), make_micro_credential()
        make_rubric(micro_credential)
        pilot.offers.append(Offer(micro_credential=micro_credential, offered_at=utcnow()))
        db.session.add(pilot)
    return Scene(cast, pilot)


def test_an_anchor_that_ends_leaves_no_open_look_and_undoes_none(field: Field, scene: Scene) -> None:
    finished = 0
    for number in range(ROUNDS):
        with field.app.test_request_context():
            lent = scene.lend(number)
            db.session.remove()
        came_to = together(field.app, lent.begin, lent.finish, lent.decline, lent.end)
        assert came_to[3] == "done"
        assert "lost" not in came_to
        finished += came_to[1] == "done"
        with field.app.app_context():
            assert db.session.scalar(select(func.count()).where(Review.state.in_(OPEN))) == 0
            assert db.session.scalar(select(func.count()).where(Review.state == ReviewState.FINAL)) == finished
            db.session.remove()
