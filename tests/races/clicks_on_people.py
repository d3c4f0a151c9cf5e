"""The forms about people, schools, the catalogue and badges, each with a row of its own to click on."""

import json
from collections.abc import Callable
from typing import Any

from microcred.accounts import actions as accounts
from microcred.accounts import deputies
from microcred.catalog import actions as catalog
from microcred.catalog.exporting import rubric_entry
from microcred.catalog.models import MicroCredential, Stack
from tests.races import making
from tests.races.clicks import Click
from tests.world import CATALOGUE, World, _course

Case = Callable[[World], Click]

PASSWORD = "a long and unusual sentence"
LEVEL = {"descriptor": "So one sees it."}


def _person_fields(world: World) -> dict[str, Any]:
    return {"name": "Newcomer", "email": making.new_email(), "school": str(world.cast.north.id), "roles": ["teacher"]}


def change_person(world: World) -> Click:
    fields = _person_fields(world) | {"roles": ["teacher", "reviewer"], "school": str(world.cast.south.id)}
    return Click(world.cast.adam, {"account_id": making.person(world).id}, fields)


def disable_person(world: World) -> Click:
    return Click(world.cast.adam, {"account_id": making.person(world).id})


def enable_person(world: World) -> Click:
    disabled = accounts.disable_person(making.person(world), by=world.cast.adam)
    return Click(world.cast.adam, {"account_id": disabled.id})


def import_people(world: World) -> Click:
    rows = f"name,e-mail,school,roles\nNewcomer,{making.new_email()},North school,teacher\n"
    return Click(world.cast.adam, {}, {"file": (rows.encode(), "people.csv")})


def rename_school(world: World) -> Click:
    school = accounts.create_school(making.new_name("School"), by=None)
    return Click(world.cast.adam, {"school_id": school.id}, {"name": making.new_name("Renamed school")})


def name_deputy(world: World) -> Click:
    return Click(world.cast.pia, {"school_id": world.cast.north.id}, {"person": str(making.person(world).id)})


def end_deputy(world: World) -> Click:
    deputy = deputies.name_deputy(world.cast.north, making.person(world), by=world.cast.pia)
    return Click(world.cast.pia, {"school_id": world.cast.north.id}, {"person": str(deputy.id)})


def set_password(world: World) -> Click:
    return Click(making.person(world), {}, {"password": PASSWORD}, ends_session=True)


def accept_welcome(world: World) -> Click:
    token = accounts.welcome(making.person(world), by=world.cast.adam, link=lambda token: f"/welcome/{token}")
    return Click(None, {"token": token}, {"password": PASSWORD})


def _micro_credential_fields() -> dict[str, Any]:
    fields = {"stack": "talk", "requires": "", "skill": "Waits.", "why": "It helps.", "subjects": "any"}
    numbers = {"effort_hours": "8", "reviewer_hours": "1", "evidence-0-word_limit": "300"}
    evidence = {"evidence-0-name": "Overview", "evidence-0-prompt": "Describe it."}
    criterion = {"criteria-0-name": "Pause", "criteria-0-is_required": "y", "criteria-0-required_level": "1"}
    levels = {
        f"criteria-0-levels-{place}-{field}": value
        for place, name in enumerate(("Not yet", "Met"))
        for field, value in (LEVEL | {"name": name, "points": str(place)}).items()
    }
    return {"title": making.new_name("Course")} | fields | numbers | evidence | criterion | levels


def _micro_credential(world: World) -> MicroCredential:
    entry = _course(making.new_name("course").replace(" ", "-"), "talk")
    return catalog.create_micro_credential(entry, stack=world.courses[0].stack, by=world.cast.cora)


def change_micro_credential(world: World) -> Click:
    made = _micro_credential(world)
    return Click(world.cast.cora, {"micro_credential_id": made.id}, _micro_credential_fields())


def archive(world: World) -> Click:
    return Click(world.cast.cora, {"micro_credential_id": _micro_credential(world).id})


def restore(world: World) -> Click:
    archived = catalog.archive(_micro_credential(world), by=world.cast.cora)
    return Click(world.cast.cora, {"micro_credential_id": archived.id})


def _stack_fields() -> dict[str, str]:
    return {"title": making.new_name("Stack"), "description": "Step by step.", "design": "leaf-sprout"}


def _stack(world: World) -> Stack:
    code = making.new_name("stack").replace(" ", "-")
    return catalog.create_stack(_stack_fields() | {"code": code}, by=world.cast.cora)


def change_stack(world: World) -> Click:
    return Click(world.cast.cora, {"stack_id": _stack(world).id}, _stack_fields() | {"design": "octagon-bulb"})


def import_catalogue(world: World) -> Click:
    courses = [_course(making.new_name("imported").replace(" ", "-"), "talk")]
    file = json.dumps(CATALOGUE | {"micro_credentials": courses}).encode()
    return Click(world.cast.cora, {}, {"file": (file, "catalogue.json")})


def import_rubric(world: World) -> Click:
    made = _micro_credential(world)
    assert made.rubric is not None
    rubric = rubric_entry(made.rubric)
    rubric["criteria"][0]["name"] = "Silence"
    return Click(
        world.cast.cora, {"micro_credential_id": made.id}, {"file": (json.dumps(rubric).encode(), "rubric.json")}
    )


def issue_outstanding(world: World) -> Click:
    making.decided(world)
    return Click(world.cast.cora, {})


CASES: dict[str, Case] = {
    "accounts.accept_welcome": accept_welcome,
    "accounts.change_person": change_person,
    "accounts.create_person": lambda world: Click(world.cast.adam, {}, _person_fields(world)),
    "accounts.create_school": lambda world: Click(world.cast.adam, {}, {"name": making.new_name("New school")}),
    "accounts.disable_person": disable_person,
    "accounts.enable_person": enable_person,
    "accounts.end_deputy": end_deputy,
    "accounts.import_people": import_people,
    "accounts.name_deputy": name_deputy,
    "accounts.rename_school": rename_school,
    "accounts.set_password": set_password,
    "accounts.welcome_person": lambda world: Click(world.cast.adam, {"account_id": making.person(world).id}),
    "badges.download_awards": lambda world: Click(world.cast.cora, {}),
    "badges.issue_outstanding": issue_outstanding,
    "badges.revoke_award": lambda world: Click(
        world.cast.cora, {"code": making.award(world).code}, {"reason": "A slip."}
    ),
    "catalog.archive": archive,
    "catalog.change_micro_credential": change_micro_credential,
    "catalog.change_stack": change_stack,
    "catalog.create_micro_credential": lambda world: Click(world.cast.cora, {}, _micro_credential_fields()),
    "catalog.create_stack": lambda world: Click(world.cast.cora, {}, _stack_fields()),
    "catalog.import_catalogue": import_catalogue,
    "catalog.import_rubric": import_rubric,
    "catalog.restore": restore,
}
