"""The page's title stands apart; sections have ids that nothing else of a page has."""

from __future__ import annotations

from grader.web.prose import Heading, render
from tests.web.prose.seen import elements

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def test_the_title_is_told_and_not_in_the_page() -> None:
    prose = render("# 1×1 *convolutions*\n\nText.\n")
    assert prose.title == "1×1 convolutions"
    assert prose.html == "<p>Text.</p>\n"


def test_a_line_that_is_broken_by_hand_keeps_its_words_apart() -> None:
    assert render("One\\\ntwo\n===\n").title == "One two"


def test_a_page_may_have_no_title() -> None:
    assert render("Text.\n\n## A\n").title == ""


def test_no_heading_is_the_pages_own() -> None:
    html = render("# Title\n\n# Again\n\nAnd again\n=========\n\n## Section\n\n### Below\n").html
    assert [each.name for each in elements(html, *HEADINGS)] == ["h2", "h2", "h2", "h3"]
    assert "</h1>" not in html


def test_contents_lead_to_the_headings() -> None:
    prose = render("# T\n\n## What it `costs`\n\n### In *PyTorch*\n")
    assert prose.contents == (Heading(2, "s-what-it-costs", "What it costs"), Heading(3, "s-in-pytorch", "In PyTorch"))
    assert [each.attributes["id"] for each in elements(prose.html, "h2", "h3")] == [each.id for each in prose.contents]


def test_ids_are_unique_and_never_empty() -> None:
    text = "## A\n\n## A\n\n## A 2\n\n## A\n\n## ×\n"
    assert [each.id for each in render(text).contents] == ["s-a", "s-a-2", "s-a-2-2", "s-a-3", "s-section"]


def test_an_id_cant_be_one_of_the_pages_own() -> None:
    assert all(each.id.startswith("s-") for each in render("## main\n\n## contents\n").contents)
