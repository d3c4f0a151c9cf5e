"""One pilot in the browsers of a district, from its purpose to its reports."""

from pathlib import Path

from tests.browser import beginning as b
from tests.browser import showing as s
from tests.browser import telling as t
from tests.browser.conftest import ADMINISTRATOR, PASSWORD, at_the_keyboard
from tests.browser.house import House

DISPUTED = {0}
"""The place of the criterion on which the reviewers do not agree."""


def test_a_pilot_runs_from_its_purpose_to_its_reports(empty_house: House, tmp_path: Path) -> None:
    house = empty_house
    adam = b.administrator_signs_in(house, ADMINISTRATOR, PASSWORD)
    b.schools_are_added(adam)
    b.people_are_imported(adam)
    b.teacher_is_welcomed(house, b.welcome_link_is_made(adam, b.AMARA), b.AMARA)

    cora = house.seat(b.CORA)
    b.catalogue_is_imported(cora)
    b.pilot_is_created(cora)
    b.giveaway_is_laid_in(cora, b.CLIP, "volunteered", "2.50", 20)
    b.giveaway_is_laid_in(cora, b.MUG, "voted", "8,50", 20)
    b.giveaway_is_laid_in(cora, b.TOTE, "earned", "12", 5)

    b.teacher_volunteers(house, b.AMARA)
    b.principal_approves(house, "Pia Lindqvist", b.AMARA)
    b.answer_is_taken_back(house, "Pia Lindqvist", b.AMARA)
    b.principal_approves(house, "Pia Lindqvist", b.AMARA)
    b.teacher_volunteers_in_french(house, b.BRUNO)
    b.principal_approves(house, "Pia Lindqvist", b.BRUNO)
    b.teacher_volunteers(house, b.CHLOE)
    b.principal_approves(house, "Pavel Novak", b.CHLOE)
    b.place_is_shown(house, b.AMARA, "Waiting for your principal’s answer")
    b.minutes_pass(house)
    assert at_the_keyboard(tmp_path, "run-jobs") == ""
    b.place_is_shown(house, b.AMARA, "You have joined")
    b.place_is_shown(house, b.CHLOE, "Waiting for a place: number 1 on the waiting list")

    b.poll_is_opened(cora)
    b.teacher_votes(house, b.AMARA, b.WAITING)
    b.teacher_votes_in_french_on_a_phone(house, b.BRUNO, b.WAITING)
    b.teacher_votes(house, b.CHLOE, b.TICKETS)
    b.poll_is_decided(cora)
    b.voter_reads_the_decision(house, b.CHLOE)

    draft = s.teacher_starts(house, b.AMARA, b.WAITING)
    s.text_is_written(draft, "Overview", "Grade 7, science, five lessons.")
    s.text_is_written(draft, "Artefacts", "The chart that counts to three.")
    s.text_is_written(draft, "Reflection", "Silence is work. I stopped answering my own questions.")
    s.photo_is_attached(draft)
    s.evidence_is_handed_in(draft)

    first, second = s.asked_reviewers(house)
    s.reviewer_scores_by_keyboard(s.review_is_accepted(house, first))
    s.reviewer_scores(s.review_is_accepted(house, second), DISPUTED)
    s.author_reads(house, b.AMARA, "A third one looks at those.")
    (third,) = s.asked_reviewers(house)
    s.reviewer_scores(s.review_is_accepted(house, third), DISPUTED)
    answer = s.author_reads(house, b.AMARA, "not yet", "3 of 4 required criteria met", s.FEEDBACK)
    s.evidence_is_improved(answer)
    assert s.asked_reviewers_score(house) == 2
    s.author_reads(house, b.AMARA, "You have shown the skill: it is earned.")

    picture, text = s.badge_is_taken_along(house, b.AMARA, b.WAITING)
    s.badge_is_verified(house, picture, b.WAITING)
    s.changed_badge_is_rejected(house, text)

    t.thank_you_is_handed_out(house, b.CORA, b.AMARA, b.TOTE)
    t.hand_outs_are_logged(cora, b.AMARA, b.TOTE)
    t.announcement_is_made(cora, "The first badge is out")
    t.win_is_shared(house, b.AMARA, "Liam answered for the first time this year.", "The first badge is out")
    t.win_is_replied_to(house, b.CHLOE, "Liam answered", "How long did you wait?")
    t.reports_tell(cora, b.NORTH, b.SOUTH)
    assert at_the_keyboard(tmp_path, "check") == "everything holds\n"
