"""Nothing that a reviewer can fetch names the author: canaries in every field, and a page that must give them away."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import at, db, utcnow
from microcred.evidence.models import Artefact, Submission, SubmissionState
from microcred.evidence.queries import storage
from microcred.evidence.storage import KeptFile
from microcred.history import record
from microcred.outbox import Mail
from microcred.scoring import actions
from microcred.scoring.models import Phrase, Review
from microcred.scoring.passing_on import pass_on_unanswered_offers
from microcred.scoring.reminding import escalate_late_reviews, remind_reviewers
from microcred.scoring.reviewer_models import Conflict, ConflictSource
from microcred.volunteers.models import Volunteer
from tests.cast import Cast
from tests.conftest import Browser
from tests.evidence.canaries import CANARY, cleaned, package, pdf, photograph, word_members
from tests.evidence.layers import hits
from tests.scoring.releasing import rule, scored
from tests.scoring.reviewing import MET, NOT_MET, Course, HandIn, begin, reviewed, score, seated

Browse = Callable[[Account], Browser]
CANARIES = (CANARY, "Kestrelmoor", "zquill", "Ferngate", "why-she-came")


@pytest.fixture
def author(cast: Cast) -> Account:
    """Amara with a canary wherever something is kept about her."""
    cast.amara.name, cast.amara.email = f"{CANARY} Kestrelmoor", "zquill@ferngate.example"
    cast.north.name = "Ferngate school"
    db.session.commit()
    return cast.amara


@pytest.fixture
def submission(author: Account, hand_in: HandIn, course: Course) -> Submission:
    """Her evidence, with a cleaned photo, a cleaned document and a link."""
    entry = Volunteer(pilot=course.pilot, person=author, school_id=author.school_id, why="why-she-came", state="joined")
    entry.applied_at, entry.turn = utcnow(), 1
    db.session.add(entry)
    submission = hand_in(author)
    part = course.micro_credential.parts[1]
    for number, (name, content) in enumerate({"zquill.jpg": photograph(), "zquill.pdf": pdf()}.items(), start=1):
        with cleaned(content, name) as clean_file:
            kept = KeptFile.keep(clean_file, storage())
        attached = Artefact(**kept._asdict(), part=part, number=number, caption="Seen in class", added_at=utcnow())
        submission.artefacts.append(attached)
    link = Artefact(part=part, number=3, link="https://example.org/class", caption="A page", added_at=utcnow())
    submission.artefacts.append(link)
    record(author, "handed in", submission)
    db.session.commit()
    return submission


def said_in(answer: TestResponse) -> list[str]:
    """The canaries in the body and the headers of an answer."""
    everything = answer.data + str(answer.headers).encode()
    return [canary for canary in CANARIES if canary.lower().encode() in everything.lower()]


def addresses(review: Review) -> list[str]:
    """Every page and file that belongs to a review."""
    base = f"/reviews/{review.id}"
    pages = (f"{base}/artefacts/2/pages", f"{base}/artefacts/2/pages/1", f"{base}/summary")
    return [*pages, "/reviews", base, *(f"{base}/artefacts/{number}" for number in (1, 2, 3))]


def test_nothing_a_reviewer_fetches_names_the_author(browse: Browse, submission: Submission, course: Course) -> None:
    actions.assign_reviewers(submission)
    review = seated(submission, 1)
    browser = browse(review.reviewer)
    seen: list[TestResponse] = [browser.get(url, buffered=True) for url in addresses(review)]
    begin(review)
    seen += [browser.get(url, buffered=True) for url in addresses(review)]
    assert [answer.status_code for answer in seen[-5:]] == [200, 200, 200, 200, 404]
    criterion = course.criteria[0].id
    for htmx in (False, True):
        for level in ("1", "9"):
            seen.append(browser.send(f"/reviews/{review.id}/scores/{criterion}", htmx=htmx, level=level, feedback="x"))
            seen.append(browser.send(f"/reviews/{review.id}/comment", htmx=htmx, comment="x", over=level))
            sent = {"level": level, "feedback": f"Kept {level} {htmx}"}
            seen.append(browser.send(f"/reviews/{review.id}/scores/{criterion}/phrases", htmx=htmx, **sent))
    own = [f"/phrases/{phrase.id}" for phrase in db.session.query(Phrase)]
    assert len(own) == 2
    seen += [browser.send(f"{path}/{what}", htmx=True) for path in own for what in ("removal", "restoration")]
    seen.append(browser.send(f"/reviews/{review.id}/final", comment=""))
    seen.append(browser.send(f"/reviews/{review.id}/refusal", reason=""))
    seen.append(browser.send(f"/reviews/{review.id}/incompleteness", missing=""))
    score(review, {"plan": MET, "ask": MET, "extra": MET})
    seen.append(browser.send(f"/reviews/{review.id}/final", comment="Good"))
    seen += [browser.get(url, buffered=True) for url in addresses(review)]
    assert [said_in(answer) for answer in seen] == [[]] * len(seen)


def test_a_third_reviewer_sees_neither_the_author_nor_a_score(browse: Browse, submission: Submission) -> None:
    actions.assign_reviewers(submission)
    for seat, level in ((1, MET), (2, NOT_MET)):
        for one in score(seated(submission, seat), {"plan": level, "ask": MET, "extra": MET}).scores:
            one.feedback = f"secret-of-seat-{seat}"
        actions.finish_review(seated(submission, seat), f"secret-of-seat-{seat}", by=seated(submission, seat).reviewer)
    third = begin(seated(submission, 3))
    page = browse(third.reviewer).get(f"/reviews/{third.id}")
    assert said_in(page) == []
    assert "secret-of-seat" not in page.text
    assert "checked" not in page.text
    assert [name for name in ("Plans questions", "Asks and waits", "Invites others") if name in page.text] == [
        "Plans questions"
    ]


def test_a_file_is_named_after_the_code_name_and_only_pictures_are_shown(
    browse: Browse, submission: Submission
) -> None:
    actions.assign_reviewers(submission)
    review = begin(seated(submission, 1))
    browser = browse(review.reviewer)
    photo, document = (browser.get(f"/reviews/{review.id}/artefacts/{number}", buffered=True) for number in (1, 2))
    assert photo.headers["Content-Disposition"] == f"inline; filename={submission.code_name}-1.jpg"
    assert document.headers["Content-Disposition"] == f"attachment; filename={submission.code_name}-2.pdf"
    for answer in (photo, document):
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Last-Modified" not in answer.headers


def test_a_file_is_there_for_nobody_else_and_not_before_the_review_is_accepted(
    browse: Browse, cast: Cast, submission: Submission
) -> None:
    actions.assign_reviewers(submission)
    review = seated(submission, 1)
    url = f"/reviews/{review.id}/artefacts/1"
    assert browse(review.reviewer).get(url).status_code == 404
    begin(review)
    others = [person for person in cast.people if person.is_active and person.id != review.reviewer_id]
    assert {browse(person).get(url).status_code for person in others} == {404}


def test_the_mail_to_reviewers_names_nobody_else(submission: Submission) -> None:
    actions.assign_reviewers(submission)
    actions.decline_review(seated(submission, 1), "no time", by=seated(submission, 1).reviewer)
    actions.mark_incomplete(submission, "A photo", by=_accepted(submission))
    mails = db.session.query(Mail).filter(Mail.person_id != submission.person_id).all()
    assert len(mails) == 4
    text = " ".join(f"{mail.subject} {mail.text}" for mail in mails).lower()
    assert [canary for canary in CANARIES if canary.lower() in text] == []


def _accepted(submission: Submission) -> Account:
    return begin(seated(submission, 2)).reviewer


def test_no_statement_of_the_desk_selects_who_handed_in(browse: Browse, submission: Submission) -> None:
    actions.assign_reviewers(submission)
    review = begin(seated(submission, 1))
    browser = browse(review.reviewer)
    with statements() as sent:
        for url in addresses(review):
            browser.get(url, buffered=True)
    about_evidence = [statement for statement in sent if "submissions" in statement]
    assert len(about_evidence) >= 4
    assert [statement for statement in about_evidence if "person_id" in statement.partition("FROM")[0]] == []


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = db.engine.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_coordinator_who_reviews_too_learns_no_name_from_the_board(
    browse: Browse, cast: Cast, submission: Submission
) -> None:
    cast.cora.roles.append(Role(name=RoleName.REVIEWER))
    actions.assign_reviewers(submission)
    browser = browse(cast.cora)
    assert [said_in(browser.get(url)) for url in ("/scoring", f"/scoring/{submission.code_name}")] == [[], []]


def test_a_coordinator_who_reviewed_finds_no_author_by_naming_people(
    browse: Browse, cast: Cast, author: Account, submission: Submission, course: Course
) -> None:
    cast.cora.roles.append(Role(name=RoleName.REVIEWER))
    reviewed(submission, cast.cora, 1, (MET, MET, MET))
    submission.state = SubmissionState.IN_REVIEW
    db.session.commit()
    browser, case = browse(cast.cora), f"/scoring/{submission.code_name}"
    pages = [browser.get(case).text.count("conflict of interest")]
    for person in (author, cast.chloe):
        browser.send("/reviews/conflicts", colleague=person.email)
        pages.append(browser.get(case).text.count("conflict of interest"))
    assert pages == [0, 0, 0]


def test_the_profile_and_its_answers_name_no_author(browse: Browse, author: Account, submission: Submission) -> None:
    actions.assign_reviewers(submission)
    review = begin(seated(submission, 1))
    actions.decline_review(review, "conflict", by=review.reviewer)
    coached = Conflict(
        reviewer_id=review.reviewer_id, person_id=author.id, source=ConflictSource.COACHED, declared_at=utcnow()
    )
    db.session.add(coached)
    browser = browse(review.reviewer)
    seen = [browser.get("/reviews/profile"), browser.send("/reviews/profile", subjects="", most_open="x")]
    seen += [browser.send("/reviews/absences", starts_on="x"), browser.send("/reviews/conflicts", colleague="Nobody")]
    seen += [browser.send(f"/reviews/conflicts/{row.id}/retraction") for row in db.session.query(Conflict)]
    assert [answer.status_code for answer in seen] == [200, 422, 422, 422, 404, 404]
    assert [said_in(answer) for answer in seen] == [[]] * len(seen)


def test_naming_the_author_is_answered_like_naming_anybody(
    browse: Browse, cast: Cast, author: Account, submission: Submission
) -> None:
    actions.assign_reviewers(submission)
    review = begin(seated(submission, 1))
    browser, answers = browse(review.reviewer), []
    for person in (author, cast.chloe):
        sent = browser.send("/reviews/conflicts", colleague=person.email)
        page = browser.get("/reviews/profile").text
        said = f"You will not be asked about evidence of {person.name}."
        answers.append((sent.status_code, sent.headers["Location"], page.count(said)))
    assert answers[0] == answers[1] == (303, "/reviews/profile", 1)


def test_mail_of_the_clocks_names_no_author(author: Account, submission: Submission) -> None:
    actions.assign_reviewers(submission)
    begin(seated(submission, 1))
    with at(utcnow() + timedelta(days=40)):
        for job in (remind_reviewers, pass_on_unanswered_offers, escalate_late_reviews):
            assert job() != []
    mails = db.session.query(Mail).filter(Mail.person_id != author.id).all()
    subjects = {mail.subject.partition(":")[0] for mail in mails}
    assert subjects == {
        "Evidence to review",
        "Your review is late",
        "Your review went to somebody else",
        "1 review is late",
    }
    text = " ".join(f"{mail.subject} {mail.text}" for mail in mails).lower()
    assert [canary for canary in CANARIES if canary.lower() in text] == []


def test_the_search_for_canaries_finds_them_where_they_may_be(
    browse: Browse, author: Account, submission: Submission
) -> None:
    page = browse(author).get("/me")
    assert {CANARY, "Kestrelmoor"} <= set(said_in(page))


def test_neither_a_look_nor_a_returned_review_names_the_author(
    browse: Browse, cast: Cast, submission: Submission, course: Course
) -> None:
    rule(course, cast, lead_looks=True)
    scored(submission)
    review, lead = seated(submission, 1), browse(cast.cora)
    look = f"/scoring/releases/{submission.code_name}"
    seen = [lead.get("/scoring/releases"), lead.get(look)]
    seen += [lead.send(f"/scoring/reviews/{review.id}/return", note=note) for note in (" ", "Once more.")]
    assert [answer.status_code for answer in seen] == [200, 200, 422, 303]
    seen += [browse(review.reviewer).get(url, buffered=True) for url in addresses(review)]
    assert [said_in(answer) for answer in seen] == [[]] * len(seen)
    mails = db.session.query(Mail).filter(Mail.person_id == review.reviewer_id)
    assert [canary for canary in CANARIES for mail in mails if canary.lower() in mail.text.lower()] == []


def test_the_properties_of_a_word_document_name_no_author(
    browse: Browse, submission: Submission, course: Course
) -> None:
    with cleaned(package(word_members()), "zquill.docx") as clean_file:
        kept = KeptFile.keep(clean_file, storage())
    part = course.micro_credential.parts[1]
    submission.artefacts.append(Artefact(**kept._asdict(), part=part, number=4, caption="A plan", added_at=utcnow()))
    actions.assign_reviewers(submission)
    review = begin(seated(submission, 1))
    answer = browse(review.reviewer).get(f"/reviews/{review.id}/artefacts/4", buffered=True)
    assert (answer.status_code, hits(answer.data), said_in(answer)) == (200, 0, [])
    assert hits(package(word_members())) > 0
