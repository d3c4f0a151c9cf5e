"""Pages of the hand-out desk: whom one finds, what they are due, giving it, and undoing that."""

from typing import Any

from flask import render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from microcred.accounts.models import Account
from microcred.addresses import whole_address
from microcred.errors import Refused
from microcred.fields import LONGEST_SEARCH, one_line
from microcred.permissions import may_hand_out, may_undo_hand_out
from microcred.recognition import actions, coming, finding, queries, recognition, supply, undoing
from microcred.recognition.desk_forms import GiveForm, GiveSomeForm, UndoSeveralForm, is_id
from microcred.recognition.forms import UndoForm
from microcred.recognition.models import Entitlement, HandOut
from microcred.recognition.stock_models import Store, Variant
from microcred.web import Answer, Form, attempt, get, me, post


@get(recognition, "/desk", may=may_hand_out)
def desk() -> str:
    """Where one finds whom to hand something to; whoever is found alone is shown with the card at once."""
    search = (one_line(request.args.get("q")) or "")[:LONGEST_SEARCH]
    counter = counter_at_hand()
    found = finding.people_at_desk(me(), search, _home())
    person = finding.person_at_desk(me(), found.people[0].id) if len(found.people) == 1 else None
    card = card_of(person, GiveForm(), is_by_code=found.is_by_code, counter=counter) if person else {}
    return render_template("recognition/desk.html", **{"counter": counter} | card, search=search, found=found)


def _home() -> str:
    """What the addresses of this district's codes begin with."""
    return whole_address("recognition.open_code", personal_code="-").removesuffix("-")


def counter_at_hand() -> supply.Counter:
    """The store that was chosen last, in the address or before; a choice is remembered until one signs out."""
    chosen = request.values.get("store", "")
    if request.method == "GET" and is_id(chosen):
        session["store"] = int(chosen)
    return supply.counter(me(), int(chosen) if is_id(chosen) else session.get("store"))


@get(recognition, "/desk/people/<int:account_id>", may=may_hand_out, load=finding.person_at_desk)
def card(person: Account) -> str:
    """The card of one person: what is due and why, what was received, when and from whom."""
    return render_template("recognition/card.html", **card_of(person, GiveForm()))


def card_of(
    person: Account,
    form: Form,
    handled: int | None = None,
    *,
    is_by_code: bool = False,
    counter: supply.Counter | None = None,
) -> dict[str, Any]:
    """What the card shows; a principal is not told what somebody is not due yet, for it tells what they did not do."""
    entitlements, counter = queries.entitlements_of(person), counter or counter_at_hand()
    wanted = {each.giveaway_id for each in entitlements if not each.hand_out and not each.declined_at}
    return {
        "person": person,
        "entitlements": entitlements,
        "to_come": coming.to_come(person, entitlements) if me().is_coordinator else [],
        "form": form,
        "handled": handled,
        "counter": counter,
        "supplies": supply.supplies(wanted, counter),
        "is_by_code": is_by_code,
    }


def _card_answer(person: Account, form: Form, handled: int | None, **told: Any) -> Answer:
    return Answer(
        to=url_for("recognition.card", account_id=person.id),
        page="recognition/card.html",
        fragment="recognition/_card.html",
        context=lambda: card_of(person, form, handled),
        **told,
    )


@post(recognition, "/entitlements/<int:entitlement_id>/hand-outs", may=may_hand_out, load=queries.visible_entitlement)
def give(entitlement: Entitlement) -> Response:
    """Hand out one thing."""
    form, person = GiveForm(), entitlement.person
    said = _("%(name)s has received: %(giveaway)s.", name=person.name, giveaway=entitlement.giveaway.title)
    answer = _card_answer(person, form, entitlement.id, said=said, undo=_undo_url)
    return attempt(form, lambda: actions.give(entitlement, **_how(form), variant=_variant(form), by=me()), answer)


def _undo_url(hand_out: HandOut) -> str:
    return url_for("recognition.undo_hand_out", hand_out_id=hand_out.id)


@post(recognition, "/desk/people/<int:account_id>/hand-outs", may=may_hand_out, load=finding.person_at_desk)
def give_all(person: Account) -> Response:
    """Hand out what one person is due: everything, or what is ticked."""
    form = GiveSomeForm()
    answer = _card_answer(person, form, None, said=_told, undo=_undo_all_url)
    return attempt(form, lambda: actions.give_all(person, **_how(form), chosen=_chosen(form), by=me()), answer)


def _told(handed: actions.Handed) -> str:
    given, owed = len(handed.given), len(handed.owed)
    parts = [ngettext("%(num)s thank-you handed out.", "%(num)s thank-yous handed out.", given)] if given else []
    parts += [ngettext("%(num)s thank-you is owed.", "%(num)s thank-yous are owed.", owed)] if owed else []
    return " ".join(parts)


def _undo_all_url(handed: actions.Handed) -> str | None:
    if not handed.given:
        return None
    person_id, ids = handed.given[0].entitlement.person_id, [each.id for each in handed.given]
    return url_for("recognition.undo_hand_outs", account_id=person_id, hand_out=ids)


def _how(form: GiveForm) -> dict[str, Any]:
    """Who collects it, and from which store it is taken."""
    return {"collected_by": _colleague(form), "store": _store(form)}


def _store(form: GiveForm) -> Store | None:
    if form.store.data is None:
        return None
    store = supply.store_in_reach(me(), form.store.data)
    if store is None:
        raise Refused(_("You don’t hand out from this store. Choose another one."))
    return store


def _variant(form: GiveForm) -> Variant | None:
    return supply.variants_of([form.variant.data]).get(form.variant.data) if form.variant.data else None


def _chosen(form: GiveSomeForm) -> dict[int, Variant | None] | None:
    """What is given now, each with its variant: fields such as `variant-12` name it for the entitlement 12.

    A form that names nothing as waiting means everything.
    """
    if not form.waiting.data:
        return None
    given = form.waiting.data if form.everything.data else form.given.data
    named = {each: request.form.get(f"variant-{each}", "") for each in given or []}
    variants = supply.variants_of([int(typed) for typed in named.values() if is_id(typed)])
    return {each: variants.get(int(typed)) if is_id(typed) else None for each, typed in named.items()}


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


@post(recognition, "/desk/people/<int:account_id>/undoings", may=may_hand_out, load=finding.person_at_desk)
def undo_hand_outs(person: Account) -> Response:
    """Undo what was only just given to one person at once."""
    ids = [int(each) for each in request.args.getlist("hand_out") if is_id(each)]
    answer = Answer(
        to=url_for("recognition.card", account_id=person.id),
        said=_("Undone. The pieces are in stock again, and still due."),
    )
    given = queries.hand_outs_to_undo(me(), person, ids)
    return attempt(UndoSeveralForm(), lambda: undoing.undo_hand_outs(given, by=me()), answer)
