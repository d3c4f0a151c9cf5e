"""What a giveaway looks like: its picture, and the colours and sizes it comes in."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.errors import Refused
from microcred.permissions import may_be_here, may_run_giveaways
from microcred.recognition import giveaway_pictures, queries, recognition, shelves, shelving
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_forms import PictureForm, VariantForm
from microcred.recognition.stock_models import Variant
from microcred.web import Answer, Form, attempt, get, me, post


@get(recognition, "/giveaways/<int:giveaway_id>/variants", may=may_run_giveaways, load=queries.visible_giveaway)
def variants(giveaway: Giveaway) -> str:
    """The picture and the variants of a giveaway."""
    return render_template("recognition/variants.html", **_context(giveaway))


def _context(giveaway: Giveaway, form: Form | None = None, renamed: Variant | None = None) -> dict[str, Any]:
    return {
        "giveaway": giveaway,
        "variants": shelves.variants_of(giveaway),
        "adding": form if isinstance(form, VariantForm) and renamed is None else VariantForm(formdata=None),
        "picturing": form if isinstance(form, PictureForm) else PictureForm(formdata=None),
        "renaming": form if renamed else None,
        "renamed": renamed,
    }


def _answer(giveaway: Giveaway, said: str, form: Form, renamed: Variant | None = None, undo: Any = None) -> Answer:
    return Answer(
        to=url_for("recognition.variants", giveaway_id=giveaway.id),
        said=said,
        page="recognition/variants.html",
        context=lambda: _context(giveaway, form, renamed),
        undo=undo,
    )


@post(recognition, "/giveaways/<int:giveaway_id>/variants", may=may_run_giveaways, load=queries.visible_giveaway)
def add_variant(giveaway: Giveaway) -> Response:
    """Add a colour or a size."""
    form = VariantForm()
    answer = _answer(giveaway, _("The variant is added."), form)
    name, name_fr = form.name.data or "", form.name_fr.data or ""
    return attempt(form, lambda: shelving.add_variant(giveaway, name, name_fr, by=me()), answer)


@post(recognition, "/variants/<int:variant_id>", may=may_run_giveaways, load=shelving.visible_variant)
def rename_variant(variant: Variant) -> Response:
    """Call a variant something else."""
    form = VariantForm()
    answer = _answer(shelving.giveaway_of(variant), _("Saved."), form, variant)
    name, name_fr = form.name.data or "", form.name_fr.data or ""
    return attempt(form, lambda: shelving.rename_variant(variant, name, name_fr, by=me()), answer)


@post(recognition, "/variants/<int:variant_id>/steps-up", may=may_run_giveaways, load=shelving.visible_variant)
def move_variant_up(variant: Variant) -> Response:
    """Let a variant change places with the one before it."""
    form = Form()
    answer = _answer(shelving.giveaway_of(variant), _("Saved."), form, variant)
    return attempt(form, lambda: shelving.move_variant_up(variant, by=me()), answer)


@post(recognition, "/variants/<int:variant_id>/archivings", may=may_run_giveaways, load=shelving.visible_variant)
def archive_variant(variant: Variant) -> Response:
    """Hand a variant out no more."""
    form, undo = Form(), url_for("recognition.restore_variant", variant_id=variant.id)
    answer = Answer(
        to=url_for("recognition.variants", giveaway_id=variant.giveaway_id),
        said=_("This variant is no longer handed out."),
        undo=undo,
    )
    return attempt(form, lambda: shelving.archive_variant(variant, by=me()), answer)


@post(recognition, "/variants/<int:variant_id>/restorations", may=may_run_giveaways, load=shelving.visible_variant)
def restore_variant(variant: Variant) -> Response:
    """Hand a variant out again."""
    to = url_for("recognition.variants", giveaway_id=variant.giveaway_id)
    answer = Answer(to=to, said=_("This variant is handed out again."))
    return attempt(Form(), lambda: shelving.restore_variant(variant, by=me()), answer)


@get(recognition, "/giveaways/<int:giveaway_id>/picture", may=may_be_here, load=queries.visible_giveaway)
def show_picture(giveaway: Giveaway) -> Response:
    """The picture of a giveaway."""
    return giveaway_pictures.picture_response(giveaway)


@post(recognition, "/giveaways/<int:giveaway_id>/pictures", may=may_run_giveaways, load=queries.visible_giveaway)
def add_picture(giveaway: Giveaway) -> Response:
    """Give a giveaway a picture of its own."""
    form = PictureForm()
    answer = _answer(giveaway, _("The picture is shown from now on."), form)
    if not form.validate():
        return attempt(form, lambda: None, answer)
    try:
        with giveaway_pictures.receive(form.file.data) as kept:
            return attempt(form, lambda: kept.show(giveaway, by=me()), answer)
    except Refused as refusal:
        form.take(refusal)
        return answer.refused(form)


@post(
    recognition, "/giveaways/<int:giveaway_id>/picture-removals", may=may_run_giveaways, load=queries.visible_giveaway
)
def remove_picture(giveaway: Giveaway) -> Response:
    """Show a giveaway without its own picture."""
    form = Form()
    answer = _answer(giveaway, _("The picture is removed."), form)
    return attempt(form, lambda: giveaway_pictures.remove_picture(giveaway, by=me()), answer)
