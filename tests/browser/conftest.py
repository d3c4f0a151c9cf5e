"""Real browsers in front of the real application: phones, desks, and the people who sign in at them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from microcred import create_app
from tests.browser.house import House
from tests.server import ROOT, empty_database, serving, settings

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADMINISTRATOR, PASSWORD = "adam@lakeshore.example", "chalk kettle lantern"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine, quiet on the network."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return {**browser_type_launch_args, "executable_path": found, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which `flask demo` has told its story; to be copied, not to be served."""
    folder = tmp_path_factory.mktemp("told")
    assert at_the_keyboard(folder, "demo") == "The demo pilot has been written.\n"
    return folder


def at_the_keyboard(folder: Path, *command: str, **told: str) -> str:
    """What a command says that is typed at the server's keyboard."""
    environment = os.environ | settings(folder, MICROCRED_DEMO="1", **told)
    typed = [sys.executable, "-m", "flask", "--app", "app", *command]
    done = subprocess.run(typed, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def demo_folder(told: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo for the tests of one file."""
    return Path(shutil.copytree(told, tmp_path_factory.mktemp("demo") / "data"))


@pytest.fixture(scope="module")
def district(demo_folder: Path, browser: Browser) -> Iterator[House]:
    """The demo's district, open to visitors for the tests of one file."""
    app = create_app(settings(demo_folder, MICROCRED_DEMO="1"))
    with serving(app, demo_folder, MICROCRED_DEMO="1") as server:
        yield House(server, browser)


@pytest.fixture
def demo(district: House) -> Iterator[House]:
    """The demo's district; whoever came in leaves after the test, and no page may have had a fault."""
    yield district
    district.close()


@pytest.fixture
def empty_house(tmp_path: Path, browser: Browser) -> Iterator[House]:
    """A house where nobody has been yet but the administrator, made at the server's keyboard."""
    app = empty_database(tmp_path, MICROCRED_DEMO="1")
    typed = ("make-admin", ADMINISTRATOR, "--name", "Adam Price", "--password", PASSWORD)
    assert at_the_keyboard(tmp_path, *typed) == f"{ADMINISTRATOR} can sign in now.\n"
    with serving(app, tmp_path, MICROCRED_DEMO="1") as server:
        house = House(server, browser)
        yield house
        house.close()
