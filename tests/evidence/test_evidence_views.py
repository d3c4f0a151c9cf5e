"""The pages of evidence: the four answers, uploads and their refusals, files that are served, and what is not yours."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog.models import EvidencePart
from microcred.db import db
from microcred.evidence import actions, queries
from microcred.evidence.blind import blind_submission
from microcred.evidence.models import Artefact, Privacy, Submission, SubmissionState
from microcred.pilots.models import Offer, Pilot
from microcred.recognition.actions import create_giveaway
from microcred.recognition.models import Entitlement
from microcred.scoring import actions as scoring
from microcred.scoring.models import Review
from tests.cast import Cast
from tests.conftest import Browser
from tests.evidence.canaries import CANARY, photograph
from tests.evidence.conftest import decided, stored_files
from tests.evidence.layers import hits

S = SubmissionState
Browse = Callable[[Account], Browser]
NO_PUPIL = Privacy.NO_PUPIL.value


@pytest.fixture
def amara(cast: Cast, draft: Submission, browse: Browse) -> Browser:
    """Amara's browser; her draft is there."""
    return browse(cast.amara)


@pytest.fixture
def evidence_folder(data_folder: Path) -> Path:
    """Where the application under test keeps evidence."""
    return data_folder / "evidence"


def at(draft: Submission, part: EvidencePart, what: str) -> str:
    """The address to send something to."""
    return f"/submissions/{draft.id}/parts/{part.id}/{what}"


def upload(content: bytes = b"an essay", name: str = "essay.txt") -> tuple[io.BytesIO, str]:
    """A file as a browser sends it."""
    return io.BytesIO(content), name


def attached(draft: Submission) -> list[Artefact]:
    """The artefacts of a draft, as the database has them now."""
    return list(db.session.scalars(select(Artefact).where(Artefact.submission_id == draft.id).order_by(Artefact.id)))


def test_an_offer_is_started_from_the_list(cast: Cast, offers: list[Offer], browse: Browse) -> None:
    amara = browse(cast.amara)
    assert f"/offers/{offers[0].id}/submissions" in amara.get("/evidence").text
    reply = amara.send(f"/offers/{offers[0].id}/submissions")
    begun = queries.submissions_of(cast.amara)[0]
    assert (reply.status_code, reply.location) == (303, f"/submissions/{begun.id}")
    assert begun.code_name in amara.get(reply.location).text


def test_who_has_not_joined_is_told_so(cast: Cast, offers: list[Offer], browse: Browse) -> None:
    reply = browse(cast.chloe).send(f"/offers/{offers[0].id}/submissions")
    assert (reply.status_code, "Evidence is for those who have joined" in reply.text) == (422, True)
    assert browse(cast.rita).send(f"/offers/{offers[0].id}/submissions").status_code == 403


def test_a_text_is_saved_by_the_button(draft: Submission, overview: EvidencePart, amara: Browser) -> None:
    reply = amara.send(at(draft, overview, "text"), text="My class\r\nof 24", revision="0")
    assert (reply.status_code, reply.location) == (303, f"/submissions/{draft.id}#part-{overview.id}")
    assert draft.text_of(overview) == "My class\nof 24"


def test_a_text_saves_itself_and_tells_the_next_revision(
    draft: Submission, overview: EvidencePart, amara: Browser
) -> None:
    reply = amara.send(at(draft, overview, "text"), htmx=True, text="My class", revision="0")
    assert (reply.status_code, reply.text.count(f'id="part-{overview.id}-saved"')) == (200, 1)
    assert 'name="revision" value="1"' in reply.text
    assert "<!doctype" not in reply.text
    assert amara.send(at(draft, overview, "text"), htmx=True, text="My class now", revision="1").status_code == 200
    assert draft.text_of(overview) == "My class now"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_stale_text_is_refused_with_both_texts_kept(
    draft: Submission, overview: EvidencePart, amara: Browser, htmx: bool
) -> None:
    actions.save_text(draft, overview, "The newer text", 0)
    reply = amara.send(at(draft, overview, "text"), htmx=htmx, text="Typed in an old tab", revision="0")
    assert (reply.status_code, reply.text.count("A newer text was saved elsewhere") > 0) == (422, True)
    assert "The newer text" in reply.text
    assert ("Typed in an old tab" in reply.text) is not htmx, "htmx leaves what was typed on the page"
    assert 'name="revision" value="0"' in reply.text, "the next save by itself must not overwrite it either"
    assert draft.text_of(overview) == "The newer text"


