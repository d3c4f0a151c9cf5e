"""Signing on the screen for what one received, with a finger or a mouse."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.accounts.models import Account
from microcred.permissions import may_hand_out
from microcred.recognition import acknowledging, finding, queries, recognition
from microcred.recognition.desk_forms import SignatureForm
from microcred.web import Answer, attempt, get, me, post


@get(recognition, "/desk/people/<int:account_id>/signing", may=may_hand_out, load=finding.person_at_desk)
def signing(person: Account) -> str:
    """The field for a finger, and what is signed for."""
    return render_template("recognition/signing.html", **_signing(person, SignatureForm()))


def _signing(person: Account, form: SignatureForm) -> dict[str, Any]:
    return {
        "person": person,
        "form": form,
        "hand_outs": queries.unconfirmed_of(me(), person),
        "pad": (acknowledging.PAD_WIDTH, acknowledging.PAD_HEIGHT),
    }


@post(recognition, "/desk/people/<int:account_id>/signatures", may=may_hand_out, load=finding.person_at_desk)
def sign(person: Account) -> Response:
    """Keep a signature for what was ticked."""
    form = SignatureForm()
    answer = Answer(
        to=url_for("recognition.card", account_id=person.id),
        said=_("Signed. The signature stands on the page of each hand-out."),
        page="recognition/signing.html",
        context=lambda: _signing(person, form),
    )
    return attempt(form, lambda: acknowledging.sign(_ticked(person, form), form.signature.data or "", by=me()), answer)


def _ticked(person: Account, form: SignatureForm) -> list[Any]:
    ticked = set(form.hand_outs.data or [])
    return [hand_out for hand_out in queries.unconfirmed_of(me(), person) if hand_out.id in ticked]
