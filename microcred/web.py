"""Routes that demand a permission, attempt() and the answers to it: between the socket and the action."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError
from werkzeug.local import LocalProxy
from werkzeug.routing import IntegerConverter
from wtforms import HiddenField

from microcred.db import db, is_taken, writing
from microcred.errors import Gone, Refused
from microcred.form_keys import FormKey, claim, claimed, new_key
from microcred.permissions import anyone

if TYPE_CHECKING:
    from microcred.accounts.models import Account

View = Callable[..., Any]

LONGEST_PATH = 400
"""A page that somebody is sent on to is kept with the form's key: a longer address is none of ours."""


class Number(IntegerConverter):
    """A number in an address that every database can hold."""

    regex = r"\d{1,9}"


def init_web(app: Flask) -> None:
    """Bound the numbers in addresses; give templates a fresh one-time key for each form, and what is to be told."""
    app.url_map.converters["int"] = Number
    app.jinja_env.globals["form_key"] = new_key
    app.context_processor(lambda: {"flashes": LocalProxy(_told_next), "out_of_band": False})


def _told_next() -> list["Flash"]:
    return [Flash(**json.loads(str(message))) for message in get_flashed_messages()]


def get(blueprint: Blueprint, rule: str, *, may: View, load: View | None = None) -> Callable[[View], View]:
    """Register a page. `load(user, **url_values)` finds the thing or None (404); `may(user, thing)` permits, or 403."""
    return _route(blueprint, rule, "GET", may, load)


def post(blueprint: Blueprint, rule: str, *, may: View, load: View | None = None) -> Callable[[View], View]:
    """Register a change; `may` and `load` as for `get`."""
    return _route(blueprint, rule, "POST", may, load)


def _route(blueprint: Blueprint, rule: str, method: str, may: View, load: View | None) -> Callable[[View], View]:
    if not callable(may):
        raise TypeError(f"{method} {rule} has no permission")

    def register(view: View) -> View:
        guarded = _guard(view, may, load)
        guarded.permission = may  # type: ignore[attr-defined]
        blueprint.add_url_rule(rule, view_func=guarded, methods=[method])
        return guarded

    return register


def _guard(view: View, may: View, load: View | None) -> View:
    @functools.wraps(view)
    def guarded(**values: Any) -> Any:
        if may is not anyone and not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        things = (load(current_user, **values),) if load else ()
        if any(thing is None for thing in things):
            return _first_answer() or abort(404)
        if not guarded.permission(current_user, *things):  # type: ignore[attr-defined]
            return _first_answer() or abort(403)
        return view(*things)

    return guarded


def me() -> "Account":
    """The person who is signed in: what a view hands to queries and actions, which know no request."""
    account: Account = current_user._get_current_object()  # noqa: SLF001 — the way past the proxy
    return account


class Form(FlaskForm):
    """The base of every form that changes something: it carries a one-time key and takes a refusal as its error."""

    form_key = HiddenField()

    def take(self, refusal: Refused) -> None:
        """Put the sentence of a refusal beside its field, or above the form."""
        if refusal.field and refusal.field in self:
            self[refusal.field].errors = [*self[refusal.field].errors, refusal.sentence]
        else:
            self.form_errors.append(refusal.sentence)


@dataclass
class Answer:
    """What follows an attempt: the four answers of one form.

    `to` is where a browser without htmx goes next; it may be a function of what the action returned. `page` is the full
    page of a refused form, `fragment` the part of it that htmx swaps; both are drawn with `context()`. Without a `page`
    a refusal gets a page of its own. What may be done twice, such as signing in, is not `is_once`: it uses up no key.
    What is said once only `is_secret`: it is not kept for a second click. What undoes it sends
    `undo_fields` along: what people typed belongs in no address.
    """

    to: str | Callable[[Any], str]
    said: str | LazyString | Callable[[Any], str] | None = None
    page: str | None = None
    fragment: str | None = None
    context: Callable[[], Mapping[str, Any]] = field(default=dict)
    undo: str | Callable[[Any], str] | None = None
    undo_fields: Mapping[str, str] = field(default_factory=dict)
    is_once: bool = True
    is_secret: bool = False

    def shown(self, said: str | None, undo: str | None) -> Response | None:
        """What is shown of the thing that happened: a fragment for htmx; None for everyone else, who is sent on."""
        if not (self.fragment and _is_htmx()):
            return None
        flashes = [Flash(said, "good", undo, self.undo_fields)] if said else []
        return make_response(render_template(self.fragment, **self.context()) + _flashes(flashes))

    def refused(self, form: Form) -> Response:
        """The action did not happen: the same form or fragment, with the sentence, as 422."""
        sentences = [str(sentence) for sentence in form.form_errors]
        if self.fragment and _is_htmx():
            shown = [] if self.page else [Flash(sentence, "bad") for sentence in sentences]
            return make_response(render_template(self.fragment, **self.context()) + _flashes(shown), 422)
        if self.page:
            return make_response(render_template(self.page, **self.context()), 422)
        sentences += [str(error) for name, errors in form.errors.items() if name for error in errors]
        return make_response(render_template("errors/refused.html", sentences=sentences, back=back_path()), 422)


