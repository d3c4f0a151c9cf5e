"""A badge is drawn as sound SVG that a strict page may show, its title on it, and as a picture of the right size."""

import io
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from microcred.badges.designs import DESIGNS
from microcred.badges.drawing import PLATE, badge_png, badge_svg
from microcred.badges.lettering import ROOM, SMALLEST, width

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Supporting Multilingual Learners through Translanguaging and Collaborative Inquiry in the Science Classroom"


def lines(svg: str) -> list[str]:
    return [line.text or "" for line in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def size(svg: str) -> int:
    return int(next(ElementTree.fromstring(svg).iter(f"{SVG}text")).attrib["font-size"])


def test_every_design_is_another_picture() -> None:
    pictures = {badge_png(badge_svg(design, "Wait Time"), 60) for design in DESIGNS}
    assert len(pictures) == len(DESIGNS) == 8


@pytest.mark.parametrize("design", DESIGNS)
def test_a_drawing_needs_nothing_that_a_strict_page_forbids(design: str) -> None:
    root = ElementTree.fromstring(badge_svg(design, LONG, stack="Language", step=1, steps=3))
    allowed = {
        "svg",
        "title",
        "defs",
        "linearGradient",
        "stop",
        "clipPath",
        "path",
        "g",
        "rect",
        "circle",
        "text",
        "tspan",
    }
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= allowed
    names = {name for each in root.iter() for name in each.attrib}
    assert {name for name in names if name == "style" or name.startswith("on") or "href" in name} == set()
    addresses = re.findall(r"url\(([^)]*)\)", badge_svg(design, LONG))
    assert {address[0] for address in addresses} == {"#"}


def test_the_title_is_told_to_those_who_do_not_see_it() -> None:
    root = ElementTree.fromstring(badge_svg("leaf-sprout", "Wait Time", stack="Questioning", prefix="award-7"))
    title = root.find(f"{SVG}title")
    assert title is not None
    assert (root.attrib["role"], root.attrib["aria-labelledby"]) == ("img", "award-7-title")
    assert (title.attrib["id"], title.text) == ("award-7-title", "Wait Time (Questioning)")


def test_two_badges_on_one_page_share_no_id() -> None:
    first, second = (set(re.findall(r'id="([^"]*)"', badge_svg("circle-compass", "A", prefix=each))) for each in "ab")
    assert (first & second, len(first)) == (set(), 4)
    references = re.findall(r"url\(#([^)]*)\)", badge_svg("circle-compass", "A", prefix="a"))
    assert set(references) <= first


@pytest.mark.parametrize("prefix", ["", "1", 'x"', "a b", "é"])
def test_a_prefix_that_could_break_out_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        badge_svg("circle-compass", "A", prefix=prefix)


@settings(max_examples=100, deadline=None)
@given(some.text(max_size=200), some.text(max_size=40))
def test_any_title_gives_sound_xml_in_three_lines_that_have_room(title: str, stack: str) -> None:
    svg = badge_svg("hexagon-book", title, stack=stack)
    drawn = lines(svg)
    assert len(drawn) <= 3
    assert all(width(line, size(svg)) <= ROOM for line in drawn)
    assert len(drawn) * size(svg) <= PLATE["height"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Wait Time", ["Wait Time"]),
        ("Formative Feedback that Moves Learning", ["Formative Feedback", "that Moves Learning"]),
        ("Reading a Class’s Data", ["Reading a", "Class’s Data"]),
        ('<b> & "quotes"', ['<b> & "quotes"']),
        ("", [""]),
        ("Donaudampfschifffahrtsgesellschaft" * 4, 1),
        (LONG, 3),
        (LONG * 5, 3),
    ],
)
def test_a_title_is_wrapped(title: str, expected: list[str] | int) -> None:
    drawn = lines(badge_svg("hexagon-book", title))
    assert (len(drawn) if isinstance(expected, int) else drawn) == expected


def test_a_long_title_is_shrunk_and_only_the_longest_is_cut() -> None:
    short, long, longest = (badge_svg("hexagon-book", title) for title in ("Wait Time", LONG, LONG * 5))
    assert size(short) > size(long) >= size(longest) == SMALLEST
    assert " ".join(lines(long)) == LONG
    assert lines(longest)[-1][-1] == "…"


def test_studs_show_the_place_in_the_stack() -> None:
    def studs(step: int, steps: int) -> list[str]:
        root = ElementTree.fromstring(badge_svg("hexagon-book", "A", step=step, steps=steps))
        return [each.attrib["fill"] for each in root.iter(f"{SVG}circle")]

    assert [studs(2, 3), studs(0, 0), len(studs(1, 40))] == [["#23593f", "#23593f", "#faf6ec"], [], 12]


@pytest.mark.parametrize("pixels", [64, 600])
def test_a_picture_has_the_size_asked_for_and_a_transparent_ground(pixels: int) -> None:
    image = Image.open(io.BytesIO(badge_png(badge_svg("shield-hands", "Wait Time"), pixels)))
    assert (image.format, image.size, image.mode) == ("PNG", (pixels, pixels), "RGBA")
    corner, middle = image.getpixel((0, 0)), image.getpixel((pixels // 2, pixels // 4))
    assert isinstance(corner, tuple)
    assert isinstance(middle, tuple)
    assert (corner[3], middle[3]) == (0, 255)


def test_a_title_cannot_speak_to_the_typesetter() -> None:
    plain = badge_png(badge_svg("hexagon-book", "A"), 60)
    assert badge_png(badge_svg("hexagon-book", '#panic("x") \\" $'), 60) != plain