def test_who_has_seen_the_newer_text_may_replace_it(draft: Submission, overview: EvidencePart, amara: Browser) -> None:
    actions.save_text(draft, overview, "The newer text", 0)
    reply = amara.send(at(draft, overview, "text"), text="Mine after all", revision="0", replaces="1")
    assert (reply.status_code, draft.text_of(overview)) == (303, "Mine after all")


@pytest.mark.parametrize("htmx", [False, True])
def test_a_text_that_comes_too_late_is_refused(complete: Submission, browse: Browse, htmx: bool) -> None:
    actions.submit(complete, by=complete.person)
    part = complete.micro_credential.standing_parts[0]
    reply = browse(complete.person).send(at(complete, part, "text"), htmx=htmx, text="More", revision="1")
    assert (reply.status_code, "it cannot be changed any more" in reply.text) == (422, True)


def test_files_are_attached(draft: Submission, artefacts: EvidencePart, amara: Browser, evidence_folder: Path) -> None:
    url = at(draft, artefacts, "files")
    reply = amara.send(url, file=[upload(), upload(b"a second", "b.txt")])
    assert (reply.status_code, reply.location) == (303, f"/submissions/{draft.id}#part-{artefacts.id}")
    reply = amara.send(url, htmx=True, file=upload(b"another"))
    assert (reply.status_code, reply.text.count(f'id="part-{artefacts.id}-artefacts"')) == (200, 1)
    assert [(each.number, each.size, each.privacy) for each in attached(draft)] == [
        (1, 8, None),
        (2, 8, None),
        (3, 7, None),
    ]
    names = {each.stored_name for each in attached(draft)}
    assert names <= set(stored_files(evidence_folder))


@pytest.mark.parametrize("htmx", [False, True])
def test_the_good_files_are_attached_and_the_others_named_with_why(
    draft: Submission, artefacts: EvidencePart, amara: Browser, evidence_folder: Path, htmx: bool
) -> None:
    before = len(stored_files(evidence_folder))
    url = at(draft, artefacts, "files")
    for _ in range(2):
        files = [upload(b"MZ", "<b>plan</b>.docx"), upload(), upload(b"", "nothing.txt")]
        reply = amara.send(url, htmx=htmx, key="one", file=files)
        assert (reply.status_code, "&lt;b&gt;plan&lt;/b&gt;.docx: This file is a program." in reply.text) == (422, True)
        assert ("nothing.txt: This file is empty." in reply.text, "essay.txt" in reply.text) == (True, False)
        assert (len(attached(draft)), len(stored_files(evidence_folder))) == (1, before + 1)
    assert "plan" not in amara.get(f"/submissions/{draft.id}").text.replace(artefacts.prompt, "")


def test_what_does_not_fit_is_named_and_the_rest_is_attached(
    draft: Submission, artefacts: EvidencePart, amara: Browser, monkeypatch: pytest.MonkeyPatch, evidence_folder: Path
) -> None:
    monkeypatch.setitem(amara.application.config, "MICROCRED_ARTEFACTS_PER_PART", 2)
    before = len(stored_files(evidence_folder))
    files = [upload(name=f"{number}.txt") for number in range(3)]
    reply = amara.send(at(draft, artefacts, "files"), file=files)
    assert (reply.status_code, "2.txt: A part takes at most 2 files and links." in reply.text) == (422, True)
    assert (len(attached(draft)), len(stored_files(evidence_folder))) == (2, before + 2)


@pytest.mark.parametrize(("room", "cleaned"), [(2, ["0.txt", "1.txt"]), (0, [])])
def test_what_there_is_no_room_for_is_not_cleaned(
    draft: Submission,
    artefacts: EvidencePart,
    amara: Browser,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    room: int,
    cleaned: list[str],
) -> None:
    monkeypatch.setitem(amara.application.config, "MICROCRED_ARTEFACTS_PER_PART", room)
    monkeypatch.setitem(amara.application.config, "MICROCRED_VIRUS_SCANNER", scanner_that_notes(tmp_path))
    reply = amara.send(at(draft, artefacts, "files"), file=[upload(name=f"{number}.txt") for number in range(3)])
    assert (reply.status_code, f"at most {room} files" in reply.text) == (422, True)
    assert (len(attached(draft)), len(noted(tmp_path))) == (room, len(cleaned))


