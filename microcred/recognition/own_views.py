"""Pages of one’s own thank-yous: what one is due and why, what one received, and what one says to it."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.db import utcnow
from microcred.permissions import may_acknowledge, may_answer_thank_you, may_be_here
from microcred.recognition import actions, answering, coming, queries, recognition
from microcred.recognition.desk_forms import LaterForm, PublicForm
from microcred.recognition.models import Entitlement, HandOut
from microcred.schooldays import local
from microcred.web import Answer, Form, attempt, get, me, post
from microcred.words import day


@get(recognition, "/thank-yous", may=may_be_here)
def index() -> str:
    """What one is thanked for oneself."""
    return render_template("recognition/index.html", **_own(Form()))


def _own(form: Form, handled: int | None = None) -> dict[str, Any]:
    user = me()
    entitlements = queries.entitlements_of(user)
    return {
        "form": form,
        "handled": handled,
        "entitlements": entitlements,
        "to_come": coming.to_come(user, entitlements),
        "code": queries.personal_code(user),
        "is_public": queries.wants_public_thanks(user),
        "tomorrow": local(utcnow()).date() + timedelta(days=1),
    }


def _own_answer(form: Form, said: str, undo: str | None = None, handled: int | None = None) -> Answer:
    return Answer(
        to=url_for("recognition.index"),
        said=said,
        page="recognition/index.html",
        fragment="recognition/_own.html",
        context=lambda: _own(form, handled),
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
    """Say yes to a thank-you after all, or have it now."""
    form = Form()
    answer = _own_answer(form, _("Noted: it is waiting for you."))
    return attempt(form, lambda: actions.accept_after_all(entitlement, by=me()), answer)


@post(
    recognition,
    "/entitlements/<int:entitlement_id>/postponements",
    may=may_answer_thank_you,
    load=queries.visible_entitlement,
)
def postpone(entitlement: Entitlement) -> Response:
    """Ask to have a thank-you later."""
    form, undo = LaterForm(), url_for("recognition.accept_after_all", entitlement_id=entitlement.id)
    said = _("Noted: it waits until %(day)s.", day=day(form.until.data))
    answer = _own_answer(form, said, undo, handled=entitlement.id)
    return attempt(form, lambda: answering.postpone(entitlement, form.until.data or date.min, by=me()), answer)


@post(recognition, "/thank-yous/preferences", may=may_be_here)
def prefer() -> Response:
    """Say whether others may read that one was thanked."""
    form = PublicForm()
    said = _("Noted: others may read it.") if form.is_public.data else _("Noted: nobody else reads it.")
    answer = Answer(to=url_for("recognition.index"), said=said)
    return attempt(form, lambda: answering.set_public_thanks(me(), is_public=form.is_public.data), answer)


@post(recognition, "/hand-outs/<int:hand_out_id>/acknowledgements", may=may_acknowledge, load=queries.visible_hand_out)
def acknowledge(hand_out: HandOut) -> Response:
    """Say that one has received something."""
    form = Form()
    answer = _own_answer(form, _("Thank you for saying so."))
    return attempt(form, lambda: actions.acknowledge(hand_out, by=me()), answer)
