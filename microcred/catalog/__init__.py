"""The catalogue: micro-credentials, the stacks they belong to, their evidence parts and their rubrics."""

from flask import Blueprint

catalog = Blueprint("catalog", __name__)
