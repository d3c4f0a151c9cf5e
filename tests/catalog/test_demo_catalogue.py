"""The content of the demo pilot holds together: counts, references, limits and levels."""

import json
import re
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "microcred" / "demo"
STATIC = ROOT / "static"

DESIGNS = {"hexagon-book", "shield-hands", "circle-compass"}
PARTS = [("overview", "Overview", False), ("artefacts", "Artefacts", True), ("reflection", "Reflection", False)]
LEVELS = [("emerging", 0), ("developing", 1), ("proficient", 2), ("exemplary", 3)]
SLUG = re.compile(r"[a-z]+(-[a-z]+)*")
EMAIL = re.compile(r"[a-z.-]+@lakeshore\.example")


def content(name: str) -> Any:
    return json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8"))


CATALOGUE, PEOPLE, VOICES, GIVEAWAYS = (content(name) for name in ("catalogue", "people", "voices", "giveaways"))
COURSES = {course["code"]: course for course in CATALOGUE["micro_credentials"]}
EVERYONE = PEOPLE["people"]


def criteria() -> Iterator[tuple[str, dict[str, Any]]]:
    for code, course in COURSES.items():
        for criterion in course["rubric"]["criteria"]:
            yield code, criterion


def words(text: str) -> int:
    return len(text.split())


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?…][\")*]*(?=\s+[\"*A-ZÀ-Ý]|$)", text))


