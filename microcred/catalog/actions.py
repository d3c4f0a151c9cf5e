"""Keeping the catalogue: importing it whole, and changing its parts one by one."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from microcred.accounts.models import Account
from microcred.catalog import format as catalogue_format
from microcred.catalog import queries, writing
from microcred.catalog.checks import Check
from microcred.catalog.exporting import micro_credential_entry, stack_entry
from microcred.catalog.models import CatalogueImport, MicroCredential, Rubric, Stack
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record


def import_catalogue(catalogue: dict[str, Any], *, by: Account | None) -> list[MicroCredential]:
    """Write a catalogue, whole or not at all; returns its micro-credentials in its order.

    Codes that exist are updated; a rubric that differs becomes a new version; nothing is deleted or archived. Refused
    when the catalogue is malformed, naming the fields.
    """
    _refuse_malformed(catalogue)
    return record_import(catalogue, by=by)[1]


def record_import(catalogue: dict[str, Any], *, by: Account | None) -> tuple[CatalogueImport, list[MicroCredential]]:
    """Write a catalogue that is known to be well formed, and keep what that did."""
    _hold_stacks()
    entries = catalogue["micro_credentials"]
    changes = changes_of(catalogue)
    stacks = _import_stacks(catalogue["stacks"])
    known = queries.micro_credentials_by_code(entry["code"] for entry in entries)
    written = {entry["code"]: _import_one(entry, known.get(entry["code"]), stacks[entry["stack"]]) for entry in entries}
    for entry in entries:
        written[entry["code"]].requires = written.get(entry["requires"])
    kept = CatalogueImport(imported_at=utcnow(), imported_by_id=by and by.id, changes=changes)
    db.session.add(kept)
    record(by, "imported", kept, **{name: len(codes) for name, codes in changes.items()})
    return kept, list(written.values())


def changes_of(catalogue: dict[str, Any]) -> dict[str, list[str]]:
    """What an import would do: the codes, of stacks and micro-credentials, that are new, changed and unchanged."""
    stacks = queries.stacks_by_code(entry["code"] for entry in catalogue["stacks"])
    known = queries.micro_credentials_by_code(entry["code"] for entry in catalogue["micro_credentials"])
    before = {code: stack_entry(stack) for code, stack in stacks.items()}
    before |= {code: micro_credential_entry(each) for code, each in known.items()}
    changes: dict[str, list[str]] = {"new": [], "changed": [], "unchanged": []}
    for entry in catalogue["stacks"] + catalogue["micro_credentials"]:
        changes[_kind(before.get(entry["code"]), entry)].append(entry["code"])
    return changes


def _kind(before: Mapping[str, Any] | None, entry: Mapping[str, Any]) -> str:
    if before is None:
        return "new"
    return "unchanged" if before == entry else "changed"


def _hold_stacks() -> None:
    # Whoever writes the catalogue queues here, so that nobody numbers rubrics by what another is about to write.
    db.session.execute(select(Stack.id).with_for_update())


def _import_stacks(entries: list[dict[str, Any]]) -> dict[str, Stack]:
    stacks = queries.stacks_by_code(entry["code"] for entry in entries)
    for entry in entries:
        stack = stacks.setdefault(entry["code"], Stack(code=entry["code"]))
        writing.write_stack(stack, entry)
    return stacks


def _import_one(entry: dict[str, Any], known: MicroCredential | None, stack: Stack) -> MicroCredential:
    micro_credential = known or MicroCredential(code=entry["code"], parts=[])
    writing.write_texts(micro_credential, entry, stack)
    writing.write_parts(micro_credential, entry["evidence"])
    writing.write_rubric(micro_credential, entry["rubric"])
    return micro_credential


def _refuse_malformed(catalogue: Any) -> None:
    problems = catalogue_format.problems_of(catalogue)
    if problems:
        raise Refused(catalogue_format.sentence_of(problems), field="file")


def import_rubric(micro_credential: MicroCredential, rubric: dict[str, Any], *, by: Account | None) -> Rubric:
    """Make a rubric from a file the newest version; what is under way keeps its own.

    Refused when it is malformed, or says exactly what the current version says.
    """
    _hold_stacks()
    lock(micro_credential)
    _refuse_unsayable(catalogue_format.RUBRIC, rubric)
    current = micro_credential.rubric
    if current and current.hash == catalogue_format.rubric_hash(rubric):
        raise Refused(
            _("The file says exactly what version %(number)s says: nothing has changed.", number=current.version),
            field="file",
        )
    written = writing.write_rubric(micro_credential, rubric)
    record(by, "imported", written, micro_credential=micro_credential.id, version=written.version)
    return written


def use_rubric(rubric: Rubric) -> Rubric:
    """Mark a rubric as used: evidence is measured by it, so it is never changed or deleted from now on."""
    unused = update(Rubric).where(Rubric.id == rubric.id, Rubric.used_at.is_(None)).values(used_at=utcnow())
    db.session.execute(unused, execution_options={"synchronize_session": False})
    db.session.refresh(rubric, ["used_at"])
    return rubric


def create_stack(entry: Mapping[str, Any], *, by: Account | None) -> Stack:
    """Add a stack; refused when its code is taken, or an entry of the file could not say it."""
    _hold_stacks()
    _refuse_unsayable(catalogue_format.STACK, entry)
    if queries.stacks_by_code([entry["code"]]):
        raise Refused(_("Another stack has that code, or a title like this."), field="title")
    stack = Stack(code=entry["code"])
    writing.write_stack(stack, entry)
    record(by, "created", stack)
    return stack


def change_stack(stack: Stack, entry: Mapping[str, Any], *, by: Account | None) -> Stack:
    """Change a stack's title, description and design; its code stays."""
    lock(stack)
    _refuse_unsayable(catalogue_format.STACK, {**entry, "code": stack.code})
    writing.write_stack(stack, entry)
    record(by, "changed", stack)
    return stack


