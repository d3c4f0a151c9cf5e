"""The menu of each role, and the five steps of the pilot as the backbone of every page."""

from typing import NamedTuple

from flask import Flask, g
from werkzeug.local import LocalProxy


class MenuEntry(NamedTuple):
    """One place to go."""

    title: str
    url: str
    is_here: bool


class Step(NamedTuple):
    """One of the pilot's five steps: done, now or later."""

    title: str
    url: str
    state: str
    note: str


def init_navigation(app: Flask) -> None:
    """Give menu and backbone to every page; they are drawn up only where a page shows them."""
    app.context_processor(lambda: {"menu": LocalProxy(menu), "backbone": LocalProxy(backbone)})


def menu() -> list[MenuEntry]:
    """Where the person who is signed in can go."""
    if "menu" not in g:
        g.menu = [] if g.get("is_bare") else _entries()
    entries: list[MenuEntry] = g.menu
    return entries


def _entries() -> list[MenuEntry]:
    return []


def backbone() -> list[Step]:
    """The five steps of the pilot that the person who is signed in sees."""
    return []
