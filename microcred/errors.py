"""Refused: the one exception the domain raises, worded for the person refused."""

from flask_babel import LazyString


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
