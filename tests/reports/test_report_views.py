"""Reports: who sees which schools, small numbers hidden, the file on record."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.history import Entry
from microcred.pilots.actions import create_pilot
from microcred.pilots.models import Pilot
from microcred.reports import REPORTS
from microcred.reports.shape import Scope, shielded
from microcred.volunteers.actions import volunteer
from microcred.volunteers.answers import approve, note_told
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]


def make_pilot(cast: Cast) -> Pilot:
    return create_pilot(
        title="Finding out",
        purpose="To learn.",
        success="We learned.",
        schools=[cast.north, cast.south],
        places=10,
        sign_up_opens_at=utcnow() - timedelta(days=1),
        starts_on=utcnow().date(),
        ends_on=utcnow().date() + timedelta(days=60),
        reviewers_per_submission=2,
        by=cast.cora,
    )


def test_the_funnel_counts_each_person_once_in_each_stage(cast: Cast) -> None:
    pilot = make_pilot(cast)
    entry = approve(volunteer(pilot, cast.amara, "Yes."), by=cast.pia)
    assert REPORTS["funnel"].figures(Scope(pilot, pilot.schools)).rows[0] == ["North school", 3, 1, 1, 0, 0, 0]
    note_told(entry)
    volunteer(pilot, cast.bruno, "Perhaps.")
    figures = REPORTS["funnel"].figures(Scope(pilot, pilot.schools))
    assert figures.rows == [
        ["North school", 3, 2, 2, 1, 0, 0],
        ["South school", 1, 0, 0, 0, 0, 0],
        ["Together", 4, 2, 2, 1, 0, 0],
    ]


def test_small_numbers_are_hidden_from_those_who_may_not_know_single_results(cast: Cast) -> None:
    scope = Scope(make_pilot(cast), [], sees_all=False)
    assert [shielded(count, scope) for count in (0, 1, 4, 5)] == [0, None, None, 5]
    assert shielded(1, Scope(scope.pilot, [])) == 1


def test_a_principal_sees_the_own_school_only(cast: Cast, browse: Browse) -> None:
    make_pilot(cast)
    page = browse(cast.pia).get("/reports/funnel").text
    assert ("North school" in page, "South school" in page) == (True, False)


def test_every_report_is_a_page_and_a_file(cast: Cast, browse: Browse) -> None:
    make_pilot(cast)
    cora = browse(cast.cora)
    for slug in REPORTS:
        assert cora.get(f"/reports/{slug}").status_code == 200
        file = cora.send(f"/reports/{slug}/download")
        assert (file.status_code, file.mimetype) == (200, "text/csv")
    kept = db.session.scalars(select(Entry).where(Entry.verb == "downloaded report").order_by(Entry.id)).all()
    assert [entry.details for entry in kept] == [{"report": slug} for slug in REPORTS]


def test_reports_are_not_for_teachers_and_unknown_ones_are_not_found(cast: Cast, browse: Browse) -> None:
    make_pilot(cast)
    assert browse(cast.amara).get("/reports").status_code == 403
    assert browse(cast.cora).get("/reports/nothing").status_code == 404


def test_a_report_asks_the_same_number_of_questions_for_one_school_and_two(
    cast: Cast, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    pilot = make_pilot(cast)
    db.session.commit()
    for report in REPORTS.values():
        one = count_queries(lambda report=report: report.figures(Scope(pilot, [cast.north])))  # type: ignore[misc]
        two = count_queries(lambda report=report: report.figures(Scope(pilot, [cast.north, cast.south])))  # type: ignore[misc]
        assert (one, one <= 6) == (two, True)
