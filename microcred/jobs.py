"""What is due by itself: polls that close, offers and reviews that go on, files and keys that nobody needs any more."""

from datetime import timedelta

from sqlalchemy import delete

from microcred.accounts.models import FailedTries
from microcred.db import db, lock, utcnow
from microcred.evidence.actions import sweep_files
from microcred.evidence.queries import storage
from microcred.form_keys import FormKey
from microcred.pilots.models import Pilot
from microcred.polls.counting import close_due_polls
from microcred.polls.reminding import remind_voters_of_last_day
from microcred.recognition.actions import thank, thank_all
from microcred.recognition.giveaway_pictures import sweep_pictures
from microcred.recognition.rewarding import reward
from microcred.row_by_row import each
from microcred.scoring.late_conflicts import end_all_reviews_in_conflict
from microcred.scoring.missed_looks import tell_of_missed_looks
from microcred.scoring.passing_on import fill_waiting_seats, pass_on_unanswered_offers
from microcred.scoring.profiles import forget_past_absences
from microcred.scoring.releasing import release_due
from microcred.scoring.reminding import escalate_late_reviews, remind_reviewers
from microcred.volunteers.answers import note_told
from microcred.volunteers.call import draw_lots
from microcred.volunteers.calls import is_draw_due, pilots_with_due_draws, pilots_with_free_places
from microcred.volunteers.models import Volunteer
from microcred.volunteers.places import expire_offers, fill_places
from microcred.volunteers.queries import call_of, has_ended, just_told, pilots_with_run_out_offers
from microcred.volunteers.reminders import remind_principals

KEYS_ARE_KEPT = timedelta(days=2)
TRIES_ARE_KEPT = timedelta(hours=1)


def end_offers() -> None:
    """End the offers of a place that ran out, in every pilot that goes on."""
    each(pilots_with_run_out_offers(), expire_offers)


def thank_the_told() -> None:
    """Thank those who know by now that they have joined: until the answer is told, a thank-you would give it away."""
    each(db.session.scalars(just_told()).all(), _thank)


def _thank(entry: Volunteer) -> None:
    thank(entry.pilot, entry.person)
    note_told(entry)
    for entry in db.session.scalars(just_told()).all():
        thank(entry.pilot, entry.person)
        if entry.answered_by:
            thank(entry.pilot, entry.answered_by)
        note_told(entry)


def thank_the_due() -> None:
    """Thank whoever is due something by now: a giveaway starts or is free again, or a rule was met outside a page."""
    thank_all()


def draw_due_lots() -> None:
    """Draw the lots of every pilot whose published moment has come."""
    each(pilots_with_due_draws(), _draw)


def _draw(pilot: Pilot) -> None:
    lock(pilot)
    if is_draw_due(call_of(pilot)) and not has_ended(pilot):
        draw_lots(pilot, by=None)


def fill_free_places() -> None:
    """Offer what became free without anybody's doing: kept places that are open to all, people who are back."""
    each(pilots_with_free_places(), fill_places)


def give_due_answers() -> None:
    """Give the answers whose published moment has come, with the badge and the thank-you that they bring."""
    release_due(reward)


def sweep_evidence() -> None:
    """Remove files that no evidence holds."""
    sweep_files(storage())


def sweep_giveaways() -> None:
    """Remove pictures that no giveaway shows any more."""
    sweep_pictures()


def forget_form_keys() -> None:
    """Forget the keys of forms that were sent long ago."""
    db.session.execute(delete(FormKey).where(FormKey.used_at < utcnow() - KEYS_ARE_KEPT))


def forget_failed_tries() -> None:
    """Forget sign-ins that failed, once nobody has to wait because of them any more."""
    db.session.execute(delete(FailedTries).where(FailedTries.heard_again_at < utcnow() - TRIES_ARE_KEPT))


JOBS = (
    close_due_polls,
    remind_voters_of_last_day,
    end_offers,
    draw_due_lots,
    fill_free_places,
    thank_the_told,
    thank_the_due,
    remind_principals,
    give_due_answers,
    end_all_reviews_in_conflict,
    pass_on_unanswered_offers,
    remind_reviewers,
    escalate_late_reviews,
    tell_of_missed_looks,
    fill_waiting_seats,
    forget_past_absences,
    sweep_evidence,
    sweep_giveaways,
    forget_form_keys,
    forget_failed_tries,
)
"""Each runs in a transaction of its own, and may run at any time."""
