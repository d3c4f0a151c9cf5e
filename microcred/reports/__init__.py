"""Reports: what school, district and province can understand, as picture, table and CSV."""

from flask import Blueprint

from microcred.reports import funnel, giveaways, rubric
from microcred.reports.shape import Report

reports = Blueprint("reports", __name__)

REPORTS: dict[str, Report] = {
    "funnel": funnel.REPORT,
    "rubric": rubric.REPORT,
    "giveaways": giveaways.REPORT,
}
"""Every report by the word in its address: page, print and CSV come with it."""
