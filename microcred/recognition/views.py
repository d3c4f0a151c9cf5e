"""Pages of recognition: one’s own thank-yous, the hand-out desk, the log, and what is waiting."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.fields import LONGEST_SEARCH, one_line
from microcred.paging import page_of
from microcred.permissions import may_acknowledge, may_answer_thank_you, may_be_here, may_hand_out, may_undo_hand_out
from microcred.recognition import actions, eligibility, queries, recognition, register
from microcred.recognition import shelf_views as shelf_views
from microcred.recognition.forms import GiveForm, NarrowForm, UndoForm
from microcred.recognition.models import Entitlement, HandOut
from microcred.tables import DownloadForm, TableAnswer
from microcred.web import Answer, Form, attempt, get, me, post

recognition.add_app_template_filter(eligibility.why, "why")
recognition.add_app_template_filter(eligibility.why_not_yet, "why_not_yet")


@get(recognition, "/thank-yous", may=may_be_here)
def index() -> str:
    """What one is thanked for oneself."""
    return render_template("recognition/index.html", **_own(Form()))


def _own(form: Form) -> dict[str, Any]:
    user = me()
    to_come = queries.still_to_come(user) if user.is_teacher else []
    return {
        "form": form,
        "entitlements": queries.entitlements_of(user),
        "to_come": to_come,
        "code": queries.personal_code(user),
    }


def _own_answer(form: Form, said: str, undo: str | None = None) -> Answer:
    return Answer(
        to=url_for("recognition.index"),
        said=said,
        page="recognition/index.html",
        fragment="recognition/_own.html",
        context=lambda: _own(form),
        undo=undo,
    )


@post(
    recognition,
    "/entitlements/<int:entitlement_id>/refusals",
    may=may_answer_thank_you,
    load=queries.visible_entitlement,
)
def decline(entitlement: Entitlement) -> Response:
    """Say no to a thank-you."""
    form, undo = Form(), url_for("recognition.accept_after_all", entitlement_id=entitlement.id)
    answer = _own_answer(form, _("Noted: it will not be handed to you."), undo)
    return attempt(form, lambda: actions.decline(entitlement, by=me()), answer)


@post(
    recognition,
    "/entitlements/<int:entitlement_id>/acceptances",
    may=may_answer_thank_you,
    load=queries.visible_entitlement,
)
def accept_after_all(entitlement: Entitlement) -> Response:
    """Say yes to a thank-you after all."""
    form = Form()
    answer = _own_answer(form, _("Noted: it is waiting for you."))
    return attempt(form, lambda: actions.accept_after_all(entitlement, by=me()), answer)


@post(recognition, "/hand-outs/<int:hand_out_id>/acknowledgements", may=may_acknowledge, load=queries.visible_hand_out)
def acknowledge(hand_out: HandOut) -> Response:
    """Say that one has received something."""
    form = Form()
    answer = _own_answer(form, _("Thank you for saying so."))
    return attempt(form, lambda: actions.acknowledge(hand_out, by=me()), answer)


@get(recognition, "/desk", may=may_hand_out)
def desk() -> str:
    """Where one finds whom to hand something to; whoever is found alone is shown with the card at once."""
    search = (one_line(request.args.get("q")) or "")[:LONGEST_SEARCH]
    people = queries.people_at_desk(me(), search)
    card = _card(people[0], GiveForm()) if len(people) == 1 else {}
    return render_template("recognition/desk.html", search=search, people=people, **card)


@get(recognition, "/desk/people/<int:account_id>", may=may_hand_out, load=queries.person_at_desk)
def card(person: Account) -> str:
    """The card of one person: what is due and why, what was received, when and from whom."""
    return render_template("recognition/card.html", **_card(person, GiveForm()))


def _card(person: Account, form: Form, handled: int | None = None) -> dict[str, Any]:
    return {
        "person": person,
        "entitlements": queries.entitlements_of(person),
        "to_come": queries.still_to_come(person),
        "form": form,
        "handled": handled,
    }


def _card_answer(person: Account, form: Form, handled: int | None, **told: Any) -> Answer:
    return Answer(
        to=url_for("recognition.card", account_id=person.id),
        page="recognition/card.html",
        fragment="recognition/_card.html",
        context=lambda: _card(person, form, handled),
        **told,
    )


@post(recognition, "/entitlements/<int:entitlement_id>/hand-outs", may=may_hand_out, load=queries.visible_entitlement)
def give(entitlement: Entitlement) -> Response:
    """Hand out one thing."""
    form, person = GiveForm(), entitlement.person
    said = _("%(name)s has received: %(giveaway)s.", name=person.name, giveaway=entitlement.giveaway.title)
    answer = _card_answer(person, form, entitlement.id, said=said, undo=_undo_url)
    return attempt(form, lambda: actions.give(entitlement, by=me(), collected_by=_colleague(form)), answer)


def _undo_url(hand_out: HandOut) -> str:
    return url_for("recognition.undo_hand_out", hand_out_id=hand_out.id)


@post(recognition, "/desk/people/<int:account_id>/hand-outs", may=may_hand_out, load=queries.person_at_desk)
def give_all(person: Account) -> Response:
    """Hand out everything that one person is due."""
    form = GiveForm()
    answer = _card_answer(person, form, None, said=_told)
    return attempt(form, lambda: actions.give_all(person, by=me(), collected_by=_colleague(form)), answer)


def _told(handed: actions.Handed) -> str:
    given, owed = len(handed.given), len(handed.owed)
    parts = [ngettext("%(num)s thank-you handed out.", "%(num)s thank-yous handed out.", given)] if given else []
    if owed:
        parts.append(
            ngettext(
                "%(num)s thank-you has run out and is owed.", "%(num)s thank-yous have run out and are owed.", owed
            )
        )
    return " ".join(parts)


def _colleague(form: GiveForm) -> Account | None:
    wanted = form.collected_by.data
    if not wanted:
        return None
    found = queries.colleagues(wanted)
    if len(found) != 1:
        sentence = _("Several people are called that: use the address.") if found else _("Nobody is found by that.")
        raise Refused(sentence, field="collected_by")
    return found[0]


@post(recognition, "/entitlements/<int:entitlement_id>/owings", may=may_hand_out, load=queries.visible_entitlement)
def owe(entitlement: Entitlement) -> Response:
    """Note that something is owed."""
    form = GiveForm()
    answer = _card_answer(entitlement.person, form, None, said=_("Noted: it is owed."))
    return attempt(form, lambda: actions.owe(entitlement, by=me()), answer)


@get(recognition, "/hand-outs/<int:hand_out_id>", may=may_hand_out, load=queries.visible_hand_out)
def show_hand_out(hand_out: HandOut) -> str:
    """One hand-out, and undoing it."""
    return render_template("recognition/hand_out.html", hand_out=hand_out, form=UndoForm())


@post(recognition, "/hand-outs/<int:hand_out_id>/undoings", may=may_undo_hand_out, load=queries.visible_hand_out)
def undo_hand_out(hand_out: HandOut) -> Response:
    """Undo a hand-out; the row stays, with the reason."""
    form, person = UndoForm(), hand_out.entitlement.person
    answer = Answer(
        to=url_for("recognition.card", account_id=person.id),
        said=_("Undone. The piece is in stock again, and still due."),
        page="recognition/hand_out.html",
        context=lambda: {"hand_out": hand_out, "form": form},
    )
    return attempt(form, lambda: actions.undo_hand_out(hand_out, form.reason.data or "", by=me()), answer)


@get(recognition, "/hand-outs", may=may_hand_out)
def log() -> str:
    """Who received what, when, from whom, and why."""
    narrow = _narrow(request.args)
    here = url_for("recognition.log", **narrow.chosen)
    page = page_of(queries.hand_outs(me(), narrow.narrowed), request.args.get("page"), here)
    return render_template("recognition/log.html", narrow=narrow, page=page)


@post(recognition, "/hand-outs/downloads", may=may_hand_out)
def download_log() -> Response:
    """The log as a file; that it was taken along is in the history."""
    narrow = _narrow(request.form)
    hand_outs = queries.hand_outs(me(), narrow.narrowed)
    form = DownloadForm()
    answer = TableAnswer(
        to=url_for("recognition.log"),
        name="hand-outs",
        columns=register.columns(),
        rows=lambda: list(register.rows(db.session.scalars(hand_outs))),
        format=form.format.data,
    )
    return attempt(form, lambda: actions.note_download(narrow.chosen, by=me()), answer)


@get(recognition, "/thank-yous/waiting", may=may_hand_out)
def waiting() -> str:
    """Who is due what and why, by school."""
    narrow = _narrow(request.args)
    here = url_for("recognition.waiting", **narrow.chosen)
    page = page_of(queries.waiting(me(), narrow.narrowed), request.args.get("page"), here)
    return render_template("recognition/waiting.html", narrow=narrow, page=page)


def _narrow(typed: Any) -> NarrowForm:
    user = me()
    form = NarrowForm(typed).offer_choices(
        db.session.scalars(queries.visible_giveaways(user)), queries.schools_in_reach(user)
    )
    form.validate()
    for field in form:
        if field.errors:
            field.data = None
    return form
