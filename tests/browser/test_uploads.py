"""Files on their way: one that fails loses no other, and what did not get through goes on with one button."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from microcred import create_app
from tests import server
from tests.browser import casting
from tests.browser.house import House


def _file(name: str, content: bytes = b"An essay on wait time.") -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def _choose(page: Page, *files: FilePayload) -> None:
    page.locator("form[data-uploads] input[type=file]").first.set_input_files(list(files))


def _pieces(page: Page) -> int:
    return page.locator("form[action$=description]").count()


def test_files_come_one_by_one_and_what_is_typed_meanwhile_stays(demo: House) -> None:
    author = casting.author(demo)
    page = demo.seat(author.name)
    page.goto(author.url)
    before = _pieces(page)
    lines = page.locator("[data-section] li")
    _choose(page, _file("a.txt"), _file("b.docx", b"MZ"), _file("c.txt"))
    page.get_by_label("Your text").first.fill("Typed while files came in.")
    expect(lines.nth(0)).to_contain_text("attached")
    expect(lines.nth(1)).to_contain_text("This file is a program.")
    expect(lines.nth(2)).to_contain_text("attached")
    expect(page.locator("form[action$=description]")).to_have_count(before + 2)
    expect(page.get_by_label("Your text").first).to_have_value("Typed while files came in.")
    page.get_by_role("button", name="Clear this list").click()
    expect(lines.first).to_be_hidden()


def test_what_did_not_get_through_goes_on_when_the_server_is_back(
    demo_folder: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(server.settings(demo_folder, MICROCRED_DEMO="1"))
    with server.serving(app, demo_folder, MICROCRED_DEMO="1") as first:
        house = House(first, browser)
        author = casting.author(house)
        page = house.seat(author.name)
        page.goto(author.url)
        before = _pieces(page)
    _choose(page, _file("a.txt"), _file("b.txt"))
    lines = page.locator("[data-section] li")
    expect(lines).to_contain_text(["did not get through", "did not get through"])
    monkeypatch.setattr(server, "_free_port", lambda: first.port)
    with server.serving(app, demo_folder, MICROCRED_DEMO="1"):
        page.get_by_role("button", name="Go on with what did not get through").click()
        expect(lines).to_contain_text(["attached", "attached"], timeout=20_000)
        page.reload()
        assert _pieces(page) == before + 2
        house.close()
