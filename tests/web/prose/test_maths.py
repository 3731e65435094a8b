"""Formulas are made on the server: HTML to look at, MathML to listen to, no inline style."""

from __future__ import annotations

import re
from time import perf_counter

import pytest

from grader.web.prose import render, render_inline
from grader.web.prose.katex import BadMathsError, Katex
from tests.web.prose.seen import elements

FORMULAS = [
    r"\frac{1}{2}",
    r"\sum_{i=1}^n x_i",
    r"\left\lfloor \frac{H + 2P - F}{S} \right\rfloor",
    r"\sqrt{\sigma^2 + \varepsilon}",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\underbrace{a + b}_{\text{both}} \xrightarrow{f} \widehat{xyz}",
    r"\color{red}{x} + \colorbox{#eee}{y} + \boxed{z} + \cancel{u}",
    r"\rule{1em}{2em} \pmb{x} \phase{30} \tag{1}",
    r"\vec{x} + \oiint y \fcolorbox{red}{#eee}{z}",
    r"\begin{CD} A @>a>> B \\ @VbVV @AAcA \\ C @= D \end{CD}",
]
BOMBS = {
    "a macro that calls itself": r"\def\a{\a\a}\a",
    "macros that double": r"\def\a{xx}\def\b{\a\a}\def\c{\b\b}\def\d{\c\c}\def\e{\d\d}\def\f{\e\e}\def\g{\f\f}\g\g\g",
    "a macro grown step by step": r"\edef\a{xxxxxxxx}" + r"\edef\a{\a\a}" * 60 + r"\a",
    "arguments that are copied": r"\def\a#1{#1#1#1#1#1#1#1#1}" + r"\a{" * 8 + "x" + "}" * 8,
    "a thousand braces": "{" * 990 + "x" + "}" * 990,
    "roots in roots": r"\sqrt{" * 280 + "x" + "}" * 280,
    "a table of 360,000 cells": r"\begin{matrix}" + "&" * 900 + r"\\" * 400 + r"\end{matrix}",
    "sums without end": "x+" * 999 + "x",
    "too long": "x" * 100_000,
}
MOST_BYTES, MOST_SECONDS = 600_000, 5  # some 0.05 s on an idle machine


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_has_mathml_and_no_style(tex: str) -> None:
    prose = render(f"Before\n\n$${tex}$$\n\nafter.")
    assert [each.name for each in elements(prose.html, "math", "annotation")] == ["math", "annotation"]
    assert not [each for each in elements(prose.html) if "style" in each.attributes]
    assert "maths-error" not in prose.html


def test_each_class_in_a_styles_stead_has_its_rule() -> None:
    prose = render("$$" + "$$\n\n$$".join(FORMULAS) + "$$")
    named = set(re.findall(r"\bk-[0-9a-f]{10}\b", prose.html))
    assert named == set(re.findall(r"^\.(k-[0-9a-f]{10})\{", prose.styles, re.MULTILINE))
    assert len(named) > 20


def test_two_formulas_with_the_same_style_share_a_rule() -> None:
    assert render("$x$ and $x$").styles == render("$x$").styles != ""


def test_a_fraction_is_one_in_mathml() -> None:
    assert "<mfrac><mn>1</mn><mn>2</mn></mfrac>" in render(r"$\frac{1}{2}$").html


def test_what_may_be_too_wide_can_be_reached_and_has_a_name() -> None:
    found = [each.attributes for each in elements(render("$$a$$\n\n$$b$$").html) if "tabindex" in each.attributes]
    assert [(each["role"], each["aria-label"]) for each in found] == [("region", "Formula 1"), ("region", "Formula 2")]


@pytest.mark.parametrize("tex", [r"\frac{1}{", r"\nonsense{x}", "x^2^3", r"\href{https://example.org}{x}", "x" * 2_001])
def test_broken_tex_is_shown_as_it_was_written(tex: str) -> None:
    html = render(f"Here: ${tex}$.").html
    assert html == f'<p>Here: <code class="maths-error">{tex}</code>.</p>\n'


@pytest.mark.parametrize("text", ["It costs $5 and then $6.", r"\$x\$", "`$x$`", "$ x $"])
def test_not_each_dollar_is_maths(text: str) -> None:
    assert not elements(render_inline(text).html, "math")


@pytest.mark.parametrize("text", ["$x$ = 3", "3 is $x$", "3$x$4", "($x$)", "**$x$**", "$x$×3"])
def test_maths_may_stand_anywhere_in_a_sentence(text: str) -> None:
    assert len(elements(render_inline(text).html, "math")) == 1


def test_maths_may_stand_in_headings_tables_and_lists() -> None:
    prose = render("## The $K$ filters\n\n| $a$ | b |\n|---|---|\n| $c$ | d |\n\n- $e$\n")
    assert len(elements(prose.html, "math")) == 4
    assert prose.contents[0].text == "The K filters"


@pytest.mark.parametrize("tex", BOMBS.values(), ids=BOMBS.keys())
def test_a_formulas_time_and_size_have_bounds(tex: str) -> None:
    began = perf_counter()
    prose = render(f"$${tex}$$")
    assert len(prose.html) + len(prose.styles) < MOST_BYTES
    assert perf_counter() - began < MOST_SECONDS


def test_sizes_have_bounds() -> None:
    widths = re.findall(r"(\d+)em", render(r"$\rule{99999em}{99999em}\kern99999em$").styles)
    assert max(map(int, widths)) <= 50


def test_a_formula_leaves_nothing_for_the_next() -> None:
    katex = Katex()
    katex.html(r"\gdef\mine{x}\global\let\frac\sqrt", display=False)
    assert "<mfrac>" in katex.html(r"\frac{1}{2}", display=False)
    with pytest.raises(BadMathsError):
        katex.html(r"\mine", display=False)


def test_a_formula_that_grows_without_end_is_refused_and_the_next_one_is_not() -> None:
    katex = Katex()
    with pytest.raises(BadMathsError):
        katex.html(r"\def\a{\a\a}\a", display=False)
    assert "<math" in katex.html("x", display=False)


def test_a_formula_that_takes_too_long_is_refused_and_the_next_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    katex = Katex()
    katex.html("x", display=False)
    with monkeypatch.context() as hurried:
        hurried.setattr("grader.web.prose.katex._SECONDS", 1e-6)
        with pytest.raises(BadMathsError, match="too long"):
            katex.html(r"\frac{1}{2}" * 150, display=True)
    assert "<math" in katex.html("x", display=False)
