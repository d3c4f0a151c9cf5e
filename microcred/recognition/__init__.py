"""Recognition: giveaways, stock, who is owed what and why, hand-outs."""

from flask import Blueprint

recognition = Blueprint("recognition", __name__)
