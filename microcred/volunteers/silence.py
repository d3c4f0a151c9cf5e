"""Who takes part and has not been heard of: neither evidence nor a post for some school days."""

from collections.abc import Set
from datetime import date, datetime, time

from flask import current_app
from sqlalchemy import func, select, union_all

from microcred.db import db
from microcred.evidence.queries import changes_in
from microcred.noticeboard.queries import posts_in
from microcred.pilots.models import Pilot
from microcred.schooldays import has_run_out, holidays, time_zone
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.queries import has_ended


def silent_since(pilot: Pilot, out: Set[date] | None = None) -> dict[int, datetime]:
    """The entries of those who have joined and were silent for some school days, each with when they were last heard.

    The last of joining, of a change to one's evidence and of a post counts, and nobody is silent before the pilot's
    first day or after its end. It is for the coordinator alone. `out` are the days off, if they are known already.
    """
    if has_ended(pilot):
        return {}
    days, off = current_app.config["MICROCRED_SILENT_SCHOOL_DAYS"], holidays() if out is None else out
    begun = datetime.combine(pilot.starts_on, time(), tzinfo=time_zone())
    return {each: last for each, last in _last_heard(pilot) if has_run_out(max(last, begun), days, off)}


def _last_heard(pilot: Pilot) -> list[tuple[int, datetime]]:
    takes_part = (Volunteer.pilot_id == pilot.id, Volunteer.state == VolunteerState.JOINED)
    joined = select(Volunteer.person_id, Volunteer.joined_at.label("moment")).where(*takes_part)
    heard = union_all(joined, changes_in(pilot.id), posts_in(pilot.id)).subquery()
    last = select(Volunteer.id, func.max(heard.c.moment)).join(heard, heard.c.person_id == Volunteer.person_id)
    return [(row[0], row[1]) for row in db.session.execute(last.where(*takes_part).group_by(Volunteer.id))]
