"""Phrases: the page on which the coordinator keeps those of everybody, and what anybody does with one."""

from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from microcred.catalog.models import MicroCredential
from microcred.catalog.queries import visible_micro_credential
from microcred.history import Entry
from microcred.permissions import may_edit_catalog, may_keep_phrase, may_put_phrase_back
from microcred.scoring import phrases, scoring
from microcred.scoring.forms import NewPhraseForm, PhraseForm
from microcred.scoring.models import Phrase
from microcred.web import Answer, Form, attempt, back_path, get, me, post


@get(
    scoring,
    "/catalog/<int:micro_credential_id>/phrases",
    may=may_edit_catalog,
    load=visible_micro_credential,
)
def shared_phrases(micro_credential: MicroCredential) -> str:
    """The phrases that every reviewer of a micro-credential finds on the desk."""
    return render_template("scoring/phrases.html", **_context(micro_credential))


def _context(micro_credential: MicroCredential, **sent: Any) -> dict[str, Any]:
    """What the page needs; `sent` is the refused form, and the id of the phrase that it would have changed."""
    kept = phrases.phrases_for(micro_credential.id)
    shown = {"micro_credential": micro_credential, "kept": kept, "adding": _new_form(micro_credential, formdata=None)}
    return shown | {"changing": None, "changed_id": None} | sent


def _new_form(micro_credential: MicroCredential, **options: Any) -> NewPhraseForm:
    form = NewPhraseForm(**options)
    criteria = micro_credential.rubric.criteria if micro_credential.rubric else []
    form.criterion.choices = [(criterion.code, criterion.name) for criterion in criteria]
    return form


@post(
    scoring,
    "/catalog/<int:micro_credential_id>/phrases",
    may=may_edit_catalog,
    load=visible_micro_credential,
)
def add_phrase(micro_credential: MicroCredential) -> Response:
    """Add a phrase for everybody."""
    form = _new_form(micro_credential)
    answer = _answer(micro_credential, _("Added."), adding=form)

    def act() -> Phrase:
        return phrases.add_phrase(micro_credential, form.criterion.data, form.text.data or "", owner=None, by=me())

    return attempt(form, act, answer)


@post(scoring, "/phrases/<int:phrase_id>/text", may=may_keep_phrase, load=phrases.own_phrase)
def change_phrase(phrase: Phrase) -> Response:
    """Word a phrase otherwise."""
    form = PhraseForm()
    micro_credential = phrases.micro_credential_of(phrase)
    answer = _answer(micro_credential, _("Changed."), changing=form, changed_id=phrase.id)
    return attempt(form, lambda: phrases.change_phrase(phrase, form.text.data or "", by=me()), answer)


@post(scoring, "/phrases/<int:phrase_id>/removal", may=may_keep_phrase, load=phrases.own_phrase)
def remove_phrase(phrase: Phrase) -> Response:
    """Take a phrase away, from the page or from one's desk; it can be put back."""
    undo = url_for("scoring.restore_phrase", phrase_id=phrase.id)
    answer = Answer(
        to=back_path(),
        said=_("Removed."),
        undo=undo,
        undo_fields={"text": phrase.text},
        fragment="scoring/_removed.html",
        context=lambda: {"gone": phrase},
    )
    return attempt(Form(), lambda: phrases.remove_phrase(phrase, by=me()), answer)


@post(scoring, "/phrases/<int:phrase_id>/restoration", may=may_put_phrase_back, load=phrases.removed_phrase)
def restore_phrase(removal: Entry) -> Response:
    """Put a phrase back that one has just removed."""
    form = PhraseForm()
    made: list[Phrase] = []
    answer = Answer(
        to=back_path(),
        said=_("It is back."),
        fragment="scoring/_phrase.html",
        context=lambda: {"phrase": made[0] if made else None},
    )
    return attempt(form, lambda: made.append(phrases.restore_phrase(removal, form.text.data or "", by=me())), answer)


def _answer(micro_credential: MicroCredential, said: str, **sent: Any) -> Answer:
    return Answer(
        to=url_for("scoring.shared_phrases", micro_credential_id=micro_credential.id),
        said=said,
        page="scoring/phrases.html",
        context=lambda: _context(micro_credential, **sent),
    )
