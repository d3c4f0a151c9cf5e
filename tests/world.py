"""One small pilot in full, made by the application's own actions: what the tests of trust walk through."""

import io
from dataclasses import dataclass, field, fields
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, School
from microcred.badges.actions import award_badge
from microcred.badges.models import Award
from microcred.catalog.actions import import_catalogue
from microcred.catalog.models import CatalogueImport, MicroCredential
from microcred.db import db, utcnow
from microcred.evidence import actions as evidence
from microcred.evidence.cleaning import clean
from microcred.evidence.models import Artefact, CoachTalk, Privacy, Submission
from microcred.evidence.queries import storage
from microcred.holidays.actions import add_span
from microcred.holidays.models import DaysOff
from microcred.noticeboard import actions as noticeboard
from microcred.noticeboard.models import Announcement, Post, PostKind
from microcred.pilots import actions as pilots
from microcred.pilots.models import Offer, Pilot
from microcred.polls import actions as polls
from microcred.polls.counting import close_poll
from microcred.polls.deciding import decide
from microcred.polls.models import Poll
from microcred.polls.voting import cast_ballot
from microcred.recognition import actions as recognition
from microcred.recognition import budgets, ledger
from microcred.recognition.batches import hand_out_batch
from microcred.recognition.codes import make_shelf_code
from microcred.recognition.models import Batch, Entitlement, Giveaway, HandOut
from microcred.recognition.stock_models import Budget, Delivery, ShelfCode, StockMove, Store
from microcred.recognition.stores import district_store, first_variant, store_of
from microcred.scoring import actions as scoring
from microcred.scoring import anchors, profiles
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.anchors import Reference
from microcred.scoring.assigning import assign_reviewers
from microcred.scoring.models import Phrase, Review
from microcred.scoring.phrases import add_phrase, remove_phrase
from microcred.scoring.reviewer_models import Absence, Conflict
from microcred.scoring.rules import change_rules
from microcred.scoring.seats import criteria_of
from microcred.scoring.training import start_training
from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers
from microcred.volunteers.models import Volunteer
from tests.cast import Cast
from tests.evidence.canaries import pdf

MET, MISSED = 1, 0
LARGEST = 2 * 1024 * 1024
STACKS = {"talk": ("Talk and thinking", "circle-compass"), "seeing": ("Seeing learning", "hexagon-book")}
COURSES = (("wait-time", "talk"), ("exit-tickets", "seeing"), ("plain-words", "talk"))


def _course(code: str, stack: str) -> dict[str, Any]:
    level = [
        {"code": f"level-{place}", "name": name, "points": place, "descriptor": f"What one sees at {name.lower()}."}
        for place, name in enumerate(("Not yet", "Met"))
    ]
    criterion = {"code": "plan", "name": "The plan", "is_required": True, "required_level": "level-1", "levels": level}
    part = {"code": "overview", "name": "Overview", "prompt": "Describe it.", "word_limit": 50, "files": False}
    return {
        "code": code,
        "stack": stack,
        "requires": None,
        "title": code.replace("-", " ").capitalize(),
        "skill": f"The teacher uses {code}.",
        "why": "It helps.",
        "effort_hours": 8,
        "reviewer_hours": 1,
        "subjects": ["any"],
        "alignment": [],
        "evidence": [part, part | {"code": "artefacts", "name": "From the classroom", "files": True}],
        "rubric": {"criteria": [criterion, criterion | {"code": "result", "name": "The result"}]},
    }


CATALOGUE = {
    "format": "microcred-catalogue-1",
    "stacks": [
        {"code": code, "title": title, "description": f"{title}, step by step.", "design": design}
        for code, (title, design) in STACKS.items()
    ],
    "micro_credentials": [_course(code, stack) for code, stack in COURSES],
}


@dataclass
class World:
    """Everything that has an address; `south` stands before what only South school may see."""

    cast: Cast
    file_name: str
    courses: list[MicroCredential] = field(init=False)
    catalogue_import: CatalogueImport = field(init=False)
    pilot: Pilot = field(init=False)
    south_pilot: Pilot = field(init=False)
    volunteers: dict[str, Volunteer] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    offers: list[Offer] = field(init=False)
    south_offer: Offer = field(init=False)
    submissions: dict[str, Submission] = field(default_factory=dict)
    artefacts: dict[str, Artefact] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    phrases: dict[str, Phrase] = field(default_factory=dict)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    absences: dict[str, Absence] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    award: Award = field(init=False)
    giveaways: dict[str, Giveaway] = field(default_factory=dict)
    announcements: dict[str, Announcement] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    entitlements: dict[str, Entitlement] = field(default_factory=dict)
    hand_outs: dict[str, HandOut] = field(default_factory=dict)
    days_off: DaysOff = field(init=False)
    stores: dict[str, Store] = field(default_factory=dict)
    budget: Budget = field(init=False)
    delivery: StockMove = field(init=False)
    batch: Batch = field(init=False)
    shelf_code: ShelfCode = field(init=False)
    welcome_token: str = ""

    def files(self) -> dict[Path, bytes]:
        """The stored files of evidence, by where they lie."""
        stored = [each.stored_name for each in self.artefacts.values() if each.stored_name]
        return {path: path.read_bytes() for path in map(storage().path, stored)}


