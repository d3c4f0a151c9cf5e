"""No reviewer can find out whose evidence it is: canaries in all that is kept about a teacher, and a crawl for them."""

import base64
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select
from werkzeug.test import TestResponse

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.queries import storage
from microcred.outbox import Mail, write_mail
from microcred.permissions import may_read_posts
from microcred.recognition.queries import personal_code
from tests.access_table import lost, steps
from tests.cast import Cast
from tests.conftest import Browser
from tests.evidence.canaries import CANARY, pdf, photograph
from tests.evidence.layers import layers_of
from tests.world import World, make_world

SCHOOL = "Ferngate"
CANARIES = (
    CANARY,  # EXIF, XMP, PDF properties, attachments and remarks
    "Kestrelmoor",  # the name
    "zquill",  # the e-mail address
    "quarrelhurst.example",  # its domain
    SCHOOL,
    "Tanglewrack",  # why she came
    "Sallowmere",  # her post
    "Brindlemoss",  # her reply to a post
    "Thistleburn",  # the name of her files
    "PERSONAL",  # stands for the code under which she is handed thank-yous
)
REVIEWERS = ("rita", "ravi", "rosa")
LINKS = {"href", "src", "action", "hx-get", "data-src"}

Browse = Callable[[Account], Browser]


class Found(NamedTuple):
    """A canary, and where it was."""

    canary: str
    where: str


@pytest.fixture
def world(cast: Cast) -> World:
    """The world, in which amara is full of canaries."""
    cast.amara.name, cast.amara.email = "Zenobia Kestrelmoor", "zquill@quarrelhurst.example"
    cast.north.name = f"{SCHOOL} school"
    world = make_world(cast, photograph("PNG"), pdf(), file_name="Thistleburn")
    world.volunteers["amara"].why = "Tanglewrack: that is why."
    world.posts["win"].text = "Sallowmere: it worked."
    world.posts["reply"].text, world.posts["reply"].author = "Brindlemoss: how?", cast.amara
    db.session.commit()
    return world


def test_nothing_that_a_reviewer_can_fetch_names_the_author(app: Flask, world: World, browse: Browse) -> None:
    gets = [step.url for step in steps(app, world) if step.method == "GET"]
    # Whoever types an address that holds a canary knows it already.
    everywhere = [url for url in gets if not any(canary in url for canary in canaries(world))]
    assert len(gets) - len(everywhere) == 1
    for name in REVIEWERS:
        assert crawl(browse(getattr(world.cast, name)), ["/", "/no-such-page", *everywhere], canaries(world)) == []


def test_nothing_that_a_form_answers_a_reviewer_names_the_author(app: Flask, world: World, browse: Browse) -> None:
    browser = browse(world.cast.rita)
    forms = [step.url for step in steps(app, world) if step.method == "POST" and step.endpoint != "accounts.sign_out"]
    answers = [(url, browser.send(url, htmx=htmx)) for url in forms for htmx in (False, True)]
    assert [found for url, answer in answers for found in named_in(url, answer, canaries(world))] == []


def test_no_mail_to_a_reviewer_names_the_author(world: World) -> None:
    ids = [getattr(world.cast, name).id for name in REVIEWERS]
    assert len(db.session.scalars(select(Mail).where(Mail.person_id.in_(ids))).all()) > len(ids)
    assert named_in_mail(world) == []


@pytest.mark.parametrize("fragment", ["scoring/_part.html", "scoring/_lent_part.html"])
def test_a_leak_on_the_desk_or_in_an_example_is_found(app: Flask, world: World, browse: Browse, fragment: str) -> None:
    kept, source = app.jinja_env.loader, "<p title='{{ whose }}'>Evidence</p>"
    assert kept is not None
    app.jinja_env.globals["whose"] = world.cast.amara.name
    app.jinja_env.loader = ChoiceLoader([DictLoader({fragment: source}), kept])
    clear_templates(app)
    try:
        found = crawl(browse(world.cast.rita), ["/"], canaries(world))
    finally:
        app.jinja_env.loader = kept
        del app.jinja_env.globals["whose"]
        clear_templates(app)
    assert {each.canary for each in found} == {"Kestrelmoor"}


