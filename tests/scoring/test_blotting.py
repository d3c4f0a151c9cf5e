"""No name is left in what is shown of feedback, and no ordinary word is lost."""

import pytest

from microcred.scoring.blotting import blotted, name_words

NAMES = name_words(["Amara Okafor", "Rose O’Neill", "Jean-Luc de la Croix", "Chloé Nguyen", "J. Li"])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Amara waits well.", "[…] waits well."),
        ("Amara Okafor’s plan, and AMARA’S too", "[…]’s plan, and […]’S too"),
        ("as amara okafor wrote", "as […] wrote"),
        ("amara alone is a word like another", "amara alone is a word like another"),
        ("The rose on the board; ask Rose.", "The rose on the board; ask […]."),
        ("Jean-Luc Croix and O’Neill", "[…] and O’[…]"),
        ("Chloe, Chloé and Chloe\u0301", "[…], […] and […]"),
        ("La question de la leçon est bonne.", "La question de la leçon est bonne."),
        ("Amaranth is not Amara", "Amaranth is not […]"),
        ("Write to amara@school.local!", "Write to […]"),
        ("Ask Li. J goes on.", "Ask […]. J goes on."),
        ("Nothing here.", "Nothing here."),
    ],
)
def test_names_are_blotted_out_and_words_are_not(written: str, shown: str) -> None:
    assert blotted(written, NAMES) == shown


def test_code_names_and_schools_are_blotted_out_whole_in_any_case() -> None:
    text = "In Maple-4 (not Maple-41) at NORTH SCHOOL"
    assert blotted(text, set(), ["Maple-4", "North school", ""]) == "In […] (not Maple-41) at […]"


def test_initials_and_particles_are_no_names() -> None:
    assert name_words(["J. van de Berg"]) == {"berg"}