def create_micro_credential(entry: Mapping[str, Any], *, stack: Stack, by: Account | None) -> MicroCredential:
    """Add a micro-credential with its parts and rubric; refused when its code is taken, or a field is malformed."""
    _hold_stacks()
    _refuse_unsayable(catalogue_format.MICRO_CREDENTIAL, {**entry, "stack": stack.code})
    if queries.micro_credentials_by_code([entry["code"]]):
        raise Refused(_("Another micro-credential has that code, or a title like this."), field="title")
    micro_credential = _import_one({**entry}, None, stack)
    micro_credential.requires = _required(micro_credential, entry["requires"])
    record(by, "created", micro_credential)
    return micro_credential


def change_micro_credential(
    micro_credential: MicroCredential, entry: Mapping[str, Any], *, stack: Stack, by: Account | None
) -> MicroCredential:
    """Change texts, parts, rubric; a rubric that differs becomes a new version. Refused when a field is malformed."""
    _hold_stacks()
    lock(micro_credential)
    entry = {**entry, "code": micro_credential.code}
    _refuse_unsayable(catalogue_format.MICRO_CREDENTIAL, {**entry, "stack": stack.code})
    _import_one(entry, micro_credential, stack)
    micro_credential.requires = _required(micro_credential, entry["requires"])
    record(by, "changed", micro_credential)
    return micro_credential


def _refuse_unsayable(check: Check, entry: Mapping[str, Any]) -> None:
    problems = list(check(dict(entry), ""))
    if problems:
        raise Refused(catalogue_format.sentence_of(problems), field=problems[0].path)


def _required(micro_credential: MicroCredential, code: str | None) -> MicroCredential | None:
    if not code:
        return None
    links = {each.code: each.requires.code if each.requires else None for each in queries.every_micro_credential()}
    if code not in links:
        raise Refused(_("There is no such micro-credential."), field="requires")
    if catalogue_format.leads_back(micro_credential.code, links | {micro_credential.code: code}):
        raise Refused(_("This requires itself, directly or by way of another."), field="requires")
    return queries.micro_credentials_by_code([code])[code]


def archive(micro_credential: MicroCredential, *, by: Account | None) -> MicroCredential:
    """Take a micro-credential out of the catalogue; what is under way goes on. Archived twice is archived once."""
    lock(micro_credential)
    if not micro_credential.archived_at:
        micro_credential.archived_at = utcnow()
        record(by, "archived", micro_credential)
    return micro_credential


def restore(micro_credential: MicroCredential, *, by: Account | None) -> MicroCredential:
    """Put an archived micro-credential back into the catalogue."""
    lock(micro_credential)
    if micro_credential.archived_at:
        micro_credential.archived_at = None
        record(by, "restored", micro_credential)
    return micro_credential
