"""Fields that forms share: lines and paragraphs without what cannot be shown, and moments in local school time."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DateTimeLocalField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from microcred.schooldays import local, time_zone

UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters, which PostgreSQL, mail headers and pages each refuse in their own way."""

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
DIGITS = 9
LONGEST_SEARCH = 100
"""No name is longer, and SQLite refuses to look for something much longer."""

WRITTEN = "%Y-%m-%dT%H:%M"

required = InputRequired(_l("Please fill this in."))
unlikely_day = _l("Choose a day between 2000 and 2099.")


def at_most(count: int) -> Length:
    """No longer than `count` characters."""
    return Length(max=count, message=_l("At most %(max)d characters, please."))


def one_line(text: str | None) -> str | None:
    """Text on one line, with single spaces."""
    return " ".join(UNSHOWABLE.sub(" ", text).split()) if text else text


def paragraphs(text: str | None) -> str | None:
    """Text over several lines, with plain line ends."""
    return UNSHOWABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip() if text else text


def choices(titles: Mapping[str, Any]) -> list[Any]:
    """The choices of a field: each value with its title, which may be translated later."""
    return [SelectChoice(value, title) for value, title in titles.items()]


class LineField(StringField):
    """One line of text of at most `longest` characters, which has to be filled in unless `is_optional`."""

    def __init__(self, label: Any, longest: int, *, is_optional: bool = False, **options: Any) -> None:
        super().__init__(label, _limits(longest, is_optional=is_optional), filters=[one_line], **options)


class ProseField(TextAreaField):
    """Paragraphs of at most `longest` characters, which have to be filled in unless `is_optional`."""

    def __init__(self, label: Any, longest: int, *, is_optional: bool = False, **options: Any) -> None:
        super().__init__(label, _limits(longest, is_optional=is_optional), filters=[paragraphs], **options)


def _limits(longest: int, *, is_optional: bool) -> list[Any]:
    return [at_most(longest)] if is_optional else [required, Filled(), at_most(longest)]


class Filled:
    """Something is left once spaces are taken away."""

    def __call__(self, _form: Any, field: Any) -> None:
        """Refuse what is empty."""
        if not field.data:
            raise ValidationError(str(required.message))


class DayField(DateField):
    """A day between 2000 and 2099, which has to be filled in unless `is_optional`."""

    def __init__(self, label: Any, *, is_optional: bool = False, **options: Any) -> None:
        super().__init__(label, [Optional() if is_optional else required], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; ValueError with a sentence when it is no likely day."""
        super().process_formdata(valuelist)
        if self.data and not EARLIEST <= self.data <= LATEST:
            self.data = None
            raise ValueError(unlikely_day)


class WholeField(IntegerField):
    """A whole number from `least` to `most`, which has to be filled in unless `is_optional`."""

    def __init__(self, label: Any, least: int, most: int, *, is_optional: bool = False, **options: Any) -> None:
        super().__init__(label, [Optional() if is_optional else required], **options)
        self.least, self.most, self.is_optional = least, most, is_optional

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; ValueError with a sentence when it is no such number."""
        typed = valuelist[0].strip() if valuelist else ""
        if valuelist:
            self.data = None
        if valuelist and not typed and not self.is_optional:
            raise ValueError(required.message)
        if not typed:
            return
        if len(typed) > DIGITS or not typed.isdecimal() or not self.least <= int(typed) <= self.most:
            raise ValueError(_l("A whole number from %(least)s to %(most)s, please.", least=self.least, most=self.most))
        self.data = int(typed)


class ChecksField(SelectMultipleField):
    """Several of a few choices, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LocalMomentField(DateTimeLocalField):
    """A day and a time as the clock on the school's wall shows it; `data` is the moment in UTC.

    A time that the clock skips in spring is refused; one that it shows twice in autumn means the first.
    """

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, [required], **options)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return local(self.data).strftime(WRITTEN) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; ValueError with a sentence when it is no moment."""
        super().process_formdata(valuelist)
        if self.data:
            typed, self.data = self.data, None
            self.data = moment_at(typed)


def moment_at(wall: datetime) -> datetime:
    """The moment, in UTC, at which the clock on the school's wall first shows `wall`; ValueError when it never does."""
    if not EARLIEST <= wall.date() <= LATEST:
        raise ValueError(unlikely_day)
    moment = wall.replace(tzinfo=time_zone(), fold=0).astimezone(UTC)
    if local(moment).replace(tzinfo=None) != wall:
        raise ValueError(_l("That time does not exist: the clocks go forward that night. Choose another."))
    return moment