def make_world(cast: Cast, photo: bytes = b"", document: bytes = b"", file_name: str = "An upload") -> World:
    """Let the cast live through a pilot; `photo` and `document` are what is attached, under that name."""
    world = World(cast, file_name)
    _prepare(world)
    _sign_up(world)
    _vote(world)
    _hand_in(world, photo or _picture(), document)
    _lend(world)
    _talk(world)
    _thank(world)
    world.welcome_token = accounts.welcome(cast.bruno, by=cast.adam, link=lambda token: f"/welcome/{token}")
    world.days_off = add_span(date(2020, 1, 6), date(2020, 1, 7), "Long gone", by=cast.cora)
    db.session.commit()
    return world


def _prepare(world: World) -> None:
    cast = world.cast
    world.courses = import_catalogue(CATALOGUE, by=cast.cora)
    world.catalogue_import = db.session.scalars(select(CatalogueImport)).one()
    world.pilot = _pilot("Talk that travels", [cast.north, cast.south], cast.cora)
    world.south_pilot = _pilot("South alone", [cast.south], cast.cora)
    rules = {"clip": "volunteered", "mug": "joined", "tumbler": "voted", "press": "earned"}
    for name, rule in rules.items():
        stock = 0 if name == "tumbler" else 9
        world.giveaways[name] = recognition.create_giveaway(
            world.pilot, name=f"A {name}", value_cents=250, rule=rule, stock=stock, code=name, by=cast.cora
        )
    world.giveaways["south"] = recognition.create_giveaway(
        world.south_pilot, name="A southern clip", value_cents=100, rule="volunteered", stock=3, by=cast.cora
    )
    world.giveaways["south"].announced_at = None


def _pilot(title: str, schools: list[School], by: Account) -> Pilot:
    return pilots.create_pilot(
        title=title,
        purpose="See whether short courses help.",
        success="Half of those who join earn a badge.",
        schools=schools,
        places=2,
        sign_up_opens_at=utcnow() - timedelta(days=9),
        starts_on=utcnow().date(),
        ends_on=utcnow().date() + timedelta(days=90),
        reviewers_per_submission=2,
        by=by,
    )


def _sign_up(world: World) -> None:
    cast = world.cast
    for name in ("amara", "chloe", "bruno", "south"):
        pilot, person = (world.south_pilot, cast.chloe) if name == "south" else (world.pilot, getattr(cast, name))
        world.volunteers[name] = volunteers.volunteer(pilot, person, f"Why {name} would like to.")
    answers.note_told(answers.approve(world.volunteers["amara"], by=cast.pia))
    answers.note_told(answers.approve(world.volunteers["chloe"], by=cast.pavel))


def _vote(world: World) -> None:
    for name in ("decided", "closed", "open", "draft", "south", "hidden"):
        pilot = world.south_pilot if name == "south" else world.pilot
        poll = world.polls[name] = _poll(world, pilot, f"The {name} poll: which next?")
        if name != "draft":
            polls.open_poll(poll, by=world.cast.cora)
    for name in ("decided", "closed", "open"):
        for person in (world.cast.amara, world.cast.chloe):
            cast_ballot(world.polls[name], person, ["A", "B"])
    for name in ("decided", "closed", "hidden"):
        close_poll(world.polls[name], by=world.cast.cora)
    decide(world.polls["decided"], ["A", "B", "C"], "All three fit.", by=world.cast.cora)
    world.offers = list(world.pilot.offers)
    world.south_offer = pilots.offer(world.south_pilot, world.courses[0], by=world.cast.cora)


def _poll(world: World, pilot: Pilot, question: str) -> Poll:
    return polls.create_poll(
        pilot,
        question=question,
        micro_credentials=world.courses,
        stacks=[],
        max_approvals=2,
        seats=2,
        closes_at=utcnow() + timedelta(days=3),
        shows_standings_to="decided" if question.startswith("The hidden") else "voters",
        by=world.cast.cora,
    )


