"""Rules of the queue: QUEUE_RULES = {slug: rule}.

A rule is a module with `title`, `explanation(call)` (sentences for those who wait), `gives_places(call)` (whether
places are given yet) and the pure `pick(waiting, free, held, kept)`: who of those who wait gets a free place.
"""

from types import ModuleType

from microcred.volunteers.rules import draw, order, reserved

QUEUE_RULES: dict[str, ModuleType] = {"order": order, "draw": draw, "reserved": reserved}
