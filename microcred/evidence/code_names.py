"""The name that a submission goes by among reviewers: pleasant, random, and nothing to do with its author."""

from microcred.lots import lots

FIRST_WORDS = (
    "amber", "bold", "brave", "bright", "calm", "cheerful", "clear", "clever", "copper", "coral", "cosy", "crisp",
    "dapper", "eager", "early", "gentle", "golden", "green", "happy", "hazel", "honest", "humble", "ivory", "jolly",
    "keen", "kind", "lively", "lucky", "mellow", "merry", "misty", "noble", "olive", "patient", "plucky", "quiet",
    "rosy", "silver", "steady", "sunny", "swift", "tidy", "velvet", "violet", "warm", "wise", "witty", "zesty",
)  # fmt: skip
SECOND_WORDS = (
    "acorn", "aspen", "badger", "beacon", "birch", "brook", "canoe", "cedar", "clover", "comet", "daisy", "falcon",
    "fern", "finch", "garden", "harbour", "heron", "island", "juniper", "kettle", "lantern", "lark", "lilac", "loon",
    "maple", "meadow", "moose", "orchard", "otter", "pebble", "pine", "plover", "poppy", "prairie", "puffin", "quartz",
    "raven", "river", "robin", "sparrow", "spruce", "summit", "thistle", "trout", "tulip", "valley", "willow", "wren",
)  # fmt: skip
NUMBERS = 1000


def new_code_name() -> str:
    """A name such as "quiet-maple-482", drawn by lot from some two million."""
    number = f"{lots().randrange(NUMBERS):03}"
    return "-".join((lots().choice(FIRST_WORDS), lots().choice(SECOND_WORDS), number))