def test_a_file_for_a_part_that_takes_none_is_not_cleaned(
    draft: Submission, overview: EvidencePart, amara: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(amara.application.config, "MICROCRED_VIRUS_SCANNER", scanner_that_notes(tmp_path))
    reply = amara.send(at(draft, overview, "files"), file=upload())
    assert (reply.status_code, noted(tmp_path)) == (422, [])


def test_no_connection_is_held_while_a_file_is_cleaned(
    draft: Submission, artefacts: EvidencePart, amara: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Watching()
    monkeypatch.setitem(amara.application.config, "MICROCRED_VIRUS_SCANNER", held)
    amara.send(at(draft, artefacts, "files"), file=upload())
    assert held.noted == [False]


class Watching(list[str]):
    """The command of no scanner, which notes whether it is asked for within a transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[bool] = []

    def __iter__(self) -> Iterator[str]:
        self.noted.append(db.session().in_transaction())
        return super().__iter__()


def scanner_that_notes(folder: Path) -> str:
    """A virus scanner that finds nothing and writes down what it was shown."""
    script = folder / "scan.sh"
    script.write_text(f'echo "$1" >> {folder / "scanned"}')
    return f"sh {script}"


def noted(folder: Path) -> list[str]:
    """What that scanner was shown."""
    return (folder / "scanned").read_text().splitlines() if (folder / "scanned").exists() else []


def test_only_kinds_that_the_setting_names_are_accepted_and_announced(
    draft: Submission, artefacts: EvidencePart, amara: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(amara.application.config, "MICROCRED_FILE_KINDS", (".pdf", ".docx"))
    page = amara.get(f"/submissions/{draft.id}").text
    assert ('accept=".pdf,.docx"' in page, "Files that end in .pdf, .docx, of at most 10 MB each" in page) == (
        True,
        True,
    )
    reply = amara.send(at(draft, artefacts, "files"), file=upload())
    assert (reply.status_code, "What is accepted ends in .pdf, .docx." in reply.text) == (422, True)


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: upload(photograph(), "holiday.pdf"), "The name ends in .pdf, but the content is"),
        (lambda: upload(b"MZ\x90\x00", "plan.docx"), "This file is a program."),
        (lambda: upload(b"", "empty.txt"), "This file is empty."),
        (lambda: upload(b"a" * 300_000, "long.txt"), "This file is too large: at most 0.2 MB"),
    ],
)
def test_a_bad_file_is_refused_beside_its_field_and_not_kept(
    draft: Submission,
    artefacts: EvidencePart,
    amara: Browser,
    evidence_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: Callable[[], object],
    sentence: str,
    htmx: bool,
) -> None:
    monkeypatch.setitem(amara.application.config, "MICROCRED_UPLOAD_MEGABYTES", 0.2)
    before = stored_files(evidence_folder)
    url = at(draft, artefacts, "files")
    reply = amara.send(url, htmx=htmx, file=file())
    assert (reply.status_code, sentence in reply.text) == (422, True)
    assert f'id="part-{artefacts.id}-new-file-file-error"' in reply.text
    assert (attached(draft), stored_files(evidence_folder)) == ([], before)


def test_a_good_file_in_the_wrong_place_leaves_nothing_behind(
    draft: Submission, overview: EvidencePart, amara: Browser, evidence_folder: Path
) -> None:
    before = stored_files(evidence_folder)
    reply = amara.send(at(draft, overview, "files"), file=upload())
    assert (reply.status_code, stored_files(evidence_folder)) == (422, before)


def test_a_second_click_attaches_one_file_and_keeps_one(
    draft: Submission, artefacts: EvidencePart, amara: Browser, evidence_folder: Path
) -> None:
    before = len(stored_files(evidence_folder))
    for _ in range(2):
        reply = amara.send(at(draft, artefacts, "files"), key="one", file=upload())
        assert reply.status_code == 303
    assert (len(attached(draft)), len(stored_files(evidence_folder))) == (1, before + 1)


def test_a_file_without_a_declaration_is_kept_and_not_handed_in(
    complete: Submission, artefacts: EvidencePart, browse: Browse
) -> None:
    amara = browse(complete.person)
    amara.send(at(complete, artefacts, "files"), file=upload())
    reply = amara.send(f"/submissions/{complete.id}/hand-in", has_looked="y")
    assert (reply.status_code, "say for artefact 1 whether pupils can be recognised" in reply.text) == (422, True)
    assert amara.send(f"/artefacts/{attached(complete)[0].id}/description", privacy="consent").status_code == 303
    assert amara.send(f"/submissions/{complete.id}/hand-in", has_looked="y").status_code == 303


def test_no_files_at_all_are_no_upload(draft: Submission, artefacts: EvidencePart, amara: Browser) -> None:
    reply = amara.send(at(draft, artefacts, "files"))
    assert (reply.status_code, "Choose a file." in reply.text) == (422, True)


def test_a_scanner_that_says_no_is_heeded(
    draft: Submission, artefacts: EvidencePart, amara: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(amara.application.config, "MICROCRED_VIRUS_SCANNER", "false")
    reply = amara.send(at(draft, artefacts, "files"), file=upload())
    assert (reply.status_code, "The virus scanner refuses this file." in reply.text) == (422, True)


@pytest.mark.parametrize(("megabytes", "status"), [(80, 400), (82, 413)])
def test_all_files_of_a_part_may_come_at_once_and_what_is_far_too_large_gets_a_page(
    draft: Submission, artefacts: EvidencePart, amara: Browser, megabytes: int, status: int
) -> None:
    announced = {"CONTENT_LENGTH": str(megabytes * 1024 * 1024)}
    url = at(draft, artefacts, "files")
    reply = amara.post(url, content_type="multipart/form-data; boundary=b", environ_overrides=announced)
    assert (reply.status_code, "That was too large" in reply.text) == (status, status == 413)


def test_who_has_not_signed_in_cannot_send_that_much(
    draft: Submission, artefacts: EvidencePart, visitor: Browser
) -> None:
    announced = {"CONTENT_LENGTH": str(12 * 1024 * 1024)}
    url = at(draft, artefacts, "files")
    reply = visitor.post(url, content_type="multipart/form-data; boundary=b", environ_overrides=announced)
    assert reply.status_code == 413


@pytest.mark.parametrize(("htmx", "status"), [(False, 303), (True, 200)])
def test_a_link_is_attached_described_and_removed(
    draft: Submission, artefacts: EvidencePart, amara: Browser, htmx: bool, status: int
) -> None:
    url = at(draft, artefacts, "links")
    reply = amara.send(url, htmx=htmx, link="https://school.example/wall", caption="Wall", privacy=NO_PUPIL)
    assert reply.status_code == status
    made = attached(draft)[0]
    url = f"/artefacts/{made.id}"
    assert amara.get(url).status_code == 404, "a link is no file"
    assert amara.send(f"{url}/description", htmx=htmx, caption="Our wall", privacy="consent").status_code == status
    assert [(each.caption, each.privacy) for each in attached(draft)] == [("Our wall", "consent")]
    assert amara.send(f"{url}/removal", htmx=htmx).status_code == status
    assert attached(draft) == []


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_no_link_is_refused_and_kept_on_the_form(
    draft: Submission, artefacts: EvidencePart, amara: Browser, htmx: bool
) -> None:
    url = at(draft, artefacts, "links")
    reply = amara.send(url, htmx=htmx, link="javascript:alert(1)", caption="Wall", privacy=NO_PUPIL)
    assert (reply.status_code, "not the address of a web page" in reply.text) == (422, True)
    assert ('value="javascript:alert(1)"' in reply.text, attached(draft)) == (True, [])


def test_a_removed_file_is_gone_from_the_disk(
    draft: Submission, artefacts: EvidencePart, amara: Browser, evidence_folder: Path
) -> None:
    before = stored_files(evidence_folder)
    amara.send(at(draft, artefacts, "files"), file=upload())
    amara.send(f"/artefacts/{attached(draft)[0].id}/removal")
    assert (attached(draft), stored_files(evidence_folder)) == ([], before)


def test_a_served_picture_has_lost_its_author(draft: Submission, artefacts: EvidencePart, amara: Browser) -> None:
    photo = photograph()
    assert hits(photo) > 0
    name = f"{CANARY}.jpg"
    amara.send(at(draft, artefacts, "files"), file=upload(photo, name))
    with amara.get(f"/artefacts/{attached(draft)[0].id}") as reply:
        assert (reply.status_code, reply.mimetype, hits(reply.data)) == (200, "image/jpeg", 0)
    assert CANARY not in str(reply.headers) + amara.get(f"/submissions/{draft.id}").text
    assert reply.headers["Content-Disposition"] == f"inline; filename={draft.code_name}-1.jpg"


def test_a_served_file_is_handed_over_and_kept_by_nobody(
    draft: Submission, artefacts: EvidencePart, amara: Browser
) -> None:
    amara.send(at(draft, artefacts, "files"), file=upload())
    with amara.get(f"/artefacts/{attached(draft)[0].id}") as reply:
        assert reply.data == b"an essay"
    wanted = {
        "Content-Disposition": f"attachment; filename={draft.code_name}-1.txt",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": "8",
    }
    assert {name: reply.headers.get(name) for name in wanted} == wanted
    assert {"Last-Modified", "ETag"}.isdisjoint(name for name, _ in reply.headers)


def test_a_row_whose_file_is_lost_is_a_404(draft: Submission, artefacts: EvidencePart, amara: Browser) -> None:
    amara.send(at(draft, artefacts, "files"), file=upload())
    made = attached(draft)[0]
    queries.storage().remove(made.stored_name or "")
    assert amara.get(f"/artefacts/{made.id}").status_code == 404


def test_what_is_not_yours_does_not_exist(
    cast: Cast, draft: Submission, artefacts: EvidencePart, browse: Browse
) -> None:
    browse(cast.amara).send(at(draft, artefacts, "files"), file=upload())
    made = attached(draft)[0]
    own = f"/submissions/{draft.id}"
    pages = [own, f"{own}/checklist", f"{own}/receipt", f"/artefacts/{made.id}"]
    changes = [at(draft, artefacts, what) for what in ("text", "files", "links")]
    changes += [f"{own}/{what}" for what in ("hand-in", "return", "next-try", "giving-up")]
    changes += [f"/artefacts/{made.id}/{what}" for what in ("description", "removal")]
    for person in (cast.bruno, cast.pia, cast.rita, cast.cora, cast.adam):
        other = browse(person)
        assert {url: other.get(url).status_code for url in pages} == dict.fromkeys(pages, 404)
        assert {url: other.send(url).status_code for url in changes} == dict.fromkeys(changes, 404)


def test_the_checklist_names_what_is_missing_and_where_the_author_shows(
    cast: Cast, draft: Submission, overview: EvidencePart, amara: Browser
) -> None:
    actions.save_text(draft, overview, "Ask Amara Okafor at North school.", 0)
    page = amara.get(f"/submissions/{draft.id}/checklist").text
    assert "“Reflection” has no text yet." in page
    assert "Ask Amara Okafor at North school." in page
    assert "Your name, your address or your school, or those of a co-author, stand here" in page


def test_handing_in_finds_reviewers_and_gives_a_receipt(cast: Cast, complete: Submission, browse: Browse) -> None:
    amara = browse(cast.amara)
    reply = amara.send(f"/submissions/{complete.id}/hand-in", has_looked="y")
    assert (reply.status_code, reply.location) == (303, f"/submissions/{complete.id}/receipt")
    assert (complete.state, complete.answer_due_at is not None) == (S.IN_REVIEW, True)
    assert len(db.session.scalars(select(Review).where(Review.submission_id == complete.id)).all()) == 2
    receipt = amara.get(reply.location).text
    assert complete.code_name in receipt
    page = amara.get(f"/submissions/{complete.id}").text
    assert ("Take back" in page, "My overview in a few words." in page) == (True, True)


def test_handing_in_without_having_looked_or_with_something_missing_is_refused(
    complete: Submission, overview: EvidencePart, browse: Browse
) -> None:
    amara, url = browse(complete.person), f"/submissions/{complete.id}/hand-in"
    reply = amara.send(url)
    assert (reply.status_code, "Please look once more" in reply.text) == (422, True)
    actions.save_text(complete, overview, "", 1)
    reply = amara.send(url, has_looked="y")
    assert (reply.status_code, "“Overview” has no text yet." in reply.text) == (422, True)
    assert complete.state == S.DRAFT


def test_what_was_handed_in_can_be_taken_back_until_a_reviewer_begins(
    cast: Cast, complete: Submission, browse: Browse
) -> None:
    amara, own = browse(cast.amara), f"/submissions/{complete.id}"
    amara.send(f"{own}/hand-in", has_looked="y")
    assert amara.send(f"{own}/return").status_code == 303
    assert complete.state == S.DRAFT
    amara.send(f"{own}/hand-in", has_looked="y")
    offered = select(Review).where(Review.submission_id == complete.id, Review.state == "offered")
    review = db.session.scalars(offered).first()
    assert review is not None
    scoring.accept_review(review, by=review.reviewer)
    assert amara.send(f"{own}/return").status_code == 422
    assert ("Take back" in amara.get(own).text, complete.state) == (False, S.IN_REVIEW)


def test_a_further_try_opens_with_everything_in_it(cast: Cast, complete: Submission, browse: Browse) -> None:
    decided(complete, S.NOT_YET)
    amara, own = browse(cast.amara), f"/submissions/{complete.id}"
    assert "Hand in again" in amara.get(own).text
    reply = amara.send(f"{own}/next-try")
    following = queries.submissions_of(cast.amara)[0]
    assert (reply.location, following.attempt) == (f"/submissions/{following.id}", 2)
    assert "My overview in a few words." in amara.get(reply.location).text
    assert "Hand in again" not in amara.get(own).text


def test_a_draft_that_is_given_up_can_be_started_anew(
    cast: Cast, draft: Submission, offers: list[Offer], amara: Browser
) -> None:
    assert amara.send(f"/submissions/{draft.id}/giving-up").location == "/evidence"
    assert amara.send(f"/offers/{offers[0].id}/submissions").status_code == 303
    assert [each.state for each in queries.submissions_of(cast.amara)] == [S.DRAFT, S.WITHDRAWN]


@pytest.mark.parametrize("state", [state for state in S if state != S.ANCHOR])
def test_every_state_has_a_page(complete: Submission, browse: Browse, state: S) -> None:
    complete.submitted_at = complete.started_at
    decided(complete, state)
    browser = browse(complete.person)
    assert [browser.get(url).status_code for url in ("/evidence", f"/submissions/{complete.id}")] == [200, 200]


def test_the_list_asks_as_much_for_one_row_as_for_many(
    cast: Cast, draft: Submission, offers: list[Offer], amara: Browser, count_queries: Callable[..., int]
) -> None:
    one = count_queries(lambda: amara.get("/evidence"))
    for _ in range(3):
        actions.give_up(queries.submissions_of(cast.amara)[0], by=cast.amara)
        actions.start_submission(offers[0], cast.amara)
    db.session.commit()
    assert count_queries(lambda: amara.get("/evidence")) == one
    assert one <= 9


def test_the_editor_asks_as_much_for_one_artefact_as_for_many(
    draft: Submission, artefacts: EvidencePart, amara: Browser, count_queries: Callable[..., int]
) -> None:
    def attach(name: str) -> None:
        actions.attach_link(draft, artefacts, f"https://school.example/{name}", caption="", privacy=None)

    attach("a")
    db.session.commit()
    one = count_queries(lambda: amara.get(f"/submissions/{draft.id}"))
    attach("b")
    attach("c")
    db.session.commit()
    assert count_queries(lambda: amara.get(f"/submissions/{draft.id}")) == one


def test_what_people_type_is_shown_and_never_run(draft: Submission, overview: EvidencePart, amara: Browser) -> None:
    actions.save_text(draft, overview, "</textarea><script>alert(1)</script>", 0)
    page = amara.get(f"/submissions/{draft.id}").text
    assert len(re.findall(r"<script>", page)) == 0
    assert "&lt;/textarea&gt;&lt;script&gt;" in page


def test_what_reviewers_may_know_names_nobody(cast: Cast, complete: Submission, artefacts: EvidencePart) -> None:
    actions.attach_link(complete, artefacts, "https://school.example", caption="Wall", privacy=Privacy.CONSENT)
    blind = blind_submission(complete.id)
    assert blind is not None
    assert (blind.code_name, [part.text for part in blind.parts]) == (
        complete.code_name,
        [complete.text_of(part) for part in complete.micro_credential.parts],
    )
    assert [each.caption for part in blind.parts for each in part.artefacts] == ["Wall"]
    told = repr(blind)
    assert [word for word in ("Amara", "Okafor", cast.amara.email, "North") if word in told] == []
    assert blind_submission(complete.id + 1) is None


def test_handing_in_is_thanked_and_handing_in_once_more_is_not(
    cast: Cast, pilot: Pilot, complete: Submission, browse: Browse
) -> None:
    create_giveaway(pilot, name="Tote bag", value_cents=900, rule="handed_in", by=cast.cora)
    amara, own = browse(cast.amara), f"/submissions/{complete.id}"
    for _ in range(2):
        amara.send(f"{own}/hand-in", has_looked="y")
        due = db.session.scalars(select(Entitlement.person_id)).all()
        assert due == [cast.amara.id]
        amara.send(f"{own}/return")
