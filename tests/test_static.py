"""What the browser is given: vendored scripts as recorded, a small style sheet, nothing inline or from elsewhere."""

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
SCRIPTS = sorted(STATIC.glob("*.js"))
OWN = [STATIC / "app.css", *SCRIPTS]
PAGES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "mail" not in path.parts]

LARGEST_STYLE_SHEET = 34_000  # bytes
LONGEST_SCRIPT = 185  # lines
ELSEWHERE = re.compile(r"""(?:\bhttps?:)?//[a-z0-9-]+\.[a-z]|@import|url\(\s*["']?(?!data:)[a-z]+:""", re.IGNORECASE)
INLINE = {
    "a script that is written into the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style sheet that is written into the page": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on, or JavaScript in an attribute": re.compile(r"\b(?:hx-on\b|js:|javascript:)", re.IGNORECASE),
}
HTMX_TAG = re.compile(r"<[a-z][^<]*?\shx-(?:get|post|put|patch|delete)=(?:[^<]|\"[^\"]*\")*?>", re.DOTALL)
JINJA_COMMENT = re.compile(r"{#.*?#}", re.DOTALL)


def test_vendored_files_are_the_recorded_ones() -> None:
    lines = [line.split() for line in (VENDOR / "SHA256SUMS").read_text().splitlines()]
    recorded = {name: digest for digest, name in lines}
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in VENDOR.iterdir() if p.name != "SHA256SUMS"}
    assert found == recorded


def test_vendored_htmx_is_the_release_that_was_reviewed() -> None:
    digest = hashlib.sha256((VENDOR / "htmx.min.js").read_bytes()).hexdigest()
    assert digest == "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


def test_the_style_sheet_stays_small() -> None:
    assert (STATIC / "app.css").stat().st_size <= LARGEST_STYLE_SHEET


def test_the_scripts_stay_short() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in SCRIPTS}
    assert {name: length for name, length in lengths.items() if length > LONGEST_SCRIPT} == {}


def test_nothing_is_fetched_from_elsewhere() -> None:
    texts = {path: JINJA_COMMENT.sub("", path.read_text()) for path in [*OWN, *PAGES]}
    assert {path.name: ELSEWHERE.findall(text) for path, text in texts.items() if ELSEWHERE.search(text)} == {}


def test_nothing_is_inline() -> None:
    assert [fault for path in PAGES for fault in _inline(path.name, path.read_text())] == []


def test_inline_things_would_be_found() -> None:
    planted = '<p style="color:red" onclick="x()"><script>x()</script><style></style><b hx-on:click="x()">'
    assert len(_inline("planted", planted)) == len(INLINE)


def test_each_htmx_element_carries_the_nonce() -> None:
    assert [fault for path in PAGES for fault in _without_nonce(path.name, path.read_text())] == []


def test_an_htmx_element_without_the_nonce_would_be_found() -> None:
    good = '<form\n {% if a > 1 %}x{% endif %} hx-post="/b" hx-nonce="{{ csp_nonce() }}">'
    bad = '<a href="/c" hx-get="/c">'
    assert _without_nonce("planted", good + bad) == [f"planted: {bad}"]


def _inline(name: str, text: str) -> list[str]:
    text = JINJA_COMMENT.sub("", text)
    return [f"{name}: {fault}" for fault, pattern in INLINE.items() if pattern.search(text)]


def _without_nonce(name: str, text: str) -> list[str]:
    text = JINJA_COMMENT.sub("", text)
    return [f"{name}: {tag}" for tag in HTMX_TAG.findall(text) if "hx-nonce" not in _whole_tag(text, tag)]


def _whole_tag(text: str, start: str) -> str:
    """The tag up to the next one begins: a ">" inside a template's condition does not end it."""
    place = text.index(start)
    following = text.find("<", place + 1)
    return text[place : following if following > 0 else len(text)]
