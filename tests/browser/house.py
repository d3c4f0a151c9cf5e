"""A served application and the people in front of it, each in a browser of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale, gettext
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, ViewportSize, expect
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.config import LOCALES
from tests.server import Server

VISITOR = ""
"""Somebody who is not signed in."""

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}


@dataclass
class House:
    """A running application; visitors come in with `visit`, people sit down with `seat`."""

    server: Server
    browser: Browser
    seats: dict[str, Page] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def visit(self, viewport: ViewportSize | None = None, **looks: Any) -> Page:
        """A browser in which nobody is signed in; `looks` are options of a Playwright context."""
        options: dict[str, Any] = {"base_url": self.server.url, "locale": "en-CA", "viewport": viewport or DESK} | looks
        context = self.browser.new_context(**options)
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", self._note)
        page.on("console", self._note_policy)
        return page

    def seat(self, name: str, viewport: ViewportSize | None = None, speaks: str = "en", **looks: Any) -> Page:
        """The browser of a person, who signs in with the demo's one click the first time.

        The person then reads the language `speaks`; if that is empty, the one that the person once chose.
        """
        if name not in self.seats:
            page = self.seats[name] = self.visit(viewport, **looks)
            if name == VISITOR:
                return page
            page.goto("/sign-in")
            come_in(page, name)
            expect(page.get_by_role("heading", level=1)).to_contain_text(name.split()[0])
            if speaks:
                speak(page, speaks)
        return self.seats[name]

    def close(self) -> None:
        """Everyone leaves; no page may have had a fault."""
        self.seats.clear()
        while self.contexts:
            self.contexts.pop().close()
        faults, self.faults = self.faults, []
        assert faults == []

    @contextmanager
    def rows(self) -> Iterator[None]:
        """Look at the rows of the database behind the pages."""
        with self.server.app.app_context():
            yield

    def person(self, name: str) -> int:
        """The id of a person."""
        with self.rows():
            from microcred.db import db

            return db.session.scalars(select(Account.id).where(Account.name == name)).one()

    def french(self, sentence: str, **values: Any) -> str:
        """What a sentence is in French; it has to be translated."""
        with self.rows(), force_locale(LOCALES["fr"]):
            translated = gettext(sentence, **values)
        assert translated != sentence % values
        return str(translated)

    def _note(self, fault: Error) -> None:
        self.faults.append(str(fault))

    def _note_policy(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)


def come_in(page: Page, name: str) -> None:
    """Sign in with one click, as one of everybody in the demo."""
    page.locator("details:has(ul.cast) > summary").click()
    page.locator("details ul.cast").get_by_role("button", name=name).click()


def speak(page: Page, language: str) -> None:
    """See that the page is in that language, or choose it."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator("#tools button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def press(place: Page | Locator, name: str) -> None:
    """Press the button of that name."""
    place.get_by_role("button", name=name, exact=True).click()


def read(page: Page, sentence: str) -> None:
    """See that the page tells a sentence in its flash region."""
    expect(page.locator("#flash")).to_contain_text(sentence)


def titled(page: Page, title: str) -> None:
    """See that the page is the one of that title."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def tab_to(page: Page, control: Locator, most: int = 120) -> None:
    """Press Tab until the control has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if control.evaluate("control => control === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {control}")