def _hand_in(world: World, photo: bytes, document: bytes) -> None:
    """Rita and Ravi review whatever is handed in: Rosa is away in those weeks."""
    cast = world.cast
    accounts.disable_person(cast.rosa, by=cast.adam)
    _earn(world, "earned", world.offers[0], cast.amara, photo, document)
    _submit(world, "in review", world.offers[1], cast.amara, photo)
    rita, ravi = _reviews(world, "in review")
    scoring.accept_review(rita, by=cast.rita)
    scoring.save_score(rita, criteria_of(rita)[0], MET, "Clear.", by=cast.rita)
    _keep_phrases(world, rita)
    removed = add_phrase(rita.submission.micro_credential, "plan", "No more.", owner=cast.rita, by=cast.rita)
    world.phrases["removed"] = Phrase(id=removed.id)
    remove_phrase(removed, by=cast.rita)
    _score(ravi, MET)
    _submit(world, "asked", world.offers[2], cast.amara)
    _reviews(world, "asked")
    _submit(world, "not yet", world.offers[0], cast.chloe, photo)
    for review in _reviews(world, "not yet"):
        _score(review, MISSED)
    _draft(world, "draft", world.offers[1], cast.chloe, photo)
    db.session.add(CoachTalk(submission=world.submissions["not yet"], asked_at=utcnow()))
    accounts.enable_person(cast.rosa, by=cast.adam)
    world.absences["rita's"] = profiles.add_absence(cast.rita, date(2099, 1, 5), date(2099, 1, 9))
    world.conflicts["rita's"] = profiles.name_conflict(cast.rita, cast.pia.email)
    profiles.take_back_conflict(profiles.name_conflict(cast.rita, cast.pavel.email), by=cast.rita)


def _keep_phrases(world: World, review: Review) -> None:
    """One of everybody's, and one of the reviewer's own."""
    cora, rita = world.cast.cora, review.reviewer
    world.phrases["everybody's"] = add_phrase(world.courses[0], "plan", "Seen by all.", owner=None, by=cora)
    mine = review.submission.micro_credential
    world.phrases["rita's"] = add_phrase(mine, "plan", "Seen by me.", owner=rita, by=rita)


def _earn(world: World, name: str, offer: Offer, person: Account, photo: bytes, document: bytes) -> None:
    submission = _draft(world, name, offer, person, photo)
    _attach(world, "document", submission, document or pdf(), ".pdf")
    _send(submission)
    for review in _reviews(world, name):
        _score(review, MET)
    world.award = award_badge(submission)


def _submit(world: World, name: str, offer: Offer, person: Account, photo: bytes = b"") -> None:
    _send(_draft(world, name, offer, person, photo))


def _send(submission: Submission) -> None:
    evidence.submit(submission, by=submission.person)
    assign_reviewers(submission)


def _draft(world: World, name: str, offer: Offer, person: Account, photo: bytes = b"") -> Submission:
    submission = world.submissions[name] = evidence.start_submission(offer, person)
    for part in submission.micro_credential.parts:
        evidence.save_text(submission, part, f"What was done about {part.name.lower()}.", 0)
    if photo:
        _attach(world, f"{name}: photo", submission, photo, ".png")
        part = submission.micro_credential.parts[1]
        world.artefacts[f"{name}: link"] = evidence.attach_link(
            submission, part, "https://example.org/page", caption="A page about it", privacy=Privacy.NO_PUPIL
        )
    return submission


def _attach(world: World, name: str, submission: Submission, content: bytes, ending: str) -> None:
    part = submission.micro_credential.parts[1]
    with clean(io.BytesIO(content), world.file_name + ending, largest_bytes=LARGEST) as file:
        world.artefacts[name] = evidence.attach_file(
            submission, part, file, storage=storage(), caption="What came in", privacy=Privacy.NO_PUPIL
        )


def _picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(written, "PNG")
    return written.getvalue()


def _reviews(world: World, name: str) -> list[Review]:
    """The reviews of a submission, rita's first; they are called such as `earned: rita`."""
    statement = select(Review).where(Review.submission_id == world.submissions[name].id).order_by(Review.reviewer_id)
    found = list(db.session.scalars(statement))
    for review in found:
        world.reviews[f"{name}: {_called(world.cast, review.reviewer)}"] = review
    return found


def _score(review: Review, level: int) -> None:
    _write(scoring.accept_review(review, by=review.reviewer), level)


def _write(review: Review, level: int) -> None:
    for criterion in criteria_of(review):
        scoring.save_score(review, criterion, level, "Thank you for this.", by=review.reviewer)
    scoring.finish_review(review, "Good to read.", by=review.reviewer)


