"""The noticeboard: announcements, and the challenges and wins that teachers share."""

from flask import Blueprint

noticeboard = Blueprint("noticeboard", __name__)
