"""Home: what each person should do now, and the help pages."""

from flask import Blueprint

home = Blueprint("home", __name__)
