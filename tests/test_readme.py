"""The README says what is true: every setting with its default and meaning, and files that exist."""

import re
from pathlib import Path

from microcred import FEATURES
from microcred.config import SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_stands_in_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`|–) \| (.*) \|$", README, re.MULTILINE)
    assert rows == [(setting.name, setting.default, setting.meaning) for setting in SETTINGS]


def test_every_linked_file_exists() -> None:
    linked = re.findall(r"\]\(((?!http)[^)#]+)\)", README)
    assert [path for path in linked if not (ROOT / path).is_file()] == []
    assert len(linked) >= 3


def test_the_features_are_named_in_their_order() -> None:
    assert ", ".join(f"`{name}`" for name in FEATURES) in " ".join(README.split())
