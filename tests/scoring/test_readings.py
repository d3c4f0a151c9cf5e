"""Figures in words."""

import pytest
from flask import Flask

from microcred.scoring.insight import Agreement
from microcred.scoring.readings import agreement_reading, severity_reading


@pytest.fixture
def page(app: Flask, rows: None) -> object:
    """Somewhere to speak a language."""
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("ac1", "words"),
    [
        (1.0, "reviewers nearly always agree"),
        (0.8, "reviewers nearly always agree"),
        (0.79, "reviewers mostly agree"),
        (0.6, "reviewers mostly agree"),
        (0.4, "reviewers often disagree"),
        (0.39, "reviewers agree little more than by chance"),
        (-0.5, "reviewers agree little more than by chance"),
        (None, "too few to tell"),
    ],
)
def test_agreement_is_read_by_ac1(page: None, ac1: float | None, words: str) -> None:
    assert agreement_reading(Agreement(0.1, 0.1, 0.1, ac1, 0.1)) == words


def test_without_agreement_there_is_nothing_to_tell(page: None) -> None:
    assert agreement_reading(None) == "too few to tell"


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (0.3, "0.3 levels milder than the co-reviewers"),
        (1.0, "1 level milder than the co-reviewers"),
        (-1.26, "1.3 levels more severe than the co-reviewers"),
        (-1.0, "1 level more severe than the co-reviewers"),
        (2.0, "2 levels milder than the co-reviewers"),
        (0.04, "as severe as the co-reviewers"),
        (-0.04, "as severe as the co-reviewers"),
        (None, "too few to tell"),
    ],
)
def test_severity_is_read_in_levels(page: None, difference: float | None, words: str) -> None:
    assert severity_reading(difference) == words
