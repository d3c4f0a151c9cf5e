"""The pictures of badges: drawn as SVG for pages, baked as PNG into the file that a teacher takes along."""

import base64
import contextlib
import hashlib
import json
import secrets
from pathlib import Path

from microcred.badges.baking import bake
from microcred.badges.designs import DESIGNS
from microcred.badges.drawing import badge_png, badge_svg
from microcred.catalog.models import MicroCredential, Stack


def micro_credential_svg(micro_credential: MicroCredential) -> str:
    """The badge of a micro-credential, its place in the stack shown by studs."""
    stack = micro_credential.stack
    siblings = [each.id for each in stack.micro_credentials if each.archived_at is None or each is micro_credential]
    place = siblings.index(micro_credential.id) + 1
    return badge_svg(_design(stack), micro_credential.title, stack=stack.title, step=place, steps=len(siblings))


def stack_svg(stack: Stack) -> str:
    """The pin of a whole stack."""
    steps = sum(each.archived_at is None for each in stack.micro_credentials)
    return badge_svg(_design(stack), stack.title, step=steps, steps=steps)


def _design(stack: Stack) -> str:
    return stack.design if stack.design in DESIGNS else next(iter(DESIGNS))


def awarded_svg(credential: str) -> str:
    """The picture as it was signed into a credential of our own: it stays when the catalogue changes."""
    image = json.loads(credential)["credentialSubject"]["achievement"]["image"]["id"]
    return base64.b64decode(image.partition(",")[2]).decode()


def baked_png(credential: str, folder: Path) -> bytes:
    """The PNG of an award with its credential in it; what was drawn once is kept in the folder."""
    return bake(_drawn(awarded_svg(credential), folder), credential)


def _drawn(svg: str, folder: Path) -> bytes:
    kept = folder / f"{hashlib.sha256(svg.encode()).hexdigest()}.png"
    with contextlib.suppress(OSError):
        return kept.read_bytes()
    png = badge_png(svg)
    with contextlib.suppress(OSError):  # a full disk costs the next one a moment, and nobody the badge
        _keep(png, kept)
    return png


def _keep(png: bytes, path: Path) -> None:
    """Write under another name first: a reader in another process finds the whole picture or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{secrets.token_hex(8)}")
    unfinished.write_bytes(png)
    unfinished.replace(path)
