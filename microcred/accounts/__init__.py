"""People, schools and roles; signing in and out."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)