@dataclass
class Flash:
    """A sentence that tells what happened, with a way to undo it where there is one."""

    text: str
    tone: str = "good"
    undo_url: str | None = None
    undo_fields: Mapping[str, str] = field(default_factory=dict)


def attempt(form: Form, act: Callable[[], Any], answer: Answer) -> Response:
    """Validate the form, do `act` and commit, or roll back and put the refusal on the form; answer either way.

    The form's one-time key is stored in the same transaction: whoever sends the form again gets the first answer.
    """
    if not form.validate():
        return _first_answer() or answer.refused(form)
    try:
        return _transact(form, act, answer)
    except (Gone, ObjectDeletedError):
        return _gone()
    except Refused as refusal:
        form.take(refusal)
        return answer.refused(form)
    except IntegrityError as error:
        return _collided(error, form, answer)


def _transact(form: Form, act: Callable[[], Any], answer: Answer) -> Response:
    with writing():
        if earlier := answer.is_once and claimed(form.form_key.data, _owner()):
            location, said, undo = earlier.location, earlier.said, None
        else:
            key = claim(form.form_key.data, _owner()) if answer.is_once else FormKey()
            try:
                result = act()
            except Refused as refusal:
                return _noted(refusal, key, form, answer)
            location, said, undo = (_told(part, result) for part in (answer.to, answer.said, answer.undo))
            key.location, key.said = location, None if answer.is_secret else said
        db.session.flush()
        shown = answer.shown(said, undo)
    # A redirect reads no row, and only after the commit is it true that something happened.
    return shown or _go(location or "/", said, undo, answer.undo_fields)


def _collided(error: IntegrityError, form: Form, answer: Answer) -> Response:
    """Two did the same at once: the second click on one form gets the first one's answer, anybody else a sentence."""
    if again := _first_answer(answer):
        return again
    if not is_taken(error):
        raise error
    form.take(Refused(_("Somebody did this at the same moment. Look again.")))
    return answer.refused(form)


def _gone() -> Response:
    """What a form was about is no longer there, and neither is what an answer would be drawn of: a page of its own."""
    texts = {"title": _("It is gone already"), "text": Gone().sentence}
    return make_response(render_template("errors/error.html", code=404, **texts), 404)


def _noted(refusal: Refused, key: FormKey, form: Form, answer: Answer) -> Response:
    if not refusal.is_noted:
        raise refusal
    if answer.is_once:
        db.session.delete(key)
    db.session.flush()
    form.take(refusal)
    return answer.refused(form)


def _told(part: Any, result: Any) -> str | None:
    told = part(result) if callable(part) and not isinstance(part, LazyString) else part
    return None if told is None else str(told)


def _first_answer(answer: Answer | None = None) -> Response | None:
    """What the first click on this form led to, for a later one that finds the thing gone or no longer to be chosen."""
    try:
        key = claimed(request.form.get("form_key"), _owner()) if request.method == "POST" else None
    except Refused:
        return None
    if key is None:
        return None
    return (answer.shown(key.said, None) if answer else None) or _go(key.location or "/", key.said)


def _owner() -> str:
    return str(current_user.id) if current_user.is_authenticated else ""


def _is_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def _flashes(flashes: list[Flash]) -> str:
    return render_template("_flash.html", flashes=flashes, out_of_band=True) if flashes else ""


def _go(location: str, said: str | None, undo: str | None = None, fields: Mapping[str, str] | None = None) -> Response:
    if said:
        flash(json.dumps(asdict(Flash(said, "good", undo, dict(fields or {})))))
    if _is_htmx():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = location
        return response
    return make_response(redirect(location, 303))


def own_path(path: str | None) -> str | None:
    """The path if it leads to a page of this application, else None: nobody is sent elsewhere by a link."""
    if not path or len(path) > LONGEST_PATH or not path.isprintable():
        return None
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else None


def back_path() -> str:
    """The page that the request came from, if it is one of ours; else the first page."""
    referrer = request.referrer or ""
    inside = referrer.startswith(request.host_url) and "/" + referrer.removeprefix(request.host_url)
    return own_path(inside or None) or "/"
