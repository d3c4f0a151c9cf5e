"""The forms that pages hold, with their fields and what a browser would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

LINES = {"text", "email", "search", "url", "tel", "password"}
TOKENS = {"csrf_token", "form_key"}
UNTYPED = {"submit", "button", "file", "image", "reset"}


@dataclass
class FormOnPage:
    """One form: where it leads, the values it would send, and the kind of each field by its name."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """The fields that somebody types text into."""
        return [name for name, kind in self.kinds.items() if kind in LINES | {"textarea"} and name not in TOKENS]

    @property
    def others(self) -> list[str]:
        """Numbers, days, choices and what is hidden: whatever should hold one of a few things."""
        return [name for name in self.kinds if name not in self.lines and name not in TOKENS]

    def filled(self) -> dict[str, str]:
        """The values to send, with something likely wherever there is nothing yet."""
        typed = {name: value or self._likely(name) for name, value in self.values.items()}
        return {name: value for name, value in typed.items() if name not in TOKENS}

    def _likely(self, name: str) -> str:
        offered = [choice for choice in self.choices.get(name, []) if choice]
        likely = {
            "number": "3",
            "date": "2030-05-06",
            "datetime-local": "2030-05-06T07:08",
            "email": "new@school.local",
        }
        return offered[0] if offered else likely.get(self.kinds[name], "Something likely")


class Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[FormOnPage] = []
        self._form: FormOnPage | None = None
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or note one of its fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = FormOnPage(given.get("action", ""), given.get("method", "get").lower())
            self.found.append(self._form)
        elif self._form and tag in ("input", "textarea", "select") and given.get("name"):
            self._note(tag, given)
        elif self._form and tag == "option" and self._inside:
            self._offer(self._inside, given.get("value", ""), is_chosen="selected" in given)

    def handle_endtag(self, tag: str) -> None:
        """End a form, a select or a text."""
        if tag == "form":
            self._form = None
        if tag in ("select", "textarea"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Take the text of a textarea."""
        if self._form and self._form.kinds.get(self._inside) == "textarea":
            self._form.values[self._inside] += data

    def _note(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name = given["name"]
        kind = given.get("type", "text") if tag == "input" else tag
        if kind in UNTYPED:
            return
        self._form.kinds.setdefault(name, kind)
        if kind in ("radio", "checkbox"):
            self._offer(name, given.get("value", "y"), is_chosen="checked" in given)
            return
        self._inside = name if tag != "input" else ""
        self._form.values.setdefault(name, given.get("value", ""))

    def _offer(self, name: str, value: str, *, is_chosen: bool) -> None:
        assert self._form is not None
        self._form.choices.setdefault(name, []).append(value)
        self._form.values.setdefault(name, "")
        if is_chosen:
            self._form.values[name] = value


def forms_in(page: str) -> list[FormOnPage]:
    """Every form of a page."""
    reader = Forms()
    reader.feed(page)
    return reader.found
