"""Every form that changes something, by its view: how to prepare a row for it, and what is sent."""

from tests.races import (
    clicks_on_anchors,
    clicks_on_answers,
    clicks_on_days_off,
    clicks_on_desk,
    clicks_on_desk_of_thanks,
    clicks_on_evidence,
    clicks_on_people,
    clicks_on_pilots,
    clicks_on_polls,
    clicks_on_releases,
    clicks_on_reviewers,
    clicks_on_rubrics,
    clicks_on_rules,
    clicks_on_steering,
    clicks_on_stock,
)
from tests.races.clicks_on_people import Case

CASES: dict[str, Case] = (
    clicks_on_people.CASES
    | clicks_on_pilots.CASES
    | clicks_on_evidence.CASES
    | clicks_on_anchors.CASES
    | clicks_on_answers.CASES
    | clicks_on_days_off.CASES
    | clicks_on_desk.CASES
    | clicks_on_desk_of_thanks.CASES
    | clicks_on_polls.CASES
    | clicks_on_releases.CASES
    | clicks_on_reviewers.CASES
    | clicks_on_rubrics.CASES
    | clicks_on_rules.CASES
    | clicks_on_steering.CASES
    | clicks_on_stock.CASES
)
