"""microcred: a school's micro-credential pilot for teachers, from interest to credit."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

FEATURES = (
    "accounts",
    "holidays",
    "catalog",
    "pilots",
    "noticeboard",
    "volunteers",
    "polls",
    "evidence",
    "scoring",
    "badges",
    "recognition",
    "reports",
    "home",
)
"""In the order in which they may know each other: each only those before it."""


def create_app(environment: Mapping[str, str] | None = None) -> Flask:
    """The application, set up by the environment's variables; raises UnusableSetting when one of them is unusable."""
    from flask import Flask
    from jinja2 import StrictUndefined
    from werkzeug.middleware.proxy_fix import ProxyFix

    from microcred import config

    app = Flask("microcred", static_folder=None, template_folder="../templates")
    app.config.from_mapping(config.read_settings(os.environ if environment is None else environment))
    if app.config["MICROCRED_BEHIND_PROXY"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _add_extensions(app)
    _add_features(app)
    return app


def _add_extensions(app: Flask) -> None:
    from flask_wtf import CSRFProtect

    from microcred import db, faults, files, headers, language, logs, permissions, web, words
    from microcred.accounts import sessions

    CSRFProtect(app)
    for start in (
        db.init_database,
        logs.init_logs,
        headers.init_headers,
        sessions.init_sessions,
        language.init_language,
        words.init_words,
        files.init_files,
        faults.init_faults,
        web.init_web,
    ):
        start(app)
    app.jinja_env.globals.update(permissions.PERMISSIONS)


def _add_features(app: Flask) -> None:
    import importlib

    from microcred import cli
    from microcred.home.navigation import init_navigation

    for name in FEATURES:
        importlib.import_module(f"microcred.{name}.views")
        app.register_blueprint(getattr(importlib.import_module(f"microcred.{name}"), name))
    init_navigation(app)
    cli.init_cli(app)
