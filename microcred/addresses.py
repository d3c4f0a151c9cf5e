"""The addresses under which those outside reach this application: in mail, on badges, in QR codes."""

from typing import Any

from flask import current_app, url_for


def public_address(path: str) -> str:
    """The address of a page for those outside; empty when the district has set no address that they could reach."""
    address: str = current_app.config["MICROCRED_PUBLIC_URL"]
    return address + path if address else ""


def whole_address(endpoint: str, **values: Any) -> str:
    """The whole address of a page, wherever it is read; without a public address, the one this request came under.

    What a request says of its host anybody can make up, so whoever sends addresses by mail sets the public one.
    """
    return public_address(url_for(endpoint, **values)) or url_for(endpoint, **values, _external=True)
