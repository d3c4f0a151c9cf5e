"""What every response and every request must carry: the content policy, and the gate against other sites."""

import secrets

from flask import Flask, Response, abort, g, request
from flask_login import current_user

SAME_SITE = {None, "same-origin", "none"}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def init_headers(app: Flask) -> None:
    """Let no change come from another site, and no response leave without its policy."""
    app.before_request(_refuse_other_sites)
    app.after_request(_add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The word that marks our own htmx attributes in this response; text that people typed cannot know it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(12)
    nonce: str = g.csp_nonce
    return nonce


def _refuse_other_sites() -> None:
    if request.method != "GET" and request.headers.get("Sec-Fetch-Site") not in SAME_SITE:
        abort(400)


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=csp_nonce()))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static" and (current_user.is_authenticated or request.method != "GET"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
