"""Pages of codes: what a scanned one opens, sheets to print, and replacing those that got lost."""

from typing import Any

import segno
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.accounts.models import Account
from microcred.addresses import whole_address
from microcred.errors import Refused
from microcred.fields import LONGEST_SEARCH, one_line
from microcred.paging import page_of
from microcred.permissions import may_be_here, may_hand_out, may_run_giveaways
from microcred.recognition import codes, finding, printing, queries, recognition, supply
from microcred.recognition.desk_forms import GiveForm, SchoolForm, ShelfForm
from microcred.recognition.desk_views import card_of
from microcred.recognition.stock_models import ShelfCode, Store
from microcred.recognition.stores import district_store, store_of
from microcred.web import Answer, Form, attempt, get, me, post


@recognition.app_template_filter()
def code_picture(code: str) -> str:
    """A personal code for a camera, as the address of a picture."""
    address = whole_address("recognition.open_code", personal_code=code)
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2, light="#ffffff")


@get(recognition, "/desk/codes/<personal_code>", may=may_be_here, load=finding.scanned)
def open_code(scanned: finding.Scanned) -> Any:
    """What a personal code opens: the card for those who hand out, the own thank-yous for the person.

    A code that was replaced, one that never was, and one of somebody out of reach get the same answer.
    """
    person = scanned.person
    if person is None:
        return render_template("recognition/no_code.html"), 404
    if not may_hand_out(me()) or person.id == me().id:
        return redirect(url_for("recognition.index"))
    return render_template("recognition/card.html", **card_of(person, GiveForm(), is_by_code=True))


@post(recognition, "/thank-yous/codes", may=may_be_here)
def replace_own_code() -> Response:
    """Draw a new code for oneself."""
    answer = Answer(to=url_for("recognition.index"), said=_("This is your new code. The old one leads nowhere."))
    return attempt(Form(), lambda: codes.replace_code(me(), by=me()), answer)


@post(recognition, "/desk/people/<int:account_id>/codes", may=may_hand_out, load=finding.person_at_desk)
def replace_code(person: Account) -> Response:
    """Draw a new code for somebody whose old one got lost."""
    said = _("%(name)s has a new code. The old one leads nowhere.", name=person.name)
    answer = Answer(to=url_for("recognition.card", account_id=person.id), said=said)
    return attempt(Form(), lambda: codes.replace_code(person, by=me()), answer)


@get(recognition, "/desk/sheets", may=may_hand_out)
def sheets() -> str:
    """What can be printed for handing out."""
    return render_template("recognition/sheets.html", **_printable(SchoolForm()))


def _printable(form: SchoolForm) -> dict[str, Any]:
    schools = queries.schools_in_reach(me())
    form.school.choices = [("", _("every school"))] * (len(schools) != 1) + [
        (str(each.id), each.name) for each in schools
    ]
    return {"form": form, "is_keeper": may_run_giveaways(me())}


@post(recognition, "/desk/sheets/codes", may=may_hand_out)
def print_codes() -> Response:
    """The personal codes of a school's people, to be cut out."""
    form = SchoolForm()
    printable = _printable(form)
    answer = printing.PdfAnswer(
        to=url_for("recognition.sheets"),
        page="recognition/sheets.html",
        context=lambda: printable,
        name="codes",
        draw=lambda: printing.pdf(printing.CODES, _codes(form)),
    )
    return attempt(form, lambda: codes.note_sheet(_people(form), by=me()), answer)


def _people(form: SchoolForm) -> list[Account]:
    return queries.people_of_school(me(), int(form.school.data) if form.school.data else None)


def _codes(form: SchoolForm) -> dict[str, Any]:
    people = _people(form)
    held = codes.codes_of(people)
    schools: dict[str, list[dict[str, str]]] = {}
    for person in people:
        name = person.school.name if person.school else _("No school")
        schools.setdefault(name, []).append(_code(person, held[person.id]))
    return {
        "title": _("Codes for the hand-out desk"),
        "hint": _("Show this where thank-yous are handed out."),
        "schools": [{"name": name, "people": cards} for name, cards in schools.items()],
    }


def _code(person: Account, code: str) -> dict[str, str]:
    address = whole_address("recognition.open_code", personal_code=code)
    return {
        "name": person.name,
        "note": ", ".join(person.subjects),
        "code": printing.spaced(code),
        "picture": printing.code_picture(address),
    }


