"""Importing a catalogue: whole, repeatable, and never changing a rubric that has been used."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from microcred.catalog import actions, exporting, queries
from microcred.catalog.format import rubric_hash
from microcred.catalog.models import CatalogueImport, MicroCredential, Rubric, Stack
from microcred.db import db
from microcred.errors import Refused
from tests.cast import Cast

DEMO = Path(__file__).parents[2] / "microcred" / "demo" / "catalogue.json"


@pytest.fixture
def catalogue() -> dict[str, Any]:
    """The demo's catalogue, cut down to its first stack's first two micro-credentials."""
    whole = json.loads(DEMO.read_text(encoding="utf-8"))
    kept = [entry for entry in whole["micro_credentials"] if entry["stack"] == "assessment-for-learning"]
    return whole | {"stacks": whole["stacks"][:1], "micro_credentials": kept}


def changes() -> dict[str, list[str]]:
    newest = db.session.scalars(queries.imports()).first()
    assert newest is not None
    return newest.changes


def test_an_import_is_exported_as_the_same_catalogue(cast: Cast, catalogue: dict[str, Any]) -> None:
    written = actions.import_catalogue(catalogue, by=cast.cora)
    db.session.commit()
    db.session.expunge_all()
    assert exporting.catalogue_entry(queries.stacks(), queries.whole_catalogue()) == catalogue
    assert [each.code for each in written] == [entry["code"] for entry in catalogue["micro_credentials"]]


def test_a_prerequisite_is_linked(cast: Cast, catalogue: dict[str, Any]) -> None:
    actions.import_catalogue(catalogue, by=cast.cora)
    links = {each.code: each.requires and each.requires.code for each in queries.every_micro_credential()}
    assert links == {entry["code"]: entry["requires"] for entry in catalogue["micro_credentials"]}
    assert links["peer-assessment"] == "success-criteria"


def test_the_same_catalogue_again_changes_nothing(cast: Cast, catalogue: dict[str, Any]) -> None:
    actions.import_catalogue(catalogue, by=cast.cora)
    everything = [entry["code"] for entry in catalogue["stacks"] + catalogue["micro_credentials"]]
    assert changes() == {"new": everything, "changed": [], "unchanged": []}
    rubrics = db.session.scalar(select(func.count()).select_from(Rubric))
    actions.import_catalogue(catalogue, by=cast.cora)
    assert changes() == {"new": [], "changed": [], "unchanged": everything}
    assert db.session.scalar(select(func.count()).select_from(Rubric)) == rubrics


def test_a_changed_rubric_becomes_a_new_version_and_the_used_one_stays(cast: Cast, catalogue: dict[str, Any]) -> None:
    first = actions.import_catalogue(catalogue, by=cast.cora)[0].rubric
    assert first is not None
    actions.use_rubric(first)
    changed = deepcopy(catalogue)
    changed["micro_credentials"][0]["rubric"]["criteria"][0]["name"] = "Another name"
    renewed = actions.import_catalogue(changed, by=cast.cora)[0]
    db.session.commit()
    db.session.expunge_all()
    versions = queries.versions(renewed)
    assert [(each.version, each.used_at is None) for each in versions] == [(2, True), (1, False)]
    hashes = [rubric_hash(each["micro_credentials"][0]["rubric"]) for each in (changed, catalogue)]
    assert (
        [each.hash for each in versions] == hashes == [rubric_hash(exporting.rubric_entry(each)) for each in versions]
    )
    current = db.session.get_one(MicroCredential, renewed.id).rubric
    assert current is not None
    assert current.version == 2


def test_everything_else_is_updated_and_a_missing_part_is_retired(cast: Cast, catalogue: dict[str, Any]) -> None:
    actions.import_catalogue(catalogue, by=cast.cora)
    changed = deepcopy(catalogue)
    changed["stacks"][0]["title"] = "Seeing learning"
    entry = changed["micro_credentials"][0]
    entry["title"], entry["evidence"] = "Another title", [entry["evidence"][2], entry["evidence"][0]]
    renewed = actions.import_catalogue(changed, by=cast.cora)[0]
    db.session.commit()
    db.session.expunge_all()
    assert exporting.catalogue_entry(queries.stacks(), queries.whole_catalogue()) == changed
    assert changes()["changed"] == [changed["stacks"][0]["code"], entry["code"]]
    parts = db.session.get_one(MicroCredential, renewed.id).parts
    assert [part.code for part in parts if part.retired_at] == ["artefacts"]


def test_a_malformed_catalogue_writes_nothing(cast: Cast, catalogue: dict[str, Any]) -> None:
    catalogue["micro_credentials"][3]["rubric"]["criteria"][1]["required_level"] = "superb"
    with pytest.raises(Refused) as refused:
        actions.import_catalogue(catalogue, by=cast.cora)
    expected = "micro_credentials[3].rubric.criteria[1].required_level: must be one of: "
    assert str(refused.value.sentence) == expected + "emerging, developing, proficient."
    assert [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Stack, CatalogueImport)] == [0, 0]


def test_only_the_first_problems_are_told(cast: Cast, catalogue: dict[str, Any]) -> None:
    for entry in catalogue["micro_credentials"]:
        entry["title"], entry["why"] = "", 3
    with pytest.raises(Refused) as refused:
        actions.import_catalogue(catalogue, by=cast.cora)
    assert str(refused.value.sentence).endswith("micro_credentials[2].title: is empty. And 5 more problems.")


def test_an_import_without_a_person_is_kept_too(rows: None, catalogue: dict[str, Any]) -> None:
    actions.import_catalogue(catalogue, by=None)
    kept = db.session.scalars(queries.imports()).one()
    assert kept.imported_by is None


def test_using_a_rubric_twice_keeps_the_first_time(cast: Cast, catalogue: dict[str, Any]) -> None:
    rubric = actions.import_catalogue(catalogue, by=cast.cora)[0].rubric
    assert rubric is not None
    first = actions.use_rubric(rubric).used_at
    assert first is not None
    assert actions.use_rubric(rubric).used_at == first
