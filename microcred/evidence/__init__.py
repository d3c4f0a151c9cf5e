"""Evidence: what teachers hand in to show that they have mastered a skill."""

from flask import Blueprint

evidence = Blueprint("evidence", __name__)
