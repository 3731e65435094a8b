"""Tables, code, figures, and the places of exercises and quizzes."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from grader.web.prose import Figure, render, svg_size
from tests.web.prose.seen import elements

TABLE = "| a | b | |\n|:--|--:|:-:|\n| 1 | 2 | 3 |\n"
PAGE = "# T\n\n[Try](quiz:before)\n\nSee [this](exercise:inline) too.\n\n- [Build](exercise:one)\n\n[X](lesson:two)\n"


def figure(name: str) -> Figure | None:
    return Figure(f"/figures/{name}", 720, 300) if name == "mixing.svg" else None


def card(kind: str, slug: str, text: str) -> Markup | None:
    made = Markup('<aside id="{}">{} {}</aside>').format(slug, kind, text)
    return None if slug == "none" else made


def test_a_table_is_aligned_by_classes_and_scrolls_by_itself() -> None:
    html = render(TABLE).html
    assert [each.attributes.get("class") for each in elements(html, "td")[-3:]] == ["left", "right", "center"]
    assert elements(html, "div")[0].attributes == {
        "class": "scroll",
        "role": "region",
        "tabindex": "0",
        "aria-label": "Table 1",
    }


def test_a_head_without_words_is_no_head() -> None:
    assert [each.name for each in elements(render(TABLE).html, "th", "td")][:3] == ["th", "th", "td"]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("class A:", '<span class="tok-keyword">class</span> <span class="tok-className">A</span>:\n'),
        ("# 1 < 2", '<span class="tok-comment"># 1 &lt; 2</span>\n'),
        ('x = "a"', 'x <span class="tok-operator">=</span> <span class="tok-string">"a"</span>\n'),
    ],
)
def test_python_has_the_editors_colours(code: str, shown: str) -> None:
    html = render(f"```python\n{code}\n```").html
    assert shown in html


def test_other_code_has_none() -> None:
    assert "<code>class A: 1 &lt; 2\n</code></pre>" in render("```text\nclass A: 1 < 2\n```").html


def test_a_figure_has_its_size_and_its_words_once() -> None:
    html = render("![A 1×1 convolution.](figures/mixing.svg)", figure=figure).html
    assert html == (
        '<figure><img src="/figures/mixing.svg" width="720" height="300" alt="A 1×1 convolution." loading="lazy">'
        '<figcaption aria-hidden="true">A 1×1 convolution.</figcaption></figure>'
    )


def test_a_figures_caption_may_differ_from_its_words() -> None:
    html = render('![Four arrows.](figures/mixing.svg "How channels are mixed")', figure=figure).html
    assert 'alt="Four arrows."' in html
    assert "<figcaption>How channels are mixed</figcaption>" in html


@pytest.mark.parametrize("source", ["figures/other.svg", "mixing.svg", "figures/a/mixing.svg", "figures/mixing.png"])
def test_of_an_unknown_figure_the_words_are_shown(source: str) -> None:
    html = render(f"![Four *arrows*.]({source})", figure=figure).html
    assert html == '<p><span class="no-figure">Four arrows.</span></p>\n'


@pytest.mark.parametrize(
    ("svg", "size"),
    [
        ('<svg viewBox="0 0 720 330" role="img">', (720, 330)),
        ("<?xml version='1.0'?>\n<svg width='5'\n viewBox='-1 0.5 10.4 2.6'>", (10, 3)),
        ('<svg width="5" height="6"><g viewBox="0 0 1 1"/>', None),
        (f'<svg viewBox="0 0 {"9" * 400} 1">', None),
        ("", None),
    ],
)
def test_an_svgs_size_is_its_view_box(svg: str, size: tuple[int, int] | None) -> None:
    assert svg_size(svg) == size


def test_a_place_becomes_the_pages_card() -> None:
    html = render("Before.\n\n[Build *it*](exercise:one)\n\nAfter.", place=card).html
    assert html == '<p>Before.</p>\n<aside id="one">exercise Build it</aside><p>After.</p>\n'


def test_a_place_without_a_card_leaves_its_words() -> None:
    assert render("[Build it](quiz:none)", place=card).html == "<p>Build it</p>\n"


def test_only_a_line_by_itself_is_a_place() -> None:
    html = render(PAGE, place=card).html
    assert "<p>See this too.</p>" in html
    assert [each.attributes["id"] for each in elements(html, "aside")] == ["before", "one"]
