"""Who may do what, all on one page.

`user` is the person who asks; the second argument is the thing asked about. What a person may not even see is not found
in the first place: these are the rules for what can be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from microcred.accounts.models import Account, School
    from microcred.badges.models import Award
    from microcred.evidence.models import Submission
    from microcred.history import Entry
    from microcred.noticeboard.models import Post
    from microcred.pilots.models import Offer, Pilot
    from microcred.polls.models import Poll
    from microcred.recognition.models import Batch, Entitlement, HandOut
    from microcred.recognition.stock_models import Budget
    from microcred.scoring.anchor_models import Anchor
    from microcred.scoring.models import Phrase, Review
    from microcred.volunteers.models import Volunteer


def anyone(user: Account, *things: Any) -> bool:
    """Also somebody who has not signed in."""
    return True


def may_be_here(user: Account, *things: Any) -> bool:
    """Everyone who has signed in."""
    return user.is_authenticated


def may_manage_people(user: Account, *things: Any) -> bool:
    """The administrator keeps people, schools and roles."""
    return user.is_administrator


def may_name_deputy(user: Account, school: School) -> bool:
    """Principals name deputies for their own school."""
    return user.is_principal_of(school.id)


def may_keep_holidays(user: Account, *things: Any) -> bool:
    """The coordinator and the administrator keep the calendar of days off."""
    return user.is_coordinator or user.is_administrator


def may_edit_catalog(user: Account, *things: Any) -> bool:
    """The coordinator keeps the catalogue of micro-credentials, stacks and rubrics."""
    return user.is_coordinator


def may_run_pilots(user: Account, *things: Any) -> bool:
    """The coordinator runs the pilots."""
    return user.is_coordinator


def may_announce(user: Account, *things: Any) -> bool:
    """The coordinator speaks to the whole pilot."""
    return user.is_coordinator


def may_read_posts(user: Account, pilot: Pilot) -> bool:
    """The pilot’s schools and the coordinator read challenges and wins; no reviewer does."""
    # A reviewer could recognise evidence by what its author tells of the same lessons.
    works_there = user.is_teacher or user.is_principal
    return user.is_coordinator or (works_there and pilot.has_school(user.school_id))


def may_post(user: Account, pilot: Pilot) -> bool:
    """Teachers of the pilot’s schools share challenges and wins; the coordinator may join in."""
    return user.is_coordinator or (user.is_teacher and pilot.has_school(user.school_id))


def may_reply(user: Account, post: Post) -> bool:
    """Whoever may share challenges and wins may reply to them."""
    return may_post(user, post.pilot)


def may_take_back(user: Account, post: Post) -> bool:
    """Whoever wrote a post may take it back."""
    return post.author_id == user.id


def may_volunteer(user: Account, pilot: Pilot) -> bool:
    """Teachers of the pilot’s schools volunteer."""
    return user.is_teacher and pilot.has_school(user.school_id)


def may_answer_volunteer(user: Account, volunteer: Volunteer) -> bool:
    """Principals and their deputies answer for their own school; the coordinator may answer in their place."""
    return user.is_coordinator or user.answers_for(volunteer.school_id)


def may_answer_volunteers(user: Account, *things: Any) -> bool:
    """Principals and their deputies see and answer their own school’s volunteers."""
    return bool(user.answered_school_ids)


def may_see_volunteers(user: Account, *things: Any) -> bool:
    """The coordinator sees the volunteers of every school, and notes who has taken part."""
    return user.is_coordinator


def may_answer_offer(user: Account, volunteer: Volunteer) -> bool:
    """A volunteer accepts an offered place, says no to it, or withdraws."""
    return volunteer.person_id == user.id


def may_run_polls(user: Account, *things: Any) -> bool:
    """The coordinator makes, opens, closes and decides polls."""
    return user.is_coordinator


def may_vote(user: Account, poll: Poll) -> bool:
    """The teachers whom a poll asks vote in it."""
    return user.is_teacher and poll.asks(user)


def may_send_ballot(user: Account, *things: Any) -> bool:
    """Teachers send ballots; a poll tells those whom it does not ask."""
    return user.is_teacher


def may_ask_for_invitations(user: Account, *things: Any) -> bool:
    """Teachers say to which options of a poll they want to be invited first."""
    return user.is_teacher


def may_see_standings(user: Account, poll: Poll) -> bool:
    """Whoever sees a poll sees what was counted; where it says so, only the coordinator until it is decided."""
    return user.is_coordinator or poll.shows_standings_to != "decided" or poll.decided_at is not None


def may_hand_in(user: Account, offer: Offer) -> bool:
    """Teachers of the pilot’s schools hand in evidence for what it offers."""
    return user.is_teacher and offer.pilot.has_school(user.school_id)


def may_write_evidence(user: Account, submission: Submission) -> bool:
    """Evidence is written by the one who hands it in."""
    return submission.person_id == user.id


def may_appeal(user: Account, submission: Submission) -> bool:
    """An answer is appealed by the one who handed the evidence in."""
    return submission.person_id == user.id


def may_lead_talks(user: Account, *things: Any) -> bool:
    """Coordinators take talks with a coach on; who leads one sees who asked, and notes when it was held."""
    return user.is_coordinator


def may_score(user: Account, review: Review) -> bool:
    """A review is written by the reviewer it was offered to."""
    return review.reviewer_id == user.id


def may_review(user: Account, *things: Any) -> bool:
    """Reviewers have a queue."""
    return user.is_reviewer


def may_keep_phrase(user: Account, phrase: Phrase) -> bool:
    """Reviewers keep phrases of feedback of their own; the coordinator keeps those of everybody."""
    return phrase.owner_id == user.id or (phrase.owner_id is None and user.is_coordinator)


def may_put_phrase_back(user: Account, removal: Entry) -> bool:
    """Whoever removed a phrase may put it back."""
    return removal.actor_id == user.id


def may_run_scoring(user: Account, *things: Any) -> bool:
    """The coordinator assigns reviewers and sees where every submission is."""
    return user.is_coordinator


def may_set_scoring_rules(user: Account, *things: Any) -> bool:
    """The coordinator sets how a pilot scores, and when answers are given."""
    return user.is_coordinator


def may_release(user: Account, *things: Any) -> bool:
    """A coordinator who neither wrote nor reviews it looks at what is scored, returns a review and gives the answer."""
    return user.is_coordinator


def may_keep_anchors(user: Account, *things: Any) -> bool:
    """The coordinator asks for anchors, says what counts as right in them, and sees who agrees with them."""
    return user.is_coordinator


def may_lend_evidence(user: Account, anchor: Anchor) -> bool:
    """Whoever wrote evidence says whether others may learn from it, and takes it back."""
    return anchor.person_id == user.id


def may_see_examples(user: Account, *things: Any) -> bool:
    """Teachers, reviewers and the coordinator see evidence that was lent as an example."""
    return user.is_teacher or user.is_reviewer or user.is_coordinator


def may_understand_rubrics(user: Account, *things: Any) -> bool:
    """The coordinator sees what each rubric shows: levels, agreement, how severe each reviewer is, and feedback."""
    return user.is_coordinator


def may_see_award(user: Account, award: Award) -> bool:
    """A badge’s file belongs to the person who earned it; the coordinator keeps the list."""
    return award.person_id == user.id or user.is_coordinator


def may_keep_awards(user: Account, *things: Any) -> bool:
    """The coordinator keeps the list of badges and issues what is outstanding."""
    return user.is_coordinator


def may_revoke_award(user: Account, award: Award) -> bool:
    """The coordinator revokes a badge."""
    return user.is_coordinator


def may_run_giveaways(user: Account, *things: Any) -> bool:
    """The coordinator keeps the giveaways, their rules and their stock."""
    return user.is_coordinator


def may_keep_stores(user: Account, *things: Any) -> bool:
    """The coordinator keeps every store; principals count, fetch and note what is gone in their own school’s."""
    return user.is_coordinator or user.is_principal


def may_see_budget(user: Account, budget: Budget) -> bool:
    """The coordinator and whoever answers for a budget see what was bought from it."""
    return user.is_coordinator or budget.holder_id == user.id


def may_hand_out(user: Account, *things: Any) -> bool:
    """The coordinator and principals hand out thank-yous; principals in their own school."""
    return user.is_coordinator or user.is_principal


def may_undo_hand_out(user: Account, hand_out: HandOut) -> bool:
    """Whoever handed something out may undo it; so may the coordinator."""
    return user.is_coordinator or hand_out.given_by_id == user.id


def may_undo_batch(user: Account, batch: Batch) -> bool:
    """Whoever handed out to many at once may undo that; so may the coordinator."""
    return user.is_coordinator or batch.made_by_id == user.id


def may_answer_thank_you(user: Account, entitlement: Entitlement) -> bool:
    """Whoever is thanked may say no to it, and yes after all."""
    return entitlement.person_id == user.id


def may_acknowledge(user: Account, hand_out: HandOut) -> bool:
    """Whoever received something says so."""
    return hand_out.entitlement.person_id == user.id


def may_see_reports(user: Account, *things: Any) -> bool:
    """The coordinator sees every school’s figures, a principal those of their own school."""
    return user.is_coordinator or user.is_principal


PERMISSIONS = {name: rule for name, rule in globals().items() if name.startswith("may_")}
