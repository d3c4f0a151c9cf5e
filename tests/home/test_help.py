"""The help page: for everyone, and as true as the rules."""

from collections.abc import Callable
from html import unescape

from microcred.accounts.models import Account
from microcred.home.who_may import TOPICS
from microcred.permissions import PERMISSIONS
from tests.cast import Cast
from tests.conftest import Browser


def test_each_permission_has_its_sentence() -> None:
    told = {name: str(sentence) for rules in TOPICS.values() for name, sentence in rules.items()}
    assert told == {name: (rule.__doc__ or "").strip() for name, rule in PERMISSIONS.items()}
    assert sum(len(rules) for rules in TOPICS.values()) == len(told)


def test_help_is_there_for_everyone(visitor: Browser, cast: Cast, browse: Callable[[Account], Browser]) -> None:
    pages = [visitor.get("/help"), browse(cast.amara).get("/help")]
    assert [page.status_code for page in pages] == [200, 200]
    for page in pages:
        text = unescape(page.text)
        missing = [rule.__doc__ for rule in PERMISSIONS.values() if (rule.__doc__ or "").strip() not in text]
        assert missing == []
