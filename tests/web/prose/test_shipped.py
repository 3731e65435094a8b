"""Every lesson, statement and question that we ship comes out as it was meant."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.catalogue import FolderCatalogue
from grader.domain.quiz import draw
from grader.web.prose import Figure, Prose, render, render_inline, svg_size
from tests.web.prose.seen import dangers, elements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.questions import Drawn

ROOT = Path(__file__).parents[3] / "exercises"
CATALOGUE = FolderCatalogue(ROOT)
LESSONS = CATALOGUE.lessons()
EXERCISES = [(lesson, each.slug) for lesson in LESSONS for each in CATALOGUE.exercises(lesson)]
QUIZZES = [(lesson, each.slug) for lesson in LESSONS for each in CATALOGUE.quizzes(lesson)]
CODE = re.compile(r"<(code|pre|annotation)\b.*?</\1>", re.DOTALL)


def lesson_page(slug: str) -> Prose:
    def figure(name: str) -> Figure | None:
        size = svg_size((ROOT / slug / "figures" / name).read_text(encoding="utf-8"))
        return Figure(name, *size) if size else None

    return render(CATALOGUE.lesson(slug).page, figure=figure)


def is_as_meant(prose: Prose) -> bool:
    left_over = re.search(r"[$*`]|\\\w", CODE.sub("", prose.html))
    return not left_over and "maths-error" not in prose.html and dangers(prose.html) == []


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_comes_out_as_meant(slug: str) -> None:
    page = lesson_page(slug)
    assert is_as_meant(page)
    assert page.title == CATALOGUE.lesson(slug).title
    assert elements(page.html, "math")
    assert "no-figure" not in page.html


@pytest.mark.parametrize(("lesson", "slug"), EXERCISES)
def test_a_statement_comes_out_as_meant(lesson: str, slug: str) -> None:
    exercise = CATALOGUE.exercise(lesson, slug)
    statement = render(exercise.statement)
    assert is_as_meant(statement)
    assert statement.title == exercise.title


@pytest.mark.parametrize(("lesson", "slug"), EXERCISES)
def test_a_hint_comes_out_as_meant(lesson: str, slug: str) -> None:
    for misconception in CATALOGUE.exercise(lesson, slug).misconceptions:
        assert is_as_meant(render_inline(misconception.hint)), misconception.hint


@pytest.mark.parametrize("seed", ["1", "2", "3"])
@pytest.mark.parametrize(("lesson", "slug"), QUIZZES)
def test_a_quizs_texts_come_out_as_meant(lesson: str, slug: str, seed: str) -> None:
    for question in draw(CATALOGUE.quiz(lesson, slug), seed):
        for text in texts_of(question):
            prose = render_inline(text)
            assert is_as_meant(prose), text
            assert elements(prose.html, "math") or words(prose.html) == words(text.replace("`", "")), text


def texts_of(question: Drawn) -> Iterator[str]:
    """Yield whatever of a question is Markdown: its prompt, what it offers, and what it says afterwards."""
    shown = question.shown()
    verdicts = [question.judge([each] if isinstance(each, str) else each) for each in question.wrong_answers]
    yield from (question.prompt, question.explanation, question.hint, *(each.explanation for each in verdicts))
    yield from (option.text for option in shown.choices + shown.items)


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())
