"""What a submission still lacks before it can be handed in, and where it might tell who wrote it."""

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.catalog.models import EvidencePart
from microcred.evidence.authorship import Trace, traces
from microcred.evidence.extracts import extract_text
from microcred.evidence.models import Artefact, Submission
from microcred.evidence.storage import Storage, UnknownFile


class Check(NamedTuple):
    """One part of the evidence: how many words it has, what is attached, and what is still missing."""

    part: EvidencePart
    words: int
    artefacts: list[Artefact]
    missing: list[str]


def checks(submission: Submission) -> list[Check]:
    """Every part that is asked for now, in order."""
    return [_check(submission, part) for part in submission.micro_credential.standing_parts]


def missing(submission: Submission) -> list[str]:
    """Sentences on what is missing; none when it can be handed in."""
    return [sentence for check in checks(submission) for sentence in check.missing]


def _check(submission: Submission, part: EvidencePart) -> Check:
    words = count_words(submission.text_of(part))
    artefacts = submission.artefacts_of(part)
    return Check(part, words, artefacts, list(_lacks(part, words, artefacts)))


def _lacks(part: EvidencePart, words: int, artefacts: list[Artefact]) -> Iterator[str]:
    if not words and not part.takes_files:
        yield _("“%(part)s” has no text yet.", part=part.name)
    if not words and part.takes_files and not artefacts:
        yield _("“%(part)s” has neither text nor a file or link yet.", part=part.name)
    if words > part.word_limit:
        values = {"part": part.name, "words": words, "limit": part.word_limit}
        yield _("“%(part)s” has %(words)s words; at most %(limit)s are allowed.", **values)
    for artefact in artefacts:
        if artefact.privacy is None:
            values = {"part": part.name, "number": artefact.number}
            yield _("“%(part)s”: say for artefact %(number)s whether pupils can be recognised.", **values)


def count_words(text: str) -> int:
    """Words are what stands between spaces, as the counter on the page counts them."""
    return len(text.split())


class Finding(NamedTuple):
    """Traces of the author in one place: a part's text, or an artefact's caption, link or content."""

    part: EvidencePart
    artefact: Artefact | None
    traces: list[Trace]


def findings(submission: Submission, person: Account, storage: Storage) -> list[Finding]:
    """Where the person's name, e-mail or school stands in what is about to be handed in."""
    searched = [
        Finding(part, artefact, _traces(text, person))
        for part in submission.micro_credential.standing_parts
        for artefact, text in _texts(submission, part, storage)
    ]
    return [finding for finding in searched if finding.traces]


def _texts(submission: Submission, part: EvidencePart, storage: Storage) -> Iterator[tuple[Artefact | None, str]]:
    yield None, submission.text_of(part)
    for artefact in submission.artefacts_of(part):
        yield artefact, "\n".join((artefact.caption, artefact.link or "", _content(artefact, storage)))


def _content(artefact: Artefact, storage: Storage) -> str:
    if not artefact.stored_name or not artefact.media_type:
        return ""
    try:
        return extract_text(storage.path(artefact.stored_name), artefact.media_type)
    except UnknownFile:
        return ""


def _traces(text: str, person: Account) -> list[Trace]:
    return traces(text, person.name, person.email, person.school.name if person.school else "")