def test_files_are_written_in_one_way() -> None:
    for path in sorted(DEMO.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n", path.name


def test_no_text_is_empty_or_badly_spaced() -> None:
    for text in strings([CATALOGUE, PEOPLE, VOICES, GIVEAWAYS]):
        assert text == (" ".join(text.split()) or "some text"), text


def test_the_catalogue_has_fourteen_courses_in_three_stacks() -> None:
    assert set(CATALOGUE) == {"format", "stacks", "micro_credentials"}
    assert CATALOGUE["format"] == "microcred-catalogue-1"
    assert {stack["design"] for stack in CATALOGUE["stacks"]} == DESIGNS
    assert all(set(stack) == {"code", "title", "description", "design"} for stack in CATALOGUE["stacks"])
    assert len(COURSES) == len(CATALOGUE["micro_credentials"]) == 14
    sizes = Counter(course["stack"] for course in COURSES.values())
    assert sizes == {"assessment-for-learning": 5, "inclusive-classrooms": 5, "talk-and-thinking": 4}
    assert set(sizes) == {stack["code"] for stack in CATALOGUE["stacks"]}


def test_every_course_has_the_same_fields() -> None:
    expected = "code stack requires title skill why effort_hours reviewer_hours subjects alignment evidence rubric"
    for course in COURSES.values():
        assert " ".join(course) == expected
        assert SLUG.fullmatch(course["code"])
        assert sentences(course["skill"]) == 1
        assert 2 <= sentences(course["why"]) <= 3, course["code"]
        assert 6 <= course["effort_hours"] <= 15
        assert course["reviewer_hours"] == 1
        assert course["subjects"]
        assert len(set(course["subjects"])) == len(course["subjects"])
        assert course["alignment"]
        assert all(set(one) == {"framework", "code", "name"} for one in course["alignment"])


def test_two_courses_require_an_earlier_one_of_their_stack() -> None:
    required = {code: course["requires"] for code, course in COURSES.items() if course["requires"]}
    assert required == {"peer-assessment": "success-criteria", "class-discussion": "wait-time"}
    assert all(COURSES[code]["stack"] == COURSES[earlier]["stack"] for code, earlier in required.items())


def test_evidence_comes_in_three_parts_with_limits() -> None:
    for code, course in COURSES.items():
        assert [(part["code"], part["name"], part["files"]) for part in course["evidence"]] == PARTS, code
        assert all(set(part) == {"code", "name", "prompt", "word_limit", "files"} for part in course["evidence"])
        assert all(100 <= part["word_limit"] <= 400 and words(part["prompt"]) >= 20 for part in course["evidence"])


def test_levels_run_from_worst_to_best() -> None:
    for code, criterion in criteria():
        levels = [(level["code"], level["points"]) for level in criterion["levels"]]
        assert levels in (LEVELS[:3], LEVELS), (code, criterion["code"])
        assert [level["name"].lower() for level in criterion["levels"]] == [level for level, _points in levels]
        assert all(set(level) == {"code", "name", "points", "descriptor"} for level in criterion["levels"])


def test_the_required_level_is_one_of_the_criterion() -> None:
    for code, criterion in criteria():
        assert set(criterion) == {"code", "name", "is_required", "required_level", "levels"}
        named = [level["code"] for level in criterion["levels"]]
        assert named.count(criterion["required_level"]) == 1, (code, criterion["code"])


def test_rubrics_have_three_to_five_criteria_and_some_are_optional() -> None:
    for course in COURSES.values():
        named = course["rubric"]["criteria"]
        assert 3 <= len(named) <= 5
        assert "".join(criterion["code"] for criterion in named) == "abcde"[: len(named)]
        assert len({len(criterion["levels"]) for criterion in named}) == 1
    optional = {(code, criterion["code"]) for code, criterion in criteria() if not criterion["is_required"]}
    assert optional == {("success-criteria", "e"), ("home-languages", "e"), ("class-discussion", "e")}


def test_no_descriptor_or_prompt_is_used_twice() -> None:
    texts = [level["descriptor"] for _code, criterion in criteria() for level in criterion["levels"]]
    texts += [part["prompt"] for course in COURSES.values() for part in course["evidence"]]
    assert [text for text, times in Counter(texts).items() if times > 1] == []
    assert all(words(text) >= 5 for text in texts)


def test_the_cast_is_the_size_of_the_district() -> None:
    assert len(PEOPLE["schools"]) == len(set(PEOPLE["schools"])) == 3
    roles = Counter(role for person in EVERYONE for role in person["roles"])
    assert roles == {"teacher": 40, "reviewer": 6, "principal": 3, "coordinator": 1, "administrator": 1}
    assert len(EVERYONE) == 51
    for role, sizes in {"teacher": [17, 13, 10], "principal": [1, 1, 1]}.items():
        schools = Counter(person["school"] for person in EVERYONE if person["roles"] == [role])
        assert [schools[school] for school in PEOPLE["schools"]] == sizes


def test_only_teachers_and_principals_belong_to_a_school() -> None:
    placed = {(role, person["school"] is not None) for person in EVERYONE for role in person["roles"]}
    in_school, of_the_district = ({"teacher", "principal"}, {"reviewer", "coordinator", "administrator"})
    assert placed == {(role, True) for role in in_school} | {(role, False) for role in of_the_district}


def test_people_can_be_told_apart_and_a_quarter_read_french() -> None:
    assert all(set(person) == {"name", "email", "school", "roles", "language"} for person in EVERYONE)
    assert len({person["email"] for person in EVERYONE}) == len({person["name"] for person in EVERYONE}) == 51
    assert all(EMAIL.fullmatch(person["email"]) for person in EVERYONE)
    assert Counter(person["language"] for person in EVERYONE) == {"en": 37, "fr": 14}
    assert (EVERYONE[0]["name"], EVERYONE[0]["school"]) == ("Amara Okafor", PEOPLE["schools"][0])


def test_the_voices_are_all_there() -> None:
    expected = (
        "whys decline_reasons evidence feedback posts announcements purpose success poll_question decision_reason "
        "promise"
    )
    assert " ".join(VOICES) == expected
    counted = {
        name: len(VOICES[name]) for name in ("whys", "decline_reasons", "posts", "announcements", "poll_question")
    }
    assert counted == {"whys": 25, "decline_reasons": 3, "posts": 10, "announcements": 4, "poll_question": 5}
    assert len(set(VOICES["whys"])) == 25
    assert all(1 <= sentences(why) <= 2 for why in VOICES["whys"])
    assert Counter(post["kind"] for post in VOICES["posts"]) == {"challenge": 5, "win": 5}
    assert all(set(post) == {"kind", "text", "replies"} and post["replies"] for post in VOICES["posts"])
    assert all(set(told) == {"title", "text"} for told in VOICES["announcements"])


def test_five_courses_of_all_stacks_are_offered_and_none_lacks_its_prerequisite() -> None:
    offered = [COURSES[code] for code in VOICES["evidence"]]
    assert len(offered) == 5
    assert {course["stack"] for course in offered} == {stack["code"] for stack in CATALOGUE["stacks"]}
    assert all(course["requires"] in {None, *VOICES["evidence"]} for course in offered)


def test_evidence_keeps_to_the_word_limits() -> None:
    for code, submissions in VOICES["evidence"].items():
        limits = {part["code"]: part["word_limit"] for part in COURSES[code]["evidence"]}
        assert len(submissions) == 2
        for submission in submissions:
            assert list(submission) == list(limits)
            for part, text in submission.items():
                assert 80 <= words(text) <= min(200, limits[part]), (code, part)


def test_evidence_names_no_one() -> None:
    names = {name for person in EVERYONE for name in person["name"].split() if len(name) > 3}
    for text in strings(VOICES["evidence"]):
        assert names & set(re.findall(r"\w+", text)) == set()
        assert [school for school in PEOPLE["schools"] if school in text] == []


def test_feedback_answers_every_level_of_the_offered_courses() -> None:
    assert list(VOICES["feedback"]) == list(VOICES["evidence"])
    for code, feedback in VOICES["feedback"].items():
        rubric = COURSES[code]["rubric"]["criteria"]
        levels = {criterion["code"]: [level["code"] for level in criterion["levels"]] for criterion in rubric}
        assert {criterion: list(answers) for criterion, answers in feedback.items()} == levels
        assert all(len(phrases) == 2 for answers in feedback.values() for phrases in answers.values())
    phrases = list(strings(VOICES["feedback"]))
    assert len(set(phrases)) == len(phrases)
    assert [phrase for phrase in phrases if not 1 <= sentences(phrase) <= 2] == []


def test_giveaways_have_one_rule_each_and_stay_within_fifty_dollars() -> None:
    fields = "code name name_fr description value_cents supplier supplier_url picture rule stock"
    assert all(" ".join(giveaway) == fields for giveaway in GIVEAWAYS)
    codes = [giveaway["code"] for giveaway in GIVEAWAYS]
    assert codes == ["note-clip", "chalk-mug", "travel-tumbler", "pocket-tote", "press-mug"]
    assert sorted(giveaway["rule"] for giveaway in GIVEAWAYS) == [
        "earned",
        "handed_in",
        "joined",
        "volunteered",
        "voted",
    ]
    assert all(giveaway["supplier_url"].startswith("https://example.org/") for giveaway in GIVEAWAYS)
    assert sum(giveaway["value_cents"] for giveaway in GIVEAWAYS) <= 5000
    assert GIVEAWAYS[1]["stock"] == 20


def test_every_drawing_has_a_title_and_runs_under_a_strict_policy() -> None:
    drawings = [STATIC / giveaway["picture"] for giveaway in GIVEAWAYS]
    drawings += [STATIC / "empty" / f"{name}.svg" for name in ("nothing-to-do", "no-posts", "no-results")]
    for path in [*drawings, STATIC / "icon.svg"]:
        elements = list(ElementTree.fromstring(path.read_text(encoding="utf-8")).iter())
        assert elements[1].tag == "{http://www.w3.org/2000/svg}title", path.name
        assert elements[1].text, path.name
        assert [one.tag for one in elements if one.tag.endswith(("}style", "}script", "}image"))] == []
        assert [name for one in elements for name in one.attrib if name == "style" or name.startswith("on")] == []


def test_the_icon_is_rendered_in_the_size_its_name_says() -> None:
    picture = (STATIC / "icon-192.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (192, 192)