def _lend(world: World) -> None:
    """Amara's evidence is shown as an example; Chloe's may be practised on, and Rosa did so while it was."""
    cast = world.cast
    for name, source in (("shown", world.submissions["earned"]), ("hidden", world.submissions["not yet"])):
        anchor = world.anchors[name] = anchors.propose_anchor(source, by=cast.cora)
        anchors.answer_proposal(anchor, training=True, example=name == "shown", by=source.person)
        written = {criterion.id: Reference(MET, "That is why.") for criterion in source.rubric.criteria}
        anchors.write_levels(anchor, written, by=cast.cora)
    anchors.change_uses(world.anchors["shown"], training=False, example=True, by=cast.cora)
    anchors.change_uses(world.anchors["hidden"], training=True, example=False, by=cast.cora)
    look = world.reviews["anchor: rosa"] = start_training(world.courses[0], by=cast.rosa)
    _write(look, MET)
    anchors.change_uses(world.anchors["hidden"], training=False, example=False, by=cast.cora)


def _talk(world: World) -> None:
    cast = world.cast
    for name, pilot in (("all", world.pilot), ("south", world.south_pilot)):
        world.announcements[name] = noticeboard.announce(pilot, "We begin", "See you on *Monday*.", by=cast.cora)
    world.posts["win"] = noticeboard.share(world.pilot, PostKind.WIN, "It worked.", by=cast.amara)
    world.posts["reply"] = noticeboard.reply(world.posts["win"], "How?", by=cast.chloe)
    world.posts["south"] = noticeboard.share(world.south_pilot, PostKind.CHALLENGE, "It did not.", by=cast.chloe)


def _thank(world: World) -> None:
    """Amara has received her clip, is owed the tumbler, of which there is none, and is due the rest."""
    cast = world.cast
    for person in (cast.amara, cast.bruno, cast.chloe):
        recognition.thank(world.pilot, person)
    recognition.thank(world.south_pilot, cast.chloe)
    for entitlement in db.session.scalars(select(Entitlement).order_by(Entitlement.id)):
        giveaway = next(name for name, each in world.giveaways.items() if each.id == entitlement.giveaway_id)
        world.entitlements[f"{_called(cast, entitlement.person)}: {giveaway}"] = entitlement
    world.hand_outs["amara"] = recognition.give(world.entitlements["amara: clip"], by=cast.pia)
    world.hand_outs["chloe"] = recognition.give(world.entitlements["chloe: clip"], by=cast.cora)
    _lay_in(world)
    recognition.owe(world.entitlements["amara: tumbler"], by=cast.cora)
    clip, district = world.entitlements["bruno: clip"].id, world.stores["district"]
    world.batch = hand_out_batch("Staff meeting", [clip], by=cast.pia, store=district).batch
    world.shelf_code = make_shelf_code(world.giveaways["clip"], world.stores["north"], by=cast.cora)


def _lay_in(world: World) -> None:
    """A budget, and stores in which something lies."""
    cora, press = world.cast.cora, world.giveaways["press"]
    span = {"starts_on": date(2020, 1, 1), "ends_on": date(2090, 12, 31)}
    world.budget = budgets.add_budget(name="Thanks", holder=world.cast.pavel, amount_cents=90_000, by=cora, **span)
    world.stores = {"district": district_store()}
    for name, school in (("north", world.cast.north), ("south", world.cast.south)):
        world.stores[name] = store_of(school.id)
        places = {"source": world.stores["district"], "target": store_of(school.id)}
        ledger.transfer_stock(press, 1, "", by=cora, variant=first_variant(press), **places)
    world.delivery = ledger.receive_stock(press, 2, "", by=cora, delivery=Delivery(unit_price_cents=250))


def _called(cast: Cast, person: Account) -> str:
    """What the cast calls somebody, whatever the name is now."""
    return next(each.name for each in fields(cast) if getattr(cast, each.name) is person)


def hold_back(world: World) -> Submission:
    """Evidence of chloe's that a lead has to look at, and whose answer waits for a Thursday; few tests need it."""
    usual: dict[str, Any] = {"double_percent": 0, "allows_same_school": False, "shows_others": False}
    at_once: dict[str, Any] = {"lead_looks": False, "release_weekday": None, "release_time": None}
    on_thursdays: dict[str, Any] = {"lead_looks": True, "release_weekday": 3, "release_time": time(15)}
    change_rules(world.pilot, **usual, **on_thursdays, by=world.cast.cora)
    _submit(world, "held", world.offers[2], world.cast.chloe)
    for review in _reviews(world, "held"):
        _score(review, MET)
    change_rules(world.pilot, **usual, **at_once, by=world.cast.cora)
    return world.submissions["held"]
