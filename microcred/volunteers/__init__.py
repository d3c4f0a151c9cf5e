"""Volunteers: who offered to join, who said yes, who waits."""

from flask import Blueprint

volunteers = Blueprint("volunteers", __name__)
