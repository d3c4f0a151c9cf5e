"""Scores and finals that were acknowledged are there after every kill -9, each decision and badge once."""

import random
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, zip_longest

from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.badges.models import Award
from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.history import Entry
from microcred.scoring.models import Outcome, Review, ReviewState, Score
from microcred.scoring.seats import criteria_of
from tests.races import making
from tests.races.conftest import Field, session
from tests.races.killing import Told, Write, Writers, kill_all, kill_worker
from tests.races.test_kill import checked
from tests.world import World, make_world

SCORED, WRITTEN, REVIEWERS = 20, 10, 20
"""How much evidence is made final while the server dies, and on how much reviewers still write."""

SHORTEST, LONGEST = 0.3, 0.9  # seconds of writing before a kill
KILLS = 2
CRITERIA = 2

TokenOf = Callable[[Account], str]


def test_no_acknowledged_score_or_final_is_lost_and_each_decision_is_made_once(field: Field, token_of: TokenOf) -> None:
    with field.prepared() as cast:
        finals, saves = _reviews(make_world(cast))
        db.session.commit()
        writes = _writes(finals, saves, token_of)
        next(writes)
    told = Told()
    for _time in range(KILLS):
        _write_and_kill(field, told, writes)
    with field.served() as server:
        told.send_again(server)
    assert (told.refused, told.unanswered) == ([], [])
    assert told.interrupted > 0, "some were killed while they were writing"
    with field.app.app_context():
        assert {write.name for write in told.kept} - _found() == set()
        assert _decisions() == _both_final()
    assert checked(field) == "everything holds\n"


def _reviews(world: World) -> tuple[list[Review], list[Review]]:
    """Reviews that only have to be made final, and reviews that are being written."""
    for _reviewer in range(REVIEWERS):
        making.reviewer()
    finals = [making.scored_reviews(world) for _each in range(SCORED)]
    saves = [making.offered_reviews(world) for _each in range(WRITTEN)]
    return list(chain(*finals)), list(chain(*saves))


def _writes(finals: list[Review], saves: list[Review], token_of: TokenOf) -> Iterator[Write]:
    """Finals and first scores by turns; once there are no more, the same scores again. The first one is none."""
    tokens = {review.reviewer_id: token_of(review.reviewer) for review in (*finals, *saves)}
    finishing = [_final(review.id, tokens[review.reviewer_id]) for review in finals]
    pages = [(review, each) for review in saves for each in criteria_of(review)]
    saving = [_save(review.id, each.id, tokens[review.reviewer_id]) for review, each in pages]
    yield _final(0, "")
    yield from (write for pair in zip_longest(finishing, saving) for write in pair if write)
    while True:
        yield secrets.choice(saving)._replace(key=secrets.token_hex(8))


def _final(review_id: int, token: str) -> Write:
    return Write(
        ("final", str(review_id)), token, f"/reviews/{review_id}/final", {"comment": "Good."}, secrets.token_hex(8)
    )


def _save(review_id: int, criterion_id: int, token: str) -> Write:
    words = secrets.token_hex(8)
    path = f"/reviews/{review_id}/scores/{criterion_id}"
    return Write(("score", words), token, path, {"level": "1", "feedback": words}, secrets.token_hex(8))


def _write_and_kill(field: Field, told: Told, writes: Iterator[Write]) -> None:
    with field.served() as server:
        assert session(server, "").get("/sign-in").status == 200
        told.send_again(server)
        with Writers(server, writes, told):
            for kill in (kill_worker, kill_all):
                time.sleep(random.uniform(SHORTEST, LONGEST))
                kill(server)


def _found() -> set[tuple[str, str]]:
    done = db.session.scalars(select(Review.id).where(Review.state == ReviewState.FINAL))
    return {("final", str(id_)) for id_ in done} | {
        ("score", text) for text in db.session.scalars(select(Score.feedback))
    }


def _both_final() -> Counter[int]:
    """Every submission on which both reviews are final is decided, told of in the history and awarded once."""
    both = select(Review.submission_id).where(Review.state == ReviewState.FINAL, Review.seat > 0)
    grouped = both.group_by(Review.submission_id).having(func.count() == 2)
    return Counter(db.session.scalars(grouped))


def _decisions() -> Counter[int]:
    """How often each submission was decided; outcomes, badge and history agree on it."""
    answered = (SubmissionState.EARNED, SubmissionState.NOT_YET)
    states = select(Submission.id, Submission.state).where(Submission.state.in_(answered))
    awards = Counter(db.session.scalars(select(Award.submission_id)))
    outcomes = Counter(db.session.scalars(select(Outcome.submission_id)))
    verbs = (Entry.verb == "decided", Entry.thing == "Submission")
    told = Counter(map(int, db.session.scalars(select(Entry.thing_id).where(*verbs))))
    decided = {id_: state == SubmissionState.EARNED for id_, state in db.session.execute(states)}
    assert awards == Counter(id_ for id_, is_earned in decided.items() if is_earned)
    assert {(outcomes[id_], told[id_]) for id_ in decided} == {(CRITERIA, 1)}
    return Counter(decided.keys())
