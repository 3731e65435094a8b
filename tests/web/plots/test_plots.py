"""Every plot is an SVG that our pages' policy lets live, that tells what it shows, and that needs nothing else."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from grader.web.plots import Part, When, columns, course_of_time, fifths, render, shares
from grader.web.plots.theme import WIDTH

if TYPE_CHECKING:
    from markupsafe import Markup

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"></text><script>alert(1)</script>&\u202e'
NAMES = ("lowest", "2nd", "middle", "4th", "best")


def days(number: int) -> tuple[When, ...]:
    return tuple(When(date(2026, 5, 1) + timedelta(days=n), 0.2, 0.5, 0.75, f"day {n}") for n in range(number))


PLOTS = {
    "columns": columns((("0", 3), ("1", 0), ("2", 7)), label="Scores", x="Points", y="Students"),
    "many columns": columns(tuple((f"{n}0–{n}9", n) for n in range(10)), label="Scores", x="Points", y="Students"),
    "columns of nobody": columns((("0", 0),), label="Scores", x="Points", y="Students"),
    "shares": shares((Part("Mixes no space", 0.5, "50 %"), Part("✓ b", 0.0, "0 %", is_good=True)), label="Scores"),
    "fifths": fifths((0.1, 0.2, None, 0.7, 1.0), names=NAMES, label="Scores", x="Fifth", y="Share"),
    "empty fifths": fifths((None,) * 5, names=NAMES, label="Scores", x="Fifth", y="Share"),
    "a day": course_of_time(days(1), label="Scores", y="Share"),
    "a term": course_of_time(days(120), label="Scores", y="Share"),
}
ALL = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS.keys())


def texts(plot: Markup) -> list[str]:
    return [each.text or "" for each in ET.fromstring(plot).iter(f"{SVG}text")]  # noqa: S314 - our own


def labels(plot: Markup, role: str) -> list[str]:
    marks = ET.fromstring(plot).iter()  # noqa: S314 - our own
    return [mark.get("aria-label", "") for mark in marks if mark.get("aria-roledescription") == role]


@ALL
def test_a_plot_is_a_picture_with_a_name(plot: Markup) -> None:
    root = ET.fromstring(plot)  # noqa: S314 - our own
    assert (root.tag, root.get("role"), root.get("aria-label")) == (f"{SVG}svg", "img", "Scores")


@ALL
def test_nothing_in_a_plot_needs_a_policys_leave(plot: Markup) -> None:
    names = {name for each in ET.fromstring(plot).iter() for name in each.attrib}  # noqa: S314 - our own
    assert not {name for name in names if name in {"style", "href", "id", "src"} or name.startswith("on")}
    assert not re.search(r"<(style|script|image|use|a|foreignObject)\b|url\(", plot)


@ALL
def test_colours_are_the_pages_own(plot: Markup) -> None:
    painted = set(re.findall(r'(?:fill|stroke)="([^"]*)"', plot)) - {"none", "transparent"}
    assert {paint for paint in painted if not re.fullmatch(r"var\(--[a-z]+\)", paint)} == set()


@ALL
def test_a_plot_is_as_wide_as_a_phone_and_its_letters_are_readable_there(plot: Markup) -> None:
    root = ET.fromstring(plot)  # noqa: S314 - our own
    assert abs(int(root.get("width", "0")) - WIDTH) <= 12  # labels at the ends may stand out a little
    assert {float(size) for size in re.findall(r'font-size="([\d.]+)px"', plot)} <= {13.0}


def test_each_mark_says_its_number() -> None:
    assert labels(PLOTS["columns"], "bar") == ["0: 3", "1: 0", "2: 7"]
    assert labels(PLOTS["shares"], "bar") == ["Mixes no space: 50 %", "✓ b: 0 %"]
    assert labels(PLOTS["fifths"], "point") == ["lowest: 10 %", "2nd: 20 %", "4th: 70 %", "best: 100 %"]
    assert labels(PLOTS["a day"], "point") == ["day 0"]


def test_there_are_no_half_students() -> None:
    for most in (0, 1, 2, 3, 299):
        plot = columns((("a", most),), label="x", x="y", y="z")
        assert not [text for text in texts(plot) if "." in text]
        assert max(Counter(texts(plot)).values()) == 1


def test_a_right_choice_has_its_own_colour() -> None:
    assert "var(--good)" in PLOTS["shares"]
    assert "var(--good)" not in PLOTS["columns"]


def test_a_term_names_few_days() -> None:
    assert [text for text in texts(PLOTS["a term"]) if "May" in text or "Jul" in text] == ["1 May", "25 May", "12 Jul"]


@pytest.mark.parametrize(
    "plot",
    [
        columns(((HOSTILE, 1),), label=HOSTILE, x=HOSTILE, y=HOSTILE),
        shares((Part(HOSTILE, 1.0, HOSTILE),), label=HOSTILE),
        fifths((0.5,), names=(HOSTILE,), label=HOSTILE, x=HOSTILE, y=HOSTILE),
        course_of_time((When(date(2026, 5, 1), 0, 0, 0, HOSTILE),), label=HOSTILE, y=HOSTILE),
    ],
)
def test_hostile_texts_stay_texts(plot: Markup) -> None:
    root = ET.fromstring(plot)  # noqa: S314 - our own
    assert root.get("aria-label") == HOSTILE
    assert not re.search("<script", plot)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {"svg", "g", "path", "line", "text", "rect"}


def test_a_plot_is_drawn_once() -> None:
    again = columns((("0", 3), ("1", 0), ("2", 7)), label="Scores", x="Points", y="Students")
    assert again is PLOTS["columns"]


def test_sixteen_threads_draw_what_one_draws() -> None:
    def draw(n: int) -> Markup:
        columns.cache_clear()
        return columns((("a", n), ("b", 3)), label="x", x="y", y="z")

    alone = [draw(n) for n in range(16)]
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(draw, range(16))) == alone


def test_nothing_is_fetched() -> None:
    with pytest.raises(ValueError, match="External data url not allowed"):
        render.rendered({"data": {"url": "http://127.0.0.1:9/x.json"}, "mark": "bar"})
