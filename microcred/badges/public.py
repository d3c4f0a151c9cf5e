"""Pages for those outside: verifying a badge without signing in, and the signed list of what was revoked."""

import base64
import json
from contextlib import closing
from typing import Any

import segno
from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from microcred.addresses import whole_address
from microcred.badges import badges, pictures, queries
from microcred.badges.forms import VerificationForm
from microcred.badges.issuer import STATUS_LIST, district, district_key
from microcred.badges.issuing import MEDIA_TYPE
from microcred.badges.models import Award
from microcred.badges.signing import sign
from microcred.badges.status import encoded_list, status_list_credential
from microcred.badges.verification import Finding, examine
from microcred.db import utcnow
from microcred.errors import Refused
from microcred.permissions import anyone
from microcred.web import get, post

FIVE_MINUTES = "public, max-age=300"


@get(badges, "/verify", may=anyone)
def verify() -> Any:
    """The page on which anyone verifies a badge; a code that was typed leads to its badge."""
    form = VerificationForm(formdata=None)
    form.code.data = request.args.get("code", "")[:60]
    award = queries.award_by_code(form.code.data)
    if award:
        return redirect(url_for("badges.verify_code", code=award.code))
    return _unknown_code(form) if form.code.data.strip() else _page(form)


@get(badges, "/verify/<code>", may=anyone, load=lambda _user, code: code)
def verify_code(code: str) -> Response:
    """What there is to know about a badge of ours, without its holder's name."""
    form = VerificationForm(formdata=None)
    form.code.data = code[:60]
    award = queries.award_by_code(code)
    return _page(form, examine(award.credential)) if award else _unknown_code(form, 404)


@post(badges, "/verify", may=anyone)
def verify_badge() -> Response:
    """Verify a file, a text or a code; it changes nothing, so nothing is attempted."""
    form = VerificationForm()
    if not form.validate():
        return _page(form, status=422)
    if not (brought := _brought(form)):
        return _unknown_code(form) if (form.code.data or "").strip() else _nothing(form)
    return _page(form, examine(brought, form.email.data or ""))


def _brought(form: VerificationForm) -> bytes | str | None:
    """The file, else the text, else the text of the badge that the code belongs to."""
    file, text = _content(form.badge.data), (form.text.data or "").strip()
    award = None if file or text else queries.award_by_code(form.code.data or "")
    return file or text or (award.credential if award else None)


def _content(file: FileStorage | None) -> bytes:
    if not file:
        return b""
    with closing(file):
        return file.read()


def _nothing(form: VerificationForm) -> Response:
    form.badge.errors = [_("Choose a file, or paste the badge’s text, or type its code.")]
    return _page(form, status=422)


def _unknown_code(form: VerificationForm, status: int = 422) -> Response:
    form.code.errors = [_("There is no badge with this code here. Compare it letter by letter.")]
    return _page(form, status=status)


def _page(form: VerificationForm, finding: Finding | None = None, status: int = 200) -> Response:
    drawn = finding and finding.award and data_address(pictures.awarded_svg(finding.award.credential))
    return make_response(render_template("badges/verify.html", form=form, finding=finding, drawn=drawn), status)


@get(badges, STATUS_LIST, may=anyone)
def status_list() -> Response:
    """The signed list of revoked badges, for verifiers elsewhere."""
    try:
        key, issuer = district_key(), district()
    except Refused:
        abort(503)
    address = whole_address("badges.status_list")
    encoded, moment = encoded_list(queries.revoked_indexes()), utcnow()
    listed = sign(status_list_credential(address, issuer, encoded, valid_from=moment), key, moment)
    response = make_response(json.dumps(listed))
    response.mimetype = "application/vc"
    response.headers["Cache-Control"] = FIVE_MINUTES
    return response


def verification_address(award: Award) -> str:
    """The whole address of the page that verifies an award."""
    return whole_address("badges.verify_code", code=award.code)


def qr_code(address: str) -> str:
    """A QR code as the address of an image that holds its own drawing."""
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2, light="#ffffff")


def data_address(svg: str) -> str:
    """A drawing as the address of an image that holds it."""
    return MEDIA_TYPE + base64.b64encode(svg.encode()).decode()
