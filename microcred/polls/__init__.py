"""Polls: which courses to offer. Ballots, standings, the suggestion, the decision."""

from flask import Blueprint

polls = Blueprint("polls", __name__)
