"""A pilot: its purpose, places and dates, and the five steps it walks through."""

from flask import Blueprint

pilots = Blueprint("pilots", __name__)
