"""The order of the artefacts of a part, which their author gives them step by step."""

from enum import StrEnum

from microcred.errors import Gone
from microcred.evidence.actions import hold_draft
from microcred.evidence.models import Artefact
from microcred.history import record


class Step(StrEnum):
    """Which way an artefact goes among those of its part."""

    UP = "up"
    DOWN = "down"


def move_artefact(artefact: Artefact, step: Step) -> Artefact:
    """Let an artefact and its neighbour change places; the first stays first, and the last stays last.

    Refused when its submission is not a draft, or when it was removed meanwhile.
    """
    submission, part = artefact.submission, artefact.part
    hold_draft(submission, part)
    order = submission.artefacts_of(part)
    if artefact not in order:
        raise Gone
    place = order.index(artefact)
    other = min(max(0, place + (1 if step == Step.DOWN else -1)), len(order) - 1)
    if other == place:
        return artefact
    order.insert(other, order.pop(place))
    for position, each in enumerate(order, start=1):
        each.position = position
    submission.artefacts.sort(key=lambda each: each.position)
    record(submission.person, "moved", artefact, submission=submission.id)
    return artefact