def clear_templates(app: Flask) -> None:
    """Forget the templates that were read."""
    assert app.jinja_env.cache is not None
    app.jinja_env.cache.clear()


def test_posts_that_reviewers_could_read_are_found(world: World, browse: Browse) -> None:
    with lost(may_read_posts):
        found = crawl(browse(world.cast.rosa), [f"/pilots/{world.pilot.id}"], canaries(world))
    assert {each.canary for each in found} == {"Kestrelmoor", "Sallowmere", "Brindlemoss"}


def test_a_leak_in_a_file_is_found(world: World, browse: Browse) -> None:
    stored = world.artefacts["in review: photo"].stored_name
    storage().path(stored or "").write_bytes(photograph("PNG"))
    found = crawl(browse(world.cast.rita), ["/"], canaries(world))
    assert {each.canary for each in found} == {CANARY}


def test_a_leak_in_a_mail_is_found(world: World) -> None:
    write_mail(world.cast.rita, "announcement", announcement=world.announcements["all"])
    db.session.flush()
    mail = db.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail is not None
    mail.text += world.cast.amara.email
    assert {each.canary for each in named_in_mail(world)} == {"zquill", "quarrelhurst.example"}


def canaries(world: World) -> list[str]:
    """What may stand nowhere."""
    code = personal_code(world.cast.amara)
    assert code is not None
    return [code if canary == "PERSONAL" else canary for canary in CANARIES]


def crawl(browser: Browser, starts: list[str], wanted: list[str]) -> list[Found]:
    """Fetch these pages and whatever they lead to; returns the canaries in bodies, files and headers."""
    ahead, seen, found = list(starts), set(starts), list[Found]()
    while ahead:
        url = ahead.pop()
        answer = browser.get(url, buffered=True)
        assert answer.status_code < 500, url
        found += named_in(url, answer, wanted)
        following = {each for each in led_to(answer) if each not in seen}
        seen |= following
        ahead += sorted(following)
    return found


def led_to(answer: TestResponse) -> Iterator[str]:
    """The addresses within the application that an answer leads to."""
    links = [answer.headers.get("Location", "")]
    if answer.mimetype == "text/html":
        reader = Links()
        reader.feed(answer.text)
        links += reader.found
    for link in links:
        address = urlsplit(link)
        if address.path.startswith("/") and not address.path.startswith("/static/") and not address.hostname:
            yield address.path + (f"?{address.query}" if address.query else "")


class Links(HTMLParser):
    """Reads every address in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of one element; forms that are posted are sent elsewhere."""
        if (tag, dict(attrs).get("method")) != ("form", "post"):
            self.found += [value for name, value in attrs if name in LINKS and value]


def named_in(url: str, answer: TestResponse, wanted: list[str]) -> list[Found]:
    """The canaries in an answer: in its headers, its text, the pictures within it, and every layer of a file."""
    said = unquote(str(answer.headers)).lower().encode() + b"\n".join(layer.lower() for layer in _layers(answer))
    found = [Found(canary, url) for canary in wanted if canary.lower().encode() in said]
    # A list of every school of the pilot tells nothing: all of its teachers work at one of them.
    return [each for each in found if each.canary != SCHOOL or b"south school" not in said]


def _layers(answer: TestResponse) -> Iterator[bytes]:
    yield answer.data
    if answer.mimetype == "text/html":
        yield unquote(answer.text).encode()
        for encoded in re.findall(r"base64,([A-Za-z0-9+/=]+)", answer.text):
            yield base64.b64decode(encoded)
    else:
        yield from layers_of(answer.data)


def named_in_mail(world: World) -> list[Found]:
    """The canaries in all mail to the reviewers."""
    ids = {getattr(world.cast, name).id for name in REVIEWERS}
    mails = db.session.scalars(select(Mail).where(Mail.person_id.in_(ids)))
    said = "\n".join(f"{mail.subject} {mail.text}" for mail in mails).lower()
    return [Found(canary, "mail") for canary in canaries(world) if canary.lower() in said]
