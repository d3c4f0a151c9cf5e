"""The district as issuer: its signing key, its name in badges, and the address under which others reach it."""

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from flask_babel import gettext as _

from microcred.addresses import public_address
from microcred.badges.credential import Issuer
from microcred.badges.signing import did_key, signing_key
from microcred.errors import Refused

STATUS_LIST = "/badges/status-list"


def district_key() -> Ed25519PrivateKey:
    """The key that signs the district's badges; refused when its file is missing or holds no key."""
    try:
        return _key(current_app.config["MICROCRED_SIGNING_KEY_FILE"])
    except (OSError, ValueError):
        raise Refused(_("The key that signs badges is missing. Whoever runs the server can put it back.")) from None


@cache
def _key(path: Path) -> Ed25519PrivateKey:
    """The one place that opens the signing key; once per process."""
    return signing_key(path)


def district() -> Issuer:
    """The district as it stands in its badges; refused without a signing key."""
    name = current_app.config["MICROCRED_DISTRICT"]
    return Issuer(did_key(district_key().public_key()), name, public_address("/") or None)
