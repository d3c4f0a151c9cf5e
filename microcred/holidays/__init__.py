"""The days on which school is out: kept by coordinator and administrator, read by everyone, counted by every clock."""

from flask import Blueprint

holidays = Blueprint("holidays", __name__)
