"""Pages of badges: one's own wall, one badge with its downloads, and the coordinator's list."""

from typing import Any

from flask import current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from microcred.badges import actions, badges, pictures, queries
from microcred.badges import public as public
from microcred.badges.forms import RevocationForm
from microcred.badges.models import Award
from microcred.badges.public import qr_code, verification_address
from microcred.catalog.models import MicroCredential, Stack
from microcred.catalog.queries import visible_micro_credential, visible_stack
from microcred.db import db
from microcred.fields import one_line
from microcred.paging import page_of
from microcred.permissions import may_be_here, may_keep_awards, may_revoke_award, may_see_award
from microcred.tables import DownloadForm, TableAnswer
from microcred.web import Answer, Form, attempt, get, me, post

SVG = "image/svg+xml"
LONGEST = 100
AN_HOUR = "private, max-age=3600"


@get(badges, "/badges", may=may_be_here)
def index() -> str:
    """One's own badges, on a wall."""
    return render_template("badges/index.html", awards=queries.awards_of(me()))


@get(badges, "/badges/<code>", may=may_see_award, load=queries.visible_award)
def show(award: Award) -> str:
    """One badge: what it is for, how to take it along, how others verify it."""
    return render_template("badges/show.html", **_shown(award, RevocationForm(formdata=None)))


def _shown(award: Award, form: Form) -> dict[str, Any]:
    address = verification_address(award)
    outcomes = queries.decided_outcomes(award.submission_id)
    return {"award": award, "form": form, "address": address, "qr_code": qr_code(address), "outcomes": outcomes}


@get(badges, "/badges/<code>/certificate", may=may_see_award, load=queries.visible_award)
def certificate(award: Award) -> str:
    """A page to print and sign."""
    return render_template("badges/certificate.html", **_shown(award, RevocationForm(formdata=None)))


@get(badges, "/badges/<code>/badge.svg", may=may_see_award, load=queries.visible_award)
def picture(award: Award) -> Response:
    """The badge as a drawing."""
    return _drawing(pictures.awarded_svg(award.credential))


@get(badges, "/badges/<code>/badge.png", may=may_see_award, load=queries.visible_award)
def download_picture(award: Award) -> Response:
    """The badge as a picture that carries its signed text."""
    png = pictures.baked_png(award.credential, current_app.config["MICROCRED_DATA"] / "badges")
    return _file(png, "image/png", f"badge-{award.code}.png")


@get(badges, "/badges/<code>/badge.json", may=may_see_award, load=queries.visible_award)
def download_credential(award: Award) -> Response:
    """The badge's signed text."""
    return _file(award.credential.encode(), "application/json", f"badge-{award.code}.json")


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = make_response(content)
    response.mimetype = media_type
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@post(badges, "/badges/<code>/revocation", may=may_revoke_award, load=queries.visible_award)
def revoke_award(award: Award) -> Response:
    """Revoke a badge, with the reason."""
    form = RevocationForm()
    answer = Answer(
        to=url_for("badges.show", code=award.code),
        said=_("The badge is revoked, and the teacher has been told why."),
        page="badges/show.html",
        context=lambda: _shown(award, form),
    )
    return attempt(form, lambda: actions.revoke_award(award, form.reason.data or "", by=me()), answer)


@get(badges, "/awards", may=may_keep_awards)
def awards() -> str:
    """Every badge that was issued, and what is outstanding."""
    wanted = _wanted()
    page = page_of(_narrowed(wanted), request.args.get("page"), url_for("badges.awards", **wanted))
    return render_template("badges/awards.html", page=page, outstanding=queries.outstanding(), **wanted)


@post(badges, "/awards", may=may_keep_awards)
def issue_outstanding() -> Response:
    """Issue the badges that were earned but not issued."""
    answer = Answer(to=url_for("badges.awards"), said=lambda issued: _issued(len(issued)))
    return attempt(Form(), lambda: actions.issue_outstanding(by=me()), answer)


def _issued(count: int) -> str:
    return ngettext("%(num)s badge issued.", "%(num)s badges issued.", count)


@post(badges, "/awards/downloads", may=may_keep_awards)
def download_awards() -> Response:
    """The list as a file, narrowed in the same way; the download is in the history."""
    wanted = _wanted()
    form = DownloadForm()
    answer = TableAnswer(
        to=url_for("badges.awards", **wanted),
        name="badges",
        columns=_columns(),
        rows=lambda: [_row(each) for each in db.session.scalars(_narrowed(wanted))],
        format=form.format.data,
    )
    return attempt(form, lambda: actions.note_download(wanted["state"], by=me()), answer)


def _wanted() -> dict[str, Any]:
    """What the address narrows the list to, short enough to be kept with the key of a form."""
    return {name: one_line(request.args.get(name, "")[:LONGEST]) or "" for name in ("q", "state")}


def _narrowed(wanted: dict[str, Any]) -> Any:
    return queries.awards(wanted["q"], state=wanted["state"])


def _columns() -> list[str]:
    person = [_("Name"), _("E-mail address"), _("School")]
    return [*person, _("Badge"), _("Hours"), _("Code"), _("Issued"), _("Revoked"), _("Reason")]


def _row(award: Award) -> list[Any]:
    person, title = award.person, award.micro_credential.title
    times = [award.issued_at, award.revoked_at, award.revoked_reason]
    return [person.name, person.email, person.school and person.school.name, title, award.hours, award.code, *times]


@get(badges, "/micro-credentials/<int:micro_credential_id>/badge.svg", may=may_be_here, load=visible_micro_credential)
def micro_credential_picture(micro_credential: MicroCredential) -> Response:
    """The badge that a micro-credential leads to."""
    return _drawing(pictures.micro_credential_svg(micro_credential))


@get(badges, "/stacks/<int:stack_id>/badge.svg", may=may_be_here, load=visible_stack)
def stack_picture(stack: Stack) -> Response:
    """The pin of a stack."""
    return _drawing(pictures.stack_svg(stack))


def _drawing(svg: str) -> Response:
    response = make_response(svg)
    response.mimetype = SVG
    response.headers["Cache-Control"] = AN_HOUR
    return response
