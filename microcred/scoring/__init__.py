"""Scoring: reviewers, assignments, scores, agreement, the decision."""

from flask import Blueprint

scoring = Blueprint("scoring", __name__)
