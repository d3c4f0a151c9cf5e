"""Pages of the catalogue: reading, importing, exporting, archiving, and stacks."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.catalog import actions
from microcred.catalog.models import CatalogueImport, MicroCredential, Stack
from microcred.catalog.sample import SAMPLE
from microcred.db import db
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]


@pytest.fixture
def micro_credential(cast: Cast) -> MicroCredential:
    """The sample's only micro-credential."""
    return actions.import_catalogue(deepcopy(SAMPLE), by=cast.cora)[0]


def file(value: Any) -> tuple[io.BytesIO, str]:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return io.BytesIO(content), "catalogue.json"


def test_everyone_reads_a_micro_credential_in_full(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    entry = SAMPLE["micro_credentials"][0]
    levels = entry["rubric"]["criteria"][0]["levels"]
    shown = [entry["skill"], entry["why"], entry["evidence"][0]["prompt"], *(level["descriptor"] for level in levels)]
    for person in (cast.amara, cast.rita, cast.adam):
        page = browse(person).get(f"/catalog/{micro_credential.id}").text
        assert [text for text in shown if text not in page] == []
        assert "/edit" not in page


def test_every_version_of_a_rubric_can_be_read(cast: Cast, micro_credential: MicroCredential, browse: Browse) -> None:
    changed = deepcopy(SAMPLE)
    changed["micro_credentials"][0]["rubric"]["criteria"][0]["name"] = "The silence"
    first = micro_credential.rubric
    actions.import_catalogue(changed, by=cast.cora)
    second = micro_credential.rubric
    assert first is not None
    assert second is not None
    pages = [browse(cast.amara).get(f"/rubrics/{rubric.id}").text for rubric in (first, second)]
    assert [("The pause" in page, "The silence" in page) for page in pages] == [(True, False), (False, True)]
    assert [rubric.hash in page for rubric, page in zip((first, second), pages, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("search", "count"),
    [("", 1), ("WAITING", 1), ("three seconds", 1), ("%", 0), ("_", 0), ("\x00waiting", 1), ("x" * 3000, 0)],
)
def test_the_catalogue_is_searched_by_title_and_skill(
    cast: Cast, micro_credential: MicroCredential, browse: Browse, search: str, count: int
) -> None:
    page = browse(cast.amara).get("/catalog", query_string={"q": search}).text
    assert page.count('-summary">') == count


def test_an_empty_catalogue_says_so(cast: Cast, browse: Browse) -> None:
    assert "The coordinator is about to fill it." in browse(cast.amara).get("/catalog").text


def test_a_catalogue_is_imported_from_a_file_and_comes_out_the_same(cast: Cast, browse: Browse) -> None:
    cora = browse(cast.cora)
    response = cora.send("/catalog/imports", file=file(SAMPLE))
    kept = db.session.scalars(select(CatalogueImport)).one()
    assert (response.status_code, response.location) == (303, f"/catalog/imports/{kept.id}")
    assert "New: 2" in cora.get(response.location).text
    assert json.loads(browse(cast.amara).get("/catalog.json").text) == SAMPLE
    cora.send("/catalog/imports", file=file(SAMPLE))
    assert "Unchanged: 2" in cora.get(f"/catalog/imports/{kept.id + 1}").text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "Line 1, column 2: this is not JSON"),
        (b"[" * 100_000, "The file is nested too deeply."),
        (SAMPLE | {"stacks": 3}, "stacks: must be a list."),
    ],
)
def test_a_malformed_file_is_refused_whole(cast: Cast, browse: Browse, content: Any, sentence: str) -> None:
    response = browse(cast.cora).send("/catalog/imports", file=file(content))
    assert response.status_code == 422
    assert sentence in response.text
    assert db.session.scalar(select(func.count()).select_from(Stack)) == 0


def test_an_import_without_a_file_is_refused(cast: Cast, browse: Browse) -> None:
    response = browse(cast.cora).send("/catalog/imports")
    assert response.status_code == 422
    assert "Choose a file." in response.text


def test_archiving_can_be_undone(cast: Cast, micro_credential: MicroCredential, browse: Browse) -> None:
    url, cora = f"/catalog/{micro_credential.id}", browse(cast.cora)
    assert cora.send(f"{url}/archiving").location == url
    assert micro_credential.archived_at is not None
    assert "-summary" not in browse(cast.amara).get("/catalog").text
    assert f"{url}/restoration" in cora.get(url).text
    assert json.loads(cora.get("/catalog.json").text)["micro_credentials"] == []
    assert cora.send(f"{url}/restoration").location == url
    assert micro_credential.archived_at is None


def test_a_stack_is_added_and_changed(cast: Cast, browse: Browse) -> None:
    cora = browse(cast.cora)
    fields: dict[str, Any] = {"title": "Réussir en lecture", "description": "Reading.", "design": "hexagon-book"}
    response = cora.send("/stacks", **fields)
    stack = db.session.scalars(select(Stack)).one()
    assert (response.status_code, response.location, stack.code) == (303, f"/stacks/{stack.id}", "reussir-en-lecture")
    again = cora.send("/stacks", **fields)
    assert again.status_code == 422
    assert "Another stack has that code, or a title like this." in again.text
    assert cora.send(f"/stacks/{stack.id}", **fields | {"title": "Lire"}).status_code == 303
    assert (stack.title, stack.code) == ("Lire", "reussir-en-lecture")
    assert cora.send(f"/stacks/{stack.id}", **fields | {"design": "star"}).status_code == 422


def test_only_the_coordinator_keeps_the_catalogue(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    url = f"/catalog/{micro_credential.id}"
    for person in (cast.amara, cast.pia, cast.rita):
        client = browse(person)
        pages = ["/catalog/new", "/catalog/imports", f"{url}/edit", "/stacks/new"]
        changes = ["/catalog", "/catalog/imports", url, f"{url}/archiving", "/stacks"]
        codes = [client.get(page).status_code for page in pages] + [client.send(page).status_code for page in changes]
        assert codes == [403] * 9


def test_the_format_is_on_a_page_for_everyone(cast: Cast, browse: Browse) -> None:
    page = browse(cast.amara).get("/catalog/format").text
    assert "microcred-catalogue-1" in page
    assert browse(cast.amara).get("/catalog/999").status_code == 404


def test_the_catalogue_takes_as_many_queries_for_three_as_for_one(
    cast: Cast,
    micro_credential: MicroCredential,
    browse: Browse,
    count_queries: Callable[[Callable[[], Any]], int],
) -> None:
    amara = browse(cast.amara)
    amara.get("/catalog")
    with_one = count_queries(lambda: amara.get("/catalog"))
    more = deepcopy(SAMPLE)
    more["stacks"].append(more["stacks"][0] | {"code": "another"})
    for code in ("second", "third"):
        more["micro_credentials"].append(more["micro_credentials"][0] | {"code": code, "stack": "another"})
    actions.import_catalogue(more, by=cast.cora)
    assert amara.get("/catalog").text.count('-summary">') == 3
    assert count_queries(lambda: amara.get("/catalog")) == with_one
