"""The last look before handing in, the receipt afterwards, and the pages of a PDF for its owner."""

import io
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from microcred.accounts.models import Account
from microcred.catalog.models import EvidencePart
from microcred.db import db, utcnow
from microcred.evidence import actions, apart, pages, queries
from microcred.evidence.checklist import search
from microcred.evidence.cleaning import clean
from microcred.evidence.describing import describe_artefact
from microcred.evidence.models import Artefact, Privacy, Submission
from microcred.evidence.storage import Storage
from tests.cast import Cast
from tests.conftest import Browser
from tests.evidence.bad_files import pdf_of
from tests.evidence.canaries import package, pdf_saying, photograph, word_members

Browse = Callable[[Account], Browser]


def attach(submission: Submission, part: EvidencePart, content: bytes, storage: Storage) -> Artefact:
    """Attach a file."""
    with clean(io.BytesIO(content), "", largest_bytes=1_000_000) as file:
        made = actions.attach_file(submission, part, file, storage=storage, caption="", privacy=Privacy.NO_PUPIL)
    db.session.commit()
    return made


@pytest.fixture
def plan(complete: Submission, artefacts: EvidencePart) -> Artefact:
    """A PDF of one page that names its author."""
    return attach(complete, artefacts, pdf_saying("A plan by Amara Okafor"), queries.storage())


def test_every_readable_file_is_searched_and_the_others_are_named(
    complete: Submission, artefacts: EvidencePart, storage: Storage
) -> None:
    word = word_members()
    word["word/document.xml"] = str(word["word/document.xml"]).replace("<w:t>", "<w:t>Okafor ", 1)
    pdf = attach(complete, artefacts, pdf_saying("A plan by Amara Okafor"), storage)
    picture = attach(complete, artefacts, photograph(), storage)
    document = attach(complete, artefacts, package(word), storage)
    scan = attach(complete, artefacts, pdf_of(1), storage)
    link = actions.attach_link(complete, artefacts, "https://sites.example/amara-okafor", caption="", privacy=None)
    found = search(complete, complete.person, storage)
    assert [each.artefact for each in found.findings] == [pdf, document, link]
    assert found.unsearched == [picture, scan, link]


def test_what_cannot_be_read_holds_up_no_other_file(
    complete: Submission, artefacts: EvidencePart, storage: Storage
) -> None:
    broken = attach(complete, artefacts, pdf_saying("Nothing"), storage)
    storage.path(broken.stored_name or "").write_bytes(b"%PDF-1.7 broken")
    lost = attach(complete, artefacts, pdf_saying("Gone"), storage)
    storage.remove(lost.stored_name or "")
    told = attach(complete, artefacts, b"by Amara Okafor", storage)
    found = search(complete, complete.person, storage)
    assert ([each.artefact for each in found.findings], found.unsearched) == ([told], [broken, lost])


def test_what_is_too_long_to_be_searched_whole_is_to_be_looked_at(
    cast: Cast, complete: Submission, artefacts: EvidencePart, browse: Browse
) -> None:
    amara, url = browse(cast.amara), f"/submissions/{complete.id}/checklist"
    assert "school was found</span>" in amara.get(url).text
    long = attach(complete, artefacts, b"word " * 40_001, queries.storage())
    assert search(complete, complete.person, queries.storage()) == ([], [], [long])
    page = amara.get(url).text
    assert ("school was found</span>" in page, "too long to be searched whole" in page) == (False, True)


def test_a_co_authors_name_is_found_too(
    cast: Cast, complete: Submission, overview: EvidencePart, artefacts: EvidencePart, storage: Storage
) -> None:
    link = actions.attach_link(complete, artefacts, "https://example.org", caption="", privacy=None)
    actions.save_text(complete, overview, f"{cast.bruno.name} and I tried it.", 1)
    assert search(complete, complete.person, storage).findings == []
    describe_artefact(link, caption="", privacy=None, made_with=cast.bruno.email)
    assert [each.part for each in search(complete, complete.person, storage).findings] == [overview]


