"""The menu of each role, and the five steps of the pilot as the backbone of every page."""

from typing import NamedTuple

from flask import Flask, g, request
from flask_login import current_user
from werkzeug.local import LocalProxy

from microcred.accounts.models import RoleName
from microcred.home import five_steps, menus
from microcred.home.menus import Place
from microcred.home.standing import Standing, standing

WITHOUT_PILOT = {RoleName.ADMINISTRATOR}


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
        g.menu = _entries() if _is_shown() else []
    entries: list[MenuEntry] = g.menu
    return entries


def backbone() -> list[Step]:
    """The five steps of the pilot that the person who is signed in sees."""
    if "backbone" not in g:
        g.backbone = _steps() if _is_shown() else []
    steps: list[Step] = g.backbone
    return steps


def current_standing() -> Standing | None:
    """The numbers of the person's pilot, asked for once in a request."""
    if "standing" not in g:
        g.standing = standing(current_user) if current_user.role_names - WITHOUT_PILOT else None
    found: Standing | None = g.standing
    return found


def _is_shown() -> bool:
    return not g.get("is_bare") and bool(current_user.is_authenticated)


def _entries() -> list[MenuEntry]:
    places = menus.places(current_user, current_standing())
    here = _here(places)
    return [MenuEntry(place.title, place.url, place is here) for place in places]


def _here(places: list[Place]) -> Place | None:
    """The place whose address is the longest beginning of this page's; home is only itself."""
    around = [place for place in places if _is_within(request.path, place.url)]
    return max(around, key=lambda place: len(place.url), default=None)


def _is_within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(f"{url}/"))


def _steps() -> list[Step]:
    found = current_standing()
    if found is None:
        return []
    told = zip(
        five_steps.titles(),
        menus.step_urls(current_user, found),
        five_steps.states(found),
        five_steps.notes(found),
        strict=True,
    )
    return [Step(*each) for each in told]
