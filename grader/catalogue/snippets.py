"""The Python in a lesson's texts: blocks of its page and of its statements, the code of its quizzes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.catalogue.exercise import REFERENCE, STATEMENT
from grader.catalogue.lesson import PAGE
from grader.catalogue.lines import lines_of
from grader.domain.questions import OutputQuestion
from grader.domain.questions.common import Dice, given
from grader.services.rehearse import Snippet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.exercise import Exercise
    from grader.domain.lesson import Lesson
    from grader.domain.quiz import Quiz

PAGE_REMEDY = "mend the block; a page's blocks run in order and share their names"
STATEMENT_REMEDY = "mend the block; a statement's blocks run in order and may use the names of reference.py"
_BLOCK = re.compile(r"^```(?:python|py)\b[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def of_page(lesson: Lesson) -> Iterator[Snippet]:
    """Give the blocks of a lesson's page."""
    for line, code in _blocks(lesson.page):
        yield Snippet("", PAGE, line, code, PAGE, "this block", PAGE_REMEDY)


def of_exercise(exercise: Exercise) -> Iterator[Snippet]:
    """Give the reference, whose names a statement's blocks may use, and those blocks; nothing where there are none."""
    blocks = list(_blocks(exercise.statement))
    if not blocks:
        return
    slug, reference = exercise.slug, (exercise.folder / REFERENCE).read_text(encoding="utf-8")
    yield Snippet(slug, REFERENCE, 1, reference, slug, "the reference", "mend the reference")
    for line, code in blocks:
        yield Snippet(slug, STATEMENT, line, code, slug, "this block", STATEMENT_REMEDY)


def of_quiz(quiz: Quiz, file: str, text: str) -> Iterator[Snippet]:
    """Give the code of each question about code, for each draw of its parameters; *text* is the quiz's *file*."""
    lines = lines_of(text)
    for number, question in enumerate(quiz.questions):
        if not isinstance(question, OutputQuestion):
            continue
        line = lines.get(("questions", number, "code"), 1)
        for names in question.draws():
            asked = question.drawn(names, Dice(""))
            about = f"the code of {question.slug}{f' {given(names)}' if names else ''}"
            world = f"{quiz.slug} {question.slug} {names}"
            yield Snippet("", file, line, asked.code, world, about, "mend the code", asked.printed)


def _blocks(markdown: str) -> Iterator[tuple[int, str]]:
    """Give the line on which each block's code begins, and the code."""
    for found in _BLOCK.finditer(markdown):
        yield markdown.count("\n", 0, found.start(1)) + 1, found[1]
