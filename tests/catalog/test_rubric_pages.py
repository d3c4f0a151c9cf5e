"""The versions of a rubric: imported, compared, taken along, read as a reviewer has them; and which one was used."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.catalog import actions, queries
from microcred.catalog.exporting import rubric_entry
from microcred.catalog.format import written
from microcred.catalog.models import MicroCredential, Rubric
from microcred.catalog.sample import SAMPLE
from microcred.db import db
from microcred.errors import Refused
from microcred.history import Entry
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
RUBRIC: dict[str, Any] = SAMPLE["micro_credentials"][0]["rubric"]


@pytest.fixture
def micro_credential(cast: Cast) -> MicroCredential:
    """The sample's only micro-credential."""
    return actions.import_catalogue(deepcopy(SAMPLE), by=cast.cora)[0]


def renamed(name: str) -> dict[str, Any]:
    """The sample's rubric with another name for its only criterion."""
    return {"criteria": [RUBRIC["criteria"][0] | {"name": name}]}


def file(content: bytes, name: str = "rubric.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def current(micro_credential: MicroCredential) -> Rubric:
    assert micro_credential.rubric is not None
    return micro_credential.rubric


def test_a_downloaded_table_changed_and_imported_is_the_next_version(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    cora, first = browse(cast.cora), current(micro_credential)
    table = cora.get(f"/rubrics/{first.id}/rubric.csv")
    assert table.headers["Content-Disposition"] == "attachment; filename=wait-time-rubric-1.csv"
    assert table.data.startswith(b"\xef\xbb\xbfcriterion_code,")
    content = table.data.replace(b"The pause", "Réussir la pause".encode())
    response = cora.send(f"/catalog/{micro_credential.id}/rubrics", file=file(content))
    second = current(micro_credential)
    assert (response.status_code, response.location) == (303, f"/rubrics/{second.id}/differences")
    assert (second.version, rubric_entry(second)) == (2, renamed("Réussir la pause"))
    assert rubric_entry(first) == RUBRIC
    assert "<del>" in cora.get(response.location).text


def test_json_is_taken_along_and_brought_back(cast: Cast, micro_credential: MicroCredential, browse: Browse) -> None:
    cora, first = browse(cast.cora), current(micro_credential)
    content = cora.get(f"/rubrics/{first.id}/rubric.json")
    assert json.loads(content.text) == RUBRIC
    url = f"/catalog/{micro_credential.id}/rubrics"
    assert cora.send(url, file=file(written(renamed("Silence")).encode(), "rubric.json")).status_code == 303
    assert rubric_entry(current(micro_credential)) == renamed("Silence")


def test_a_rubric_that_says_the_same_is_no_new_version(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    cora = browse(cast.cora)
    table = cora.get(f"/rubrics/{micro_credential.rubric_id}/rubric.csv").data
    response = cora.send(f"/catalog/{micro_credential.id}/rubrics", file=file(table))
    assert response.status_code == 422
    assert "The file says exactly what version 1 says: nothing has changed." in response.text
    assert [each.version for each in queries.versions(micro_credential)] == [1]


def test_a_file_with_a_slip_is_named_and_changes_nothing(
    cast: Cast, micro_credential: MicroCredential, browse: Browse
) -> None:
    cora = browse(cast.cora)
    table = cora.get(f"/rubrics/{micro_credential.rubric_id}/rubric.csv").data.replace(b",met,Met", b",not-yet,Met")
    response = cora.send(f"/catalog/{micro_credential.id}/rubrics", file=file(table, "autumn <b>.csv"))
    assert response.status_code == 422
    told = "“autumn &lt;b&gt;.csv” is not imported. Line 3, column level_code: is there twice."
    assert told in response.text
    assert "Choose a file." in cora.send(f"/catalog/{micro_credential.id}/rubrics").text
    assert db.session.scalar(select(func.count()).select_from(Rubric)) == 1


def test_an_import_is_in_the_history_and_a_malformed_one_is_refused(
    cast: Cast, micro_credential: MicroCredential
) -> None:
    actions.import_rubric(micro_credential, renamed("Silence"), by=cast.cora)
    db.session.commit()
    entry = db.session.scalars(select(Entry).where(Entry.thing == "Rubric")).one()
    assert (entry.verb, entry.details) == ("imported", {"micro_credential": micro_credential.id, "version": 2})
    with pytest.raises(Refused):
        actions.import_rubric(micro_credential, {"criteria": []}, by=cast.cora)


def test_only_the_coordinator_imports(cast: Cast, micro_credential: MicroCredential, browse: Browse) -> None:
    url = f"/catalog/{micro_credential.id}/rubrics"
    for person in (cast.amara, cast.rita, cast.adam):
        assert "Import a new version" not in browse(person).get(url).text
        assert browse(person).send(url, file=file(b"")).status_code == 403
    assert "Import a new version" in browse(cast.cora).get(url).text


def test_any_two_versions_can_be_compared(cast: Cast, micro_credential: MicroCredential, browse: Browse) -> None:
    first = current(micro_credential)
    ids = [first.id] + [actions.import_rubric(micro_credential, renamed(name), by=None).id for name in ("B", "C")]
    amara = browse(cast.amara)
    pages = {
        (place, since): amara.get(f"/rubrics/{ids[place - 1]}/differences", query_string={"since": since}).text
        for place, since in [(3, ""), (3, "1"), (1, "3"), (1, ""), (3, "nonsense"), (2, "9" * 400)]
    }
    headings = {key: page.partition("<h1")[2].partition(">")[2].partition("</h1>")[0] for key, page in pages.items()}
    assert {key: heading.strip() for key, heading in headings.items()} == {
        (3, ""): "From version 2 to version 3",
        (3, "1"): "From version 1 to version 3",
        (1, "3"): "From version 3 to version 1",
        (1, ""): "From version 1 to version 1",
        (3, "nonsense"): "From version 2 to version 3",
        (2, "9" * 400): "From version 1 to version 2",
    }
    assert "Nothing differs" in pages[1, ""]


def test_a_version_is_seen_as_reviewers_have_it(cast: Cast, micro_credential: MicroCredential, browse: Browse) -> None:
    page = browse(cast.amara).get(f"/rubrics/{micro_credential.rubric_id}/desk").text
    assert page.count('type="radio"') == 2
    assert page.count("needed to meet it") == 1
    assert 'name="preview-1"' in page


def test_the_versions_take_as_many_queries_for_three_as_for_one(
    cast: Cast,
    micro_credential: MicroCredential,
    browse: Browse,
    count_queries: Callable[[Callable[[], Any]], int],
) -> None:
    cora, url = browse(cast.cora), f"/catalog/{micro_credential.id}/rubrics"
    cora.get(url)
    with_one = count_queries(lambda: cora.get(url))
    for name in ("B", "C"):
        actions.import_rubric(micro_credential, renamed(name), by=None)
    assert cora.get(url).text.count("-version") == 3
    assert count_queries(lambda: cora.get(url)) == with_one
