"""The map of an error is a picture for who sees and a sentence for who doesn't, whatever is in the grid."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.web import heat

SVG = "{http://www.w3.org/2000/svg}"
AXES = [{"axis": 2, "covers": 5}, {"axis": 3, "covers": 4}]
CSS = Path(heat.__file__).with_name("static") / "heat.css"


def parsed(grid: object, **how: Any) -> ET.Element:  # noqa: ANN401 - passed on
    return ET.fromstring(heat.svg(grid, **how))  # noqa: S314 - our own words


def classes(grid: object) -> list[str]:
    return [rect.attrib["class"] for rect in parsed(grid).findall(f"{SVG}rect")]


def described(grid: object) -> str:
    return parsed(grid).findtext(f"{SVG}desc") or ""


def test_it_is_an_image_that_is_told_in_words() -> None:
    cells = [[0.0] * 6 for _ in range(5)]
    cells[2][4], cells[0][0], cells[4][5], cells[1][1] = 12.0, 1.01, 3.5, 11.9
    picture = parsed({"cells": cells, "axes": AXES})
    assert picture.attrib["role"] == "img"
    assert picture[0].tag == f"{SVG}title"  # its first child, or nobody reads it
    assert picture[0].text == "Where the errors are"
    assert picture.findtext(f"{SVG}desc") == (
        "Largest error at row 3, column 5: 12 times what is allowed; 4 of 30 cells are wrong. "
        "Rows: axis 2, 5 a cell. Columns: axis 3, 4 a cell."
    )


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (1.01, "1.01 times what is allowed; 1 of 1 cells is wrong."),
        (999.0, "999 times what is allowed;"),
        (12_300.0, "12,300 times what is allowed;"),
        (1.23e300, "more than a million times what is allowed;"),
        (None, "beyond any multiple of what is allowed;"),
        (0.5, "0.5 times what is allowed; 0 of 1 cells are wrong."),
    ],
)
def test_the_largest_error_is_said_in_readable_numbers(times: float | None, said: str) -> None:
    assert said in described({"cells": [[times]]})


@pytest.mark.parametrize(
    ("times", "number"),
    [
        (0.0, 0), (1.0, 0), (1, 0), (1.01, 1), (10.0, 1), (10.1, 2), (100.0, 2), (101.0, 3), (1000.0, 3), (1010.0, 4),
        (1e300, 4), (None, 5), (math.inf, 5), (math.nan, 5), ("inf", 5), (True, 5), (10**400, 5), (-(10**400), 5),
    ],
)  # fmt: skip
def test_a_cells_class_says_how_wrong_it_is(times: object, number: int) -> None:
    assert classes({"cells": [[times]]}) == [f"heat-{number}"]


def test_what_no_number_says_is_crossed_out_besides() -> None:
    assert len(parsed({"cells": [[1.0, None, 2000.0, None]]}).findall(f"{SVG}path")) == 2


def test_cells_stand_where_rows_and_columns_are() -> None:
    rects = parsed({"cells": [[0.0, 5.0], [50.0, 500.0], [0.0, None]]}).findall(f"{SVG}rect")
    places = {(int(r.attrib["y"]) // heat.SIDE, int(r.attrib["x"]) // heat.SIDE): r.attrib["class"] for r in rects}
    assert places == {
        (0, 0): "heat-0", (0, 1): "heat-1", (1, 0): "heat-2", (1, 1): "heat-3", (2, 0): "heat-0", (2, 1): "heat-5",
    }  # fmt: skip


def test_an_axis_that_the_answer_has_not_is_not_named() -> None:
    axes = [{"axis": None, "covers": 1}, {"axis": 0, "covers": 3}]
    assert described({"cells": [[2.0]], "axes": axes}).endswith(" 1 of 1 cells is wrong. Columns: axis 0, 3 a cell.")


def test_ids_are_there_only_with_a_prefix_and_named_by_it() -> None:
    assert "id=" not in heat.svg({"cells": [[2.0]]})
    picture = parsed({"cells": [[2.0]]}, prefix="check-3")
    assert [part.attrib.get("id") for part in picture[:2]] == ["check-3-title", "check-3-desc"]
    assert picture.attrib["aria-labelledby"] == "check-3-title"
    assert picture.attrib["aria-describedby"] == "check-3-desc"


def test_its_words_can_be_translated() -> None:
    picture = parsed({"cells": [[2.0]]}, gettext=lambda text: text.replace("error at row", "Fehler in Zeile"))
    assert (picture.findtext(f"{SVG}desc") or "").startswith("Largest Fehler in Zeile 1")


HOSTILE = [
    "</svg><script>alert(1)</script>", '" onload="alert(1)', "%(times)s", "{names}", "javascript:alert(1)", "&lt;",
    "]]>",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_inert(text: str) -> None:
    grids: list[Any] = [
        {"cells": [[text, 2.0]], "axes": AXES},
        {"cells": [[2.0]], "axes": [{"axis": text, "covers": text}, text]},
        {"cells": [[2.0]], "axes": text},
        {"cells": [[2.0]], text: text},
    ]
    for grid in grids:
        drawn = heat.svg(grid)
        assert text not in drawn
        assert Counter(part.tag for part in parsed(grid).iter()).keys() <= {
            f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "path")
        }
    quoted = parsed({"cells": [[2.0]]}, prefix=text, gettext=lambda _: text.replace("%", ""))
    assert quoted.attrib["aria-labelledby"] == f"{text}-title"
    assert set(quoted.attrib) == {"class", "role", "aria-labelledby", "aria-describedby", "width", "height", "viewBox"}


NO_GRID: list[object] = [
    None, {}, [], "cells", 3, {"cells": None}, {"cells": []}, {"cells": [[]]}, {"cells": [[1.0], [1.0, 2.0]]},
    {"cells": [[1.0], "a"]}, {"cells": ["a"]}, {"cells": [[0.0] * 1000]}, {"cells": [[0.0]] * 1000},
    {"cells": {"0": [1.0]}},
]  # fmt: skip


@pytest.mark.parametrize("grid", NO_GRID, ids=lambda grid: str(grid)[:30])
def test_what_is_no_grid_is_not_drawn(grid: object) -> None:
    assert heat.svg(grid) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["axis", "covers", "a"]), inner),
    max_leaves=12,
)


@given(cells=JSON | st.lists(st.lists(JSON, min_size=2, max_size=2), max_size=4), axes=JSON)
def test_whatever_is_in_it_the_picture_is_well_formed_and_without_styles(cells: object, axes: object) -> None:
    drawn = heat.svg({"cells": cells, "axes": axes})
    assert "style" not in drawn
    if drawn:
        ET.fromstring(drawn)  # noqa: S314 - what is tested


def themes() -> list[dict[str, str]]:
    """Return each block of custom properties in the style sheet: light, dark by choice, dark by the system."""
    blocks = re.findall(r"\{([^{}]*--heat-0:[^{}]*)\}", CSS.read_text())
    return [dict(re.findall(r"--(heat-\w+): (#[0-9a-f]{6})", block)) for block in blocks]


def luminance(colour: str) -> float:
    """Return WCAG's relative luminance of a colour."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return WCAG's contrast of two colours."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_both_ways_to_be_dark_are_the_same() -> None:
    light, chosen, by_the_system = themes()
    assert chosen == by_the_system
    assert light.keys() == chosen.keys()


@pytest.mark.parametrize("theme", themes()[:2], ids=["light", "dark"])
def test_right_and_wrong_differ_in_lightness(theme: dict[str, str]) -> None:
    assert min(contrast(theme["heat-0"], theme[f"heat-{number}"]) for number in range(1, 6)) >= 3
    distances = [contrast(theme["heat-0"], theme[f"heat-{number}"]) for number in range(6)]
    assert all(less < more for less, more in pairwise(distances))
    assert contrast(theme["heat-5"], theme["heat-cross"]) >= 3


def test_every_class_that_is_drawn_has_its_style() -> None:
    drawn = heat.svg({"cells": [[0.0, 2.0, 20.0, 200.0, 2000.0, None]]})
    for name in re.findall(r'class="([\w-]+)"', drawn):
        assert re.search(rf"\.{name} \{{", CSS.read_text()), name
