"""Prompts, choices and hints: a sentence, mostly."""

from __future__ import annotations

import pytest

from grader.web.prose import render_inline


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("How many `weights`?", "How many <code>weights</code>?"),
        ("28×28 & **more** < 5", "28×28 &amp; <strong>more</strong> &lt; 5"),
        ("# 1 is no heading", "# 1 is no heading"),
        ("nor this\n---", "nor this\n---"),
        ("C_in and C_out, 2 * c * k", "C_in and C_out, 2 * c * k"),
        ("", ""),
    ],
)
def test_one_paragraph_has_no_element_around_it(text: str, html: str) -> None:
    assert render_inline(text).html == html


def test_several_paragraphs_are_paragraphs() -> None:
    assert render_inline("One.\n\nTwo.").html == "<p>One.</p>\n<p>Two.</p>\n"


def test_maths_brings_its_rules() -> None:
    prose = render_inline("Is it $x^2$?")
    assert "<math" in prose.html
    assert prose.styles.startswith(".k-")


def test_figures_and_places_have_none_there() -> None:
    assert render_inline("[Build](exercise:one)").html == "Build"
    assert render_inline("![A map](figures/a.svg)").html == '<span class="no-figure">A map</span>'
