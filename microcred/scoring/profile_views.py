"""The page on which reviewers say what they know, how much they take on, when they are away, and whom they know."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.permissions import may_review
from microcred.scoring import profiles, scoring
from microcred.scoring.profile_forms import AbsenceForm, ConflictForm, ProfileForm
from microcred.scoring.reviewer_models import Absence, Conflict
from microcred.web import Answer, Form, attempt, get, me, post

PAGE = "scoring/profile.html"


@get(scoring, "/reviews/profile", may=may_review)
def show_profile() -> str:
    """The own profile."""
    return render_template(PAGE, **_context())


def _context(**refused: Form) -> dict[str, Any]:
    profile = profiles.profile_of(me())
    forms: dict[str, Form] = {
        "form": ProfileForm(None, subjects=", ".join(me().subjects), most_open=profile.most_open),
        "absence": AbsenceForm(None),
        "conflict": ConflictForm(None),
    }
    shown = {"absences": profiles.absences_of(me()), "conflicts": profiles.named_by(me())}
    return {"is_asked": profile.most_open > 0} | shown | forms | refused


def _answer(said: Any, undo: Any = None, **forms: Form) -> Answer:
    page = PAGE if forms else None
    return Answer(to=_page(), said=said, undo=undo, page=page, context=lambda: _context(**forms))


def _page() -> str:
    return url_for("scoring.show_profile")


@post(scoring, "/reviews/profile", may=may_review)
def change_profile() -> Response:
    """Say what one teaches and how much one takes on."""
    form = ProfileForm()
    return attempt(
        form,
        lambda: profiles.change_profile(me(), subjects=form.typed_subjects, most_open=form.most_open.data or 0),
        _answer(_("Your profile is saved."), form=form),
    )


@post(scoring, "/reviews/absences", may=may_review)
def add_absence() -> Response:
    """Say when one is away; also what undoes a removal."""
    form = AbsenceForm(request.values)
    answer = _answer(
        lambda added: _("You are asked nothing while you are away: %(days)s.", days=_days(added)),
        undo=lambda added: url_for("scoring.remove_absence", absence_id=added.id),
        absence=form,
    )
    return attempt(form, lambda: profiles.add_absence(me(), *form.days), answer)


@post(scoring, "/reviews/absences/<int:absence_id>/removal", may=may_review, load=profiles.own_absence)
def remove_absence(absence: Absence) -> Response:
    """Say that one is here after all."""
    answer = _answer(
        lambda days: _("You are here after all: %(days)s.", days=_days(days)),
        undo=lambda days: url_for("scoring.add_absence", starts_on=days.starts_on, ends_on=days.ends_on),
    )
    return attempt(Form(), lambda: profiles.remove_absence(absence, by=me()), answer)


def _days(span: Absence | profiles.Days) -> str:
    first, last = format_date(span.starts_on), format_date(span.ends_on)
    return first if first == last else _("%(first)s to %(last)s", first=first, last=last)


@post(scoring, "/reviews/conflicts", may=may_review)
def name_conflict() -> Response:
    """Name somebody whose evidence one never scores."""
    form = ConflictForm()
    return attempt(form, lambda: profiles.name_conflict(me(), form.colleague.data or ""), _named(conflict=form))


@post(scoring, "/reviews/conflicts/people/<int:person_id>", may=may_review, load=profiles.taken_back)
def name_conflict_again(person: Account) -> Response:
    """Undo taking somebody back."""
    return attempt(Form(), lambda: profiles.name_again(me(), person), _named())


def _named(**forms: Form) -> Answer:
    return _answer(
        lambda named: _("You will not be asked about evidence of %(name)s.", name=named.person.name),
        undo=lambda named: url_for("scoring.take_back_conflict", conflict_id=named.id),
        **forms,
    )


@post(scoring, "/reviews/conflicts/<int:conflict_id>/retraction", may=may_review, load=profiles.own_named)
def take_back_conflict(conflict: Conflict) -> Response:
    """Take back a conflict that one has named."""
    answer = _answer(
        lambda person: _("%(name)s is not on your list any more.", name=person.name),
        undo=lambda person: url_for("scoring.name_conflict_again", person_id=person.id),
    )
    return attempt(Form(), lambda: profiles.take_back_conflict(conflict, by=me()), answer)
