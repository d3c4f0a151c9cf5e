"""The search for an author's own name, e-mail and school."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from microcred.evidence import extracts
from microcred.evidence.authorship import TraceOf, traces, traces_of_all
from microcred.evidence.cleaning import clean
from microcred.evidence.extracts import extract_text
from microcred.evidence.kinds import ODT
from tests.evidence import canaries
from tests.evidence.bad_files import pdf_of

PERSON = ("Élodie Marchand", "elodie.marchand@maplegrove.example", "Maple Grove School")


def found(text: str) -> list[tuple[TraceOf, str]]:
    return [(trace.of, text[trace.start : trace.end]) for trace in traces(text, *PERSON)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am Élodie Marchand.", [(TraceOf.NAME, "Élodie Marchand")]),
        ("ELODIE\n  MARCHAND wrote this", [(TraceOf.NAME, "ELODIE\n  MARCHAND")]),
        ("E\u0301lodie Marchand", [(TraceOf.NAME, "E\u0301lodie Marchand")]),
        ("Marchand, Elodie", [(TraceOf.NAME, "Marchand, Elodie")]),
        ("Mme Marchand\u2019s class", [(TraceOf.NAME, "Marchand")]),
        ("Write to Elodie.Marchand@MapleGrove.example!", [(TraceOf.EMAIL, "Elodie.Marchand@MapleGrove.example")]),
        ("here at Maple Grove\nschool we", [(TraceOf.SCHOOL, "Maple Grove\nschool")]),
        ("marchandise, maple, grove, Élodie", []),
        ("", []),
    ],
)
def test_names_mails_and_schools_are_found_as_whole_words_whatever_their_accents(
    text: str, expected: list[tuple[TraceOf, str]]
) -> None:
    assert found(text) == expected


def test_traces_come_in_the_order_of_the_text() -> None:
    text = "Maple Grove School: Marchand, then Elodie Marchand"
    assert [of for of, _ in found(text)] == [TraceOf.SCHOOL, TraceOf.NAME, TraceOf.NAME]


def test_a_last_name_of_three_letters_is_found_only_with_the_first_name() -> None:
    text = "The key question of Ann Key; Key Ann."
    assert [text[t.start : t.end] for t in traces(text, "Ann Key", "a@b.example", "")] == ["Ann Key", "Key Ann"]


def test_each_half_of_a_double_last_name_counts() -> None:
    text = "Mr Okafor or Mr Lindqvist or Mr Okafor-Lindqvist"
    matches = [text[t.start : t.end] for t in traces(text, "Ben Okafor-Lindqvist", "", "")]
    assert matches == ["Okafor", "Lindqvist", "Okafor-Lindqvist"]


def test_an_excerpt_shows_the_words_around_a_trace() -> None:
    text = "a " * 50 + "Marchand" + " b" * 50
    assert traces(text, *PERSON)[0].excerpt == "…" + "a " * 20 + "Marchand" + " b" * 20 + "…"


def test_a_person_without_any_name_leaves_no_trace() -> None:
    assert traces("some text", "", "", " - ") == []


@pytest.mark.parametrize(
    ("members", "name", "expected"),
    [
        (canaries.word_members, "a.docx", "kept & inserted kept deletion\nkept remark\n\n"),
        (canaries.presentation_members, "a.pptx", "kept slide"),
        (canaries.opendocument_members, "a.odt", "kept text\n"),
    ],
)
def test_the_text_of_office_documents_is_extracted(
    members: Callable[[], dict[str, str | bytes]], name: str, expected: str
) -> None:
    with clean(io.BytesIO(canaries.package(members())), name, largest_bytes=10**6) as file:
        assert extract_text(file.path, file.media_type) == (expected, True)


def test_the_text_of_a_pdf_is_extracted(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(canaries.pdf_saying("Elodie Marchand"))
    assert extract_text(path, "application/pdf") == ("Elodie Marchand\n", True)


def test_half_a_letter_in_a_pdf_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(canaries.pdf_saying("Okafor~", reading=b"1 beginbfchar <7E> <D800> endbfchar"))
    assert extract_text(path, "application/pdf") == ("Okafor?\n", True)


def test_extraction_stops_at_the_limit_and_never_fails(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc\xff" * 100)
    kinds = ("text/plain", "application/pdf", "image/png")
    assert [extract_text(path, kind, most_characters=5) for kind in kinds] == [
        ("abc\ufffda", False),
        ("", False),
        ("", True),
    ]


def test_what_is_beyond_the_pages_that_are_searched_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    told = []
    for pages in (50, 51):
        path.write_bytes(pdf_of(pages))
        told.append(extract_text(path, "application/pdf").is_whole)
    assert told == [True, False]


def test_a_part_of_a_document_that_is_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.odt"
    path.write_bytes(canaries.package(canaries.opendocument_members()))
    monkeypatch.setattr(extracts, "MOST_BYTES", 10)
    assert extract_text(path, ODT.media_type) == ("", False)


def test_the_traces_of_several_come_in_the_order_of_the_text_and_once() -> None:
    text = "Ann Key and Elodie Marchand of Maple Grove School"
    other = ("Ann Key", "a@b.example", "Maple Grove School")
    found = [text[each.start : each.end] for each in traces_of_all(text, [PERSON, other])]
    assert found == ["Ann Key", "Elodie Marchand", "Maple Grove School"]
