"""Handing out to many at once: a staff meeting or a list; a dry run first, then all or the chosen ones, one undo."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.errors import Refused
from microcred.paging import page_of
from microcred.permissions import may_hand_out, may_undo_batch
from microcred.recognition import batches as doing
from microcred.recognition import queries, recognition, supply, trying
from microcred.recognition.desk_forms import BatchForm, ManyForm, is_id
from microcred.recognition.desk_views import counter_at_hand
from microcred.recognition.forms import UndoForm
from microcred.recognition.models import Batch
from microcred.recognition.stock_models import Store
from microcred.recognition.trying import Fate, Line
from microcred.recognition.whom import Meant, read_whom, text_of
from microcred.web import Answer, attempt, get, me, post

LARGEST_FILE = 200_000


@get(recognition, "/desk/batches", may=may_hand_out)
def batches() -> str:
    """What was handed out at once so far, and where to begin with more."""
    page = page_of(doing.batches(me()), request.args.get("page"), url_for("recognition.batches"))
    sizes = doing.sizes([batch.id for batch in page.rows])
    return render_template("recognition/batches.html", page=page, sizes=sizes)


@get(recognition, "/desk/batches/new", may=may_hand_out)
def new_batch() -> str:
    """To whom, and what."""
    return render_template("recognition/new_batch.html", form=_offered(ManyForm()))


def _offered(form: ManyForm) -> ManyForm:
    counter = counter_at_hand()
    form.schools.choices = [(str(school.id), school.name) for school in queries.schools_in_reach(me())]
    form.giveaways.choices = [(str(each.id), each.title) for each in queries.shown_giveaways()]
    form.store.choices = [(str(store.id), store.title) for store in counter.stores]
    if counter.store and form.store.data is None:
        form.store.data = str(counter.store.id)
    return form


@dataclass
class Tried(Answer):
    """What would happen, on a page of its own: nothing has happened yet."""

    lines: Any = tuple

    def shown(self, said: str | None, undo: str | None) -> Response:
        """The dry run, from which all or some are chosen."""
        return make_response(render_template("recognition/tried.html", **self.lines()))


@post(recognition, "/desk/batches/trials", may=may_hand_out)
def try_batch() -> Response:
    """What would happen to each, before anything does."""
    form = _offered(ManyForm())
    found: dict[str, Any] = {}
    answer = Tried(
        to=url_for("recognition.new_batch"),
        page="recognition/new_batch.html",
        context=lambda: {"form": form},
        is_once=False,
        lines=lambda: found,
    )
    return attempt(form, lambda: found.update(_tried(_lines(form), BatchForm(formdata=None), _store(form))), answer)


def _lines(form: ManyForm) -> list[Line]:
    giveaways = [int(each) for each in form.giveaways.data or []]
    return trying.dry_run(_meant(form), giveaways, _store(form), me())


def _store(form: ManyForm) -> Store | None:
    return supply.store_in_reach(me(), int(form.store.data)) if is_id(form.store.data or "") else None


def _meant(form: ManyForm) -> list[Meant]:
    content = form.file.data.read(LARGEST_FILE + 1) if form.file.data else b""
    if len(content) > LARGEST_FILE:
        raise Refused(_("This file is too large for a list of people."), field="file")
    if text := text_of(content) or form.people.data:
        return read_whom(text, me())
    return trying.people_of([int(each) for each in form.schools.data or []], me())


def _tried(lines: list[Line], form: BatchForm, store: Store | None) -> dict[str, Any]:
    by_fate = {fate: [line for line in lines if line.fate == fate] for fate in Fate}
    return {"form": form, "store": store, "by_fate": by_fate, "titles": fate_titles()}


def fate_titles() -> dict[Fate, str]:
    """What would happen, in the reader’s language."""
    return {
        Fate.GIVE: _("Will be handed out"),
        Fate.OUT: _("Run out: will be noted as owed"),
        Fate.OVER: _("Over a limit of public money"),
        Fate.HAS: _("Has it already"),
        Fate.LATER: _("Asked for later"),
        Fate.DECLINED: _("Said no to it"),
        Fate.NOT_DUE: _("Not due"),
        Fate.DISABLED: _("Disabled"),
        Fate.TWICE: _("Twice in the list"),
        Fate.SEVERAL: _("Several people are called that: use the address"),
        Fate.UNKNOWN: _("Nobody is found by that"),
    }


@post(recognition, "/desk/batches", may=may_hand_out)
def hand_out_batch() -> Response:
    """Hand out at once what was chosen."""
    form = BatchForm()
    answer = Answer(
        to=lambda outcome: url_for("recognition.show_batch", batch_id=outcome.batch.id),
        said=_told,
        undo=lambda outcome: url_for("recognition.undo_batch", batch_id=outcome.batch.id),
    )
    return attempt(form, lambda: _handed_out(form), answer)


def _handed_out(form: BatchForm) -> doing.Outcome:
    store = supply.store_in_reach(me(), form.store.data)
    if store is None:
        raise Refused(_("You don’t hand out from this store. Choose another one."))
    return doing.hand_out_batch(form.title.data or "", form.entitlements.data or [], by=me(), store=store)


def _told(outcome: doing.Outcome) -> str:
    given, owed, left = outcome.given, outcome.owed, outcome.left
    parts = [ngettext("%(num)s thank-you handed out.", "%(num)s thank-yous handed out.", given)]
    parts += [ngettext("%(num)s thank-you is owed.", "%(num)s thank-yous are owed.", owed)] if owed else []
    parts += [ngettext("%(num)s was not due any more.", "%(num)s were not due any more.", left)] if left else []
    return " ".join(parts)


@get(recognition, "/desk/batches/<int:batch_id>", may=may_hand_out, load=doing.visible_batch)
def show_batch(batch: Batch) -> str:
    """What was handed out at once, and undoing all of it."""
    return render_template("recognition/batch.html", **_shown(batch, UndoForm()))


def _shown(batch: Batch, form: UndoForm) -> dict[str, Any]:
    here = url_for("recognition.show_batch", batch_id=batch.id)
    return {"batch": batch, "form": form, "page": page_of(doing.hand_outs_of(batch), request.args.get("page"), here)}


@post(recognition, "/desk/batches/<int:batch_id>/undoings", may=may_undo_batch, load=doing.visible_batch)
def undo_batch(batch: Batch) -> Response:
    """Undo everything that was handed out at once."""
    form = UndoForm()
    answer = Answer(
        to=url_for("recognition.show_batch", batch_id=batch.id),
        said=_("Undone. The pieces are in stock again, and still due."),
        page="recognition/batch.html",
        context=lambda: _shown(batch, form),
    )
    return attempt(form, lambda: doing.undo_batch(batch, form.reason.data or "", by=me()), answer)
