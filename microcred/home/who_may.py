"""Who may do what, for people: the sentences of permissions.py by topic, marked so that they are translated.

The sentences are written twice, because the translators' tool finds only literals; a test keeps both the same.
"""

from flask_babel import lazy_gettext as _l

TOPICS = {
    _l("Signing in, people and schools"): {
        "may_be_here": _l("Everyone who has signed in."),
        "may_manage_people": _l("The administrator keeps people, schools and roles."),
        "may_name_deputy": _l("Principals name deputies for their own school."),
        "may_keep_holidays": _l("The coordinator and the administrator keep the calendar of days off."),
    },
    _l("The pilot and its catalogue"): {
        "may_run_pilots": _l("The coordinator runs the pilots."),
        "may_edit_catalog": _l("The coordinator keeps the catalogue of micro-credentials, stacks and rubrics."),
    },
    _l("Volunteers"): {
        "may_volunteer": _l("Teachers of the pilot’s schools volunteer."),
        "may_answer_volunteer": _l(
            "Principals and their deputies answer for their own school; the coordinator may answer in their place."
        ),
        "may_answer_volunteers": _l("Principals and their deputies see and answer their own school’s volunteers."),
        "may_answer_offer": _l("A volunteer accepts an offered place, says no to it, or withdraws."),
        "may_see_volunteers": _l("The coordinator sees the volunteers of every school, and notes who has taken part."),
    },
    _l("Polls"): {
        "may_vote": _l("The teachers whom a poll asks vote in it."),
        "may_send_ballot": _l("Teachers send ballots; a poll tells those whom it does not ask."),
        "may_see_standings": _l(
            "Whoever sees a poll sees what was counted; where it says so, only the coordinator until it is decided."
        ),
        "may_ask_for_invitations": _l("Teachers say to which options of a poll they want to be invited first."),
        "may_run_polls": _l("The coordinator makes, opens, closes and decides polls."),
    },
    _l("Evidence and scores"): {
        "may_hand_in": _l("Teachers of the pilot’s schools hand in evidence for what it offers."),
        "may_write_evidence": _l("Evidence is written by the one who hands it in."),
        "may_appeal": _l("An answer is appealed by the one who handed the evidence in."),
        "may_lead_talks": _l(
            "Coordinators take talks with a coach on; who leads one sees who asked, and notes when it was held."
        ),
        "may_review": _l("Reviewers have a queue."),
        "may_score": _l("A review is written by the reviewer it was offered to."),
        "may_keep_phrase": _l(
            "Reviewers keep phrases of feedback of their own; the coordinator keeps those of everybody."
        ),
        "may_put_phrase_back": _l("Whoever removed a phrase may put it back."),
        "may_run_scoring": _l("The coordinator assigns reviewers and sees where every submission is."),
        "may_set_scoring_rules": _l("The coordinator sets how a pilot scores, and when answers are given."),
        "may_release": _l(
            "A coordinator who neither wrote nor reviews it looks at what is scored, returns a review and gives the"
            " answer."
        ),
        "may_keep_anchors": _l(
            "The coordinator asks for anchors, says what counts as right in them, and sees who agrees with them."
        ),
        "may_lend_evidence": _l("Whoever wrote evidence says whether others may learn from it, and takes it back."),
        "may_see_examples": _l("Teachers, reviewers and the coordinator see evidence that was lent as an example."),
        "may_understand_rubrics": _l(
            "The coordinator sees what each rubric shows: levels, agreement, how severe each reviewer is, and feedback."
        ),
    },
    _l("Badges"): {
        "may_see_award": _l("A badge’s file belongs to the person who earned it; the coordinator keeps the list."),
        "may_keep_awards": _l("The coordinator keeps the list of badges and issues what is outstanding."),
        "may_revoke_award": _l("The coordinator revokes a badge."),
    },
    _l("Talk"): {
        "may_announce": _l("The coordinator speaks to the whole pilot."),
        "may_read_posts": _l("The pilot’s schools and the coordinator read challenges and wins; no reviewer does."),
        "may_post": _l("Teachers of the pilot’s schools share challenges and wins; the coordinator may join in."),
        "may_reply": _l("Whoever may share challenges and wins may reply to them."),
        "may_take_back": _l("Whoever wrote a post may take it back."),
    },
    _l("Thank-yous and reports"): {
        "may_run_giveaways": _l("The coordinator keeps the giveaways, their rules and their stock."),
        "may_keep_stores": _l(
            "The coordinator keeps every store; principals count, fetch and note what is gone in their own school’s."
        ),
        "may_see_budget": _l("The coordinator and whoever answers for a budget see what was bought from it."),
        "may_hand_out": _l("The coordinator and principals hand out thank-yous; principals in their own school."),
        "may_undo_hand_out": _l("Whoever handed something out may undo it; so may the coordinator."),
        "may_undo_batch": _l("Whoever handed out to many at once may undo that; so may the coordinator."),
        "may_answer_thank_you": _l("Whoever is thanked may say no to it, and yes after all."),
        "may_acknowledge": _l("Whoever received something says so."),
        "may_see_reports": _l("The coordinator sees every school’s figures, a principal those of their own school."),
    },
}
"""Each permission by its name, under the topic that it belongs to."""


def who_may() -> list[tuple[str, list[str]]]:
    """Topics with what the rules say, in the reader's language."""
    return [(str(topic), [str(sentence) for sentence in rules.values()]) for topic, rules in TOPICS.items()]
