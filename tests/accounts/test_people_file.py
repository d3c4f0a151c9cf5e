"""A file of people is taken whole or not at all, and each problem is named with its line."""

import pytest

from microcred.accounts import actions
from microcred.accounts.models import RoleName
from microcred.accounts.people_file import Row, read_people
from microcred.errors import Refused
from tests.cast import Cast

HEAD = "name,e-mail,school,roles\n"
WIDE = "name,e-mail,school,roles,subjects\n"


def read(cast: Cast, text: str | bytes) -> list[Row]:
    content = text if isinstance(text, bytes) else text.encode()
    return read_people(content, {"north school": cast.north}, {"amara@school.local"})


def test_people_are_read_with_school_and_roles(cast: Cast) -> None:
    rows = read(cast, HEAD + "Nadia Roy,Nadia@school.local,North school,teacher reviewer\n")
    assert rows == [
        Row(2, "Nadia Roy", "nadia@school.local", cast.north, [RoleName.TEACHER, RoleName.REVIEWER]),
    ]


def test_semicolons_and_a_byte_order_mark_are_read_too(cast: Cast) -> None:
    rows = read(cast, "\ufeffname;e-mail;school;roles\r\nZoé;zoe@school.local;;coordinator\r\n")
    assert [(row.name, row.roles) for row in rows] == [("Zoé", [RoleName.COORDINATOR])]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1 must name the columns: name, e-mail, school, roles."),
        ("name,school\n", "Line 1 must name the columns: name, e-mail, school, roles."),
        (HEAD, "The file names nobody."),
        (HEAD + ",a@b.c,,reviewer\n", "Line 2: name: from 1 to 120 characters."),
        (HEAD + "A,nowhere,,reviewer\n", "Line 2: e-mail: “nowhere” does not look like an address."),
        (
            HEAD + "A,amara@school.local,,reviewer\n",
            "Line 2: e-mail: “amara@school.local” belongs to somebody already.",
        ),
        (HEAD + "A,a@b.c,,reviewer\nB,A@b.c,,reviewer\n", "Line 3: e-mail: “a@b.c” belongs to somebody already."),
        (HEAD + "A,a@b.c,West school,teacher\n", "Line 2: school: there is no “West school”."),
        (HEAD + "A,a@b.c,,teacher\n", "Line 2: school: a teacher, principal or deputy needs one."),
        (HEAD + "A,a@b.c,,deputy\n", "Line 2: school: a teacher, principal or deputy needs one."),
        (
            WIDE + f"A,a@b.c,,reviewer,Math; {'x' * 61}\n",
            f"Line 2: subjects: “{'x' * 60}…” is longer than 60 characters.",
        ),
        (
            WIDE + f"A,a@b.c,,reviewer,{';'.join(map(str, range(13)))}\n",
            "Line 2: subjects: At most 12 subjects, please.",
        ),
        (
            "name,e-mail,school,roles,colour\n",
            "Line 1 must name the columns: name, e-mail, school, roles.",
        ),
        (HEAD + "A,a@b.c,,\n", "Line 2: roles: at least one is needed."),
        (HEAD + 'A,"a@b.c,,reviewer\n', "Line 2 cannot be read as CSV."),
        (HEAD.encode() + b"\xff\xfe,a@b.c,,reviewer\n", "Line 2 is not UTF-8 text. Save the file as “CSV UTF-8”."),
    ],
)
def test_a_problem_refuses_the_file_and_names_the_line(cast: Cast, text: str | bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(cast, text)
    assert str(refusal.value.sentence).splitlines()[0] == sentence


def test_everyone_in_the_file_is_added(cast: Cast) -> None:
    rows = read(cast, HEAD + "A,a@b.c,North school,teacher\nB,b@b.c,,reviewer\n")
    added = actions.import_people(rows, by=cast.adam)
    assert [(person.name, person.school, person.role_names) for person in added] == [
        ("A", cast.north, {RoleName.TEACHER}),
        ("B", None, {RoleName.REVIEWER}),
    ]


def test_subjects_are_read_where_the_file_has_them_and_spelled_alike(cast: Cast) -> None:
    rows = read(cast, WIDE + "A,a@b.c,North school,teacher, Math ;;Visual  arts\nB,b@b.c,North school,teacher,math\n")
    assert [row.subjects for row in rows] == [("Math", "Visual arts"), ("math",)]
    added = actions.import_people(rows, by=cast.adam)
    assert [person.subjects for person in added] == [["Math", "Visual arts"], ["Math"]]


def test_quoted_subjects_stand_in_a_file_with_semicolons(cast: Cast) -> None:
    rows = read(cast, 'name;subjects;e-mail;school;roles\nA;"Math;Art";a@b.c;;reviewer\n')
    assert rows[0].subjects == ("Math", "Art")
