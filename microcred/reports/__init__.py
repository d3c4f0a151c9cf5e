"""Reports: what school, district and province can understand, as picture, table and CSV."""

from flask import Blueprint

reports = Blueprint("reports", __name__)
