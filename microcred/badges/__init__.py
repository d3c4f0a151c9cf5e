"""Badges: awards, signed credentials, verification, credit hours."""

from flask import Blueprint

badges = Blueprint("badges", __name__)
