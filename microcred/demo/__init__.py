"""The demo: a district of three schools that lives through ten weeks of a pilot, by the application's own actions."""

import random

from sqlalchemy import update

from microcred.db import db
from microcred.lots import drawn_from
from microcred.outbox import Mail


def tell() -> None:
    """Fill an empty database with the demo pilot, in the transaction of whoever calls; the mail of those weeks left."""
    from microcred.demo import choosing, lending, preparing, showing
    from microcred.demo.people import settle

    with drawn_from(random.Random(2026)):  # noqa: S311 — a story, not a secret
        district = settle()
        preparing.prepare(district)
        choosing.pick_a_purpose(district)
        preparing.try_first(district)
        joined = choosing.start_small(district)
        choosing.offer_choices(district)
        showing.keep_an_eye_on_the_score(district, joined)
        lending.lend_an_example(district)
        choosing.keep_communicating(district)
        showing.thank_everyone(district)
    db.session.execute(update(Mail).values(sent_at=Mail.written_at))