def test_a_retired_part_that_reviewers_will_read_is_searched(
    complete: Submission, overview: EvidencePart, storage: Storage
) -> None:
    actions.save_text(complete, overview, "By Amara Okafor.", 1)
    overview.retired_at = utcnow()
    assert [each.part for each in search(complete, complete.person, storage).findings] == [overview]


def test_the_checklist_and_the_receipt_name_everything(
    cast: Cast, complete: Submission, plan: Artefact, browse: Browse
) -> None:
    said = "The plan for a week"
    describe_artefact(plan, caption=said, privacy=Privacy.CONSENT, made_with=cast.bruno.email)
    amara, own = browse(cast.amara), f"/submissions/{complete.id}"
    page = amara.get(f"{own}/checklist").text
    assert [word for word in ("A plan by Amara Okafor", cast.bruno.name) if word not in page] == []
    amara.send(f"{own}/hand-in", has_looked="y")
    page = amara.get(f"{own}/receipt").text
    told = (
        complete.code_name,
        f"{complete.code_name}-1.pdf",
        said,
        "consent on record",
        cast.bruno.name,
    )
    assert [word for word in told if word not in page] == []


def test_the_receipt_speaks_french(cast: Cast, complete: Submission, browse: Browse) -> None:
    cast.amara.language = "fr"
    amara = browse(cast.amara)
    amara.send(f"/submissions/{complete.id}/hand-in", has_looked="y")
    page = amara.get(f"/submissions/{complete.id}/receipt").text
    assert ('lang="fr"' in page, "Your evidence is handed in" in page) == (True, False)


def test_its_owner_looks_at_a_pdf_page_by_page(cast: Cast, plan: Artefact, browse: Browse) -> None:
    amara, url = browse(cast.amara), f"/artefacts/{plan.id}/pages"
    assert f'src="{url}/1"' in amara.get(f"/submissions/{plan.submission_id}").text
    page = amara.get(url).text
    assert f'<img src="{url}/1" alt="A plan by Amara Okafor"' in page
    assert f'id="artefact-{plan.id}-pages" class="document"' in page, "a box to scroll in: what is below is drawn later"
    picture = amara.get(f"{url}/1")
    assert (picture.status_code, picture.mimetype, picture.headers["Cache-Control"]) == (200, "image/webp", "no-store")
    assert [amara.get(f"{url}/{number}").status_code for number in (0, 2, 51, 999_999_999)] == [404] * 4


def test_whoever_finds_every_place_taken_is_asked_to_come_back(
    cast: Cast, plan: Artefact, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PATIENCE", 0)
    amara, url = browse(cast.amara), f"/artefacts/{plan.id}/pages/1"
    with ExitStack() as places:
        for _ in range(apart.MOST_AT_ONCE):
            places.enter_context(apart.place(0))
        reply = amara.get(url)
        assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    assert amara.get(url).status_code == 200


def test_nobody_else_looks_at_it(cast: Cast, plan: Artefact, browse: Browse) -> None:
    urls = [f"/artefacts/{plan.id}/pages", f"/artefacts/{plan.id}/pages/1"]
    for person in (cast.bruno, cast.pia, cast.rita, cast.cora, cast.adam):
        other = browse(person)
        assert [other.get(url).status_code for url in urls] == [404, 404]


def test_what_has_no_pages_has_no_page_for_them(
    cast: Cast, complete: Submission, artefacts: EvidencePart, browse: Browse
) -> None:
    text = attach(complete, artefacts, b"an essay", queries.storage())
    amara = browse(cast.amara)
    assert [amara.get(f"/artefacts/{text.id}/pages{end}").status_code for end in ("", "/1")] == [404, 404]


def test_a_pdf_that_cannot_be_drawn_says_so(cast: Cast, plan: Artefact, browse: Browse) -> None:
    queries.storage().path(plan.stored_name or "").write_bytes(b"%PDF-1.7 broken")
    page = browse(cast.amara).get(f"/artefacts/{plan.id}/pages")
    assert (page.status_code, "cannot be shown here" in page.text) == (200, True)