@get(recognition, "/shelf/<shelf_code>", may=may_be_here, load=codes.scanned_shelf)
def open_shelf(shelf: codes.ScannedShelf) -> Any:
    """What the code on a shelf opens: who is due this giveaway, which is handed out from that store."""
    if not may_hand_out(me()) and shelf.code:
        return redirect(url_for("recognition.index"))
    store = supply.store_in_reach(me(), shelf.code.store_id) if shelf.code else None
    if shelf.code is None or store is None:
        return render_template("recognition/no_code.html"), 404
    return render_template("recognition/shelf.html", **_shelf(shelf.code, store))


def _shelf(code: ShelfCode, store: Store) -> dict[str, Any]:
    search = (one_line(request.args.get("q")) or "")[:LONGEST_SEARCH]
    waiting = queries.waiting(me(), queries.Narrowed(code.giveaway_id))
    found = waiting.where(finding.is_called(search)) if search else waiting
    here = url_for("recognition.open_shelf", shelf_code=code.code, q=search)
    return {
        "code": code,
        "giveaway": queries.giveaway_of(code),
        "store": store,
        "shelf": supply.supplies([code.giveaway_id], supply.Counter([store], store))[code.giveaway_id],
        "page": page_of(found, request.args.get("page"), here),
        "search": search,
    }


@get(recognition, "/desk/shelves", may=may_run_giveaways)
def shelf_codes() -> str:
    """The codes of the shelves: which there are, making one, printing them."""
    return render_template("recognition/shelf_codes.html", **_shelves(ShelfForm()))


def _shelves(form: ShelfForm) -> dict[str, Any]:
    giveaways = queries.shown_giveaways()
    form.giveaway.choices = [(str(each.id), each.title) for each in giveaways]
    schools = [(str(school.id), school.name) for school in queries.schools_in_reach(me())]
    form.place.choices = [("", _("District store")), *schools]
    return {"form": form, "titles": {each.id: each.title for each in giveaways}, "codes": codes.all_shelf_codes()}


@post(recognition, "/desk/shelves", may=may_run_giveaways)
def make_shelf_code() -> Response:
    """Make the code of a shelf."""
    form = ShelfForm()
    shown = _shelves(form)
    answer = Answer(
        to=url_for("recognition.shelf_codes"),
        said=_("Made. Print it, and put it on the shelf."),
        page="recognition/shelf_codes.html",
        context=lambda: shown,
    )
    return attempt(form, lambda: _made(form), answer)


def _made(form: ShelfForm) -> ShelfCode:
    giveaway = queries.visible_giveaway(me(), int(form.giveaway.data))
    if giveaway is None:
        raise Refused(_("This giveaway is no longer handed out."), field="giveaway")
    store = store_of(int(form.place.data)) if form.place.data else district_store()
    return codes.make_shelf_code(giveaway, store, by=me())


@post(
    recognition,
    "/desk/shelves/<int:shelf_code_id>/revocations",
    may=may_run_giveaways,
    load=codes.shelf_code_to_keep,
)
def revoke_shelf_code(code: ShelfCode) -> Response:
    """Make the code of a shelf lead nowhere."""
    answer = Answer(to=url_for("recognition.shelf_codes"), said=_("Revoked: this code leads nowhere any more."))
    return attempt(Form(), lambda: codes.revoke_shelf_code(code, by=me()), answer)


@post(
    recognition,
    "/desk/shelves/<int:shelf_code_id>/replacements",
    may=may_run_giveaways,
    load=codes.shelf_code_to_keep,
)
def replace_shelf_code(code: ShelfCode) -> Response:
    """Draw a new code for a shelf; the old one leads nowhere."""
    answer = Answer(
        to=url_for("recognition.shelf_codes"), said=_("Replaced. Print the new one: the old one leads nowhere.")
    )
    return attempt(Form(), lambda: codes.replace_shelf_code(code, by=me()), answer)


@post(recognition, "/desk/sheets/shelves", may=may_run_giveaways)
def print_shelf_codes() -> Response:
    """The codes of the shelves, one on each page."""
    answer = printing.PdfAnswer(
        to=url_for("recognition.shelf_codes"),
        name="shelves",
        draw=lambda: printing.pdf(printing.SHELVES, _posters()),
    )
    return attempt(Form(), lambda: codes.note_posters(by=me()), answer)


def _posters() -> dict[str, Any]:
    titles = {each.id: each.title for each in queries.shown_giveaways()}
    return {
        "title": _("Codes of the shelves"),
        "hint": _("Whoever hands out points a phone’s camera here."),
        "shelves": [_poster(code, titles[code.giveaway_id]) for code in codes.all_shelf_codes() if not code.revoked_at],
    }


def _poster(code: ShelfCode, title: str) -> dict[str, str]:
    address = whole_address("recognition.open_shelf", shelf_code=code.code)
    return {"title": title, "store": code.store.title, "picture": printing.code_picture(address)}
