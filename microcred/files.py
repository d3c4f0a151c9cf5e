"""The style sheet, scripts and pictures, served under the hash of what they contain."""

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise


def init_files(app: Flask) -> None:
    """Serve the static folder under an address that changes when a file does, so that browsers may keep it for good."""
    folder = Path(app.root_path).parent / "static"
    prefix = f"/static/{_fingerprint(folder)}/"
    served = WhiteNoise(app.wsgi_app, root=str(folder), prefix=prefix, immutable_file_test=_never_changes)
    app.wsgi_app = served  # type: ignore[method-assign]
    app.jinja_env.globals["static"] = lambda name: prefix + name


def _never_changes(_path: str, _url: str) -> bool:
    return True


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
