"""Refused: the one exception the domain raises, worded for the person refused; Gone is one kind of it."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Refused(Exception):
    """An action did not happen, and `sentence` tells the person why.

    `field` names the form field that the sentence belongs beside; without it the sentence stands above the form. When
    `is_noted`, what the action wrote before it refused stays (a failed sign-in is counted).
    """

    def __init__(self, sentence: str | LazyString, *, field: str | None = None, is_noted: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.is_noted = is_noted


class Gone(Refused):
    """What the action is about was removed at the same moment: there is nothing left to draw again."""

    def __init__(self) -> None:
        super().__init__(_l("It was removed at the same moment, maybe in another window. Open the page again."))
