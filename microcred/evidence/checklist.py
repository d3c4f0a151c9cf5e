"""What a submission still lacks before it can be handed in, and where it might tell who wrote it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.catalog.models import EvidencePart
from microcred.evidence.authorship import Trace, traces_of_all
from microcred.evidence.extracts import Extract
from microcred.evidence.models import Artefact, Submission
from microcred.evidence.reading_apart import READABLE, read_texts
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


class Search(NamedTuple):
    """What a search after the author found, and the artefacts that only people can search, whole or in part."""

    findings: list[Finding]
    unsearched: list[Artefact]
    searched_in_part: list[Artefact]


def search(submission: Submission, person: Account, storage: Storage) -> Search:
    """Look for name, e-mail or school of the person, or a co-author, in all that reviewers are about to read."""
    authors = [_known_by(author) for author in {person, *_co_authors(submission)}]
    texts = _contents(submission, storage)
    found = [
        Finding(part, artefact, traces_of_all(text, authors))
        for part in submission.shown_parts
        for artefact, text in _texts(submission, part, texts)
    ]
    in_part = [each for each in submission.artefacts if each.number in texts and not texts[each.number].is_whole]
    return Search([finding for finding in found if finding.traces], _unsearched(submission, texts), in_part)


def _co_authors(submission: Submission) -> list[Account]:
    return [each.person for artefact in submission.artefacts for each in artefact.co_authors]


def _known_by(author: Account) -> tuple[str, str, str]:
    return author.name, author.email, author.school.name if author.school else ""


def _contents(submission: Submission, storage: Storage) -> dict[int, Extract]:
    """The text of each file that holds some, by the number of its artefact."""
    found = [
        (each.number, path, each.media_type or "") for each in submission.artefacts if (path := _path(each, storage))
    ]
    read = read_texts([(path, media_type) for _number, path, media_type in found])
    return {number: extract for (number, *_file), extract in zip(found, read, strict=True) if extract.text.strip()}


def _path(artefact: Artefact, storage: Storage) -> Path | None:
    try:
        is_readable = artefact.stored_name and artefact.media_type in READABLE
        return storage.path(artefact.stored_name or "") if is_readable else None
    except UnknownFile:
        return None


def _texts(
    submission: Submission, part: EvidencePart, texts: dict[int, Extract]
) -> Iterator[tuple[Artefact | None, str]]:
    yield None, submission.text_of(part)
    for artefact in submission.artefacts_of(part):
        content = texts[artefact.number].text if artefact.number in texts else ""
        yield artefact, "\n".join((artefact.caption, artefact.link or "", content))


def _unsearched(submission: Submission, texts: dict[int, Extract]) -> list[Artefact]:
    """Pictures, pages of other sites, and files without a text, such as what was scanned."""
    return [artefact for artefact in submission.artefacts if artefact.number not in texts]
