"""What a question about code says is printed, is printed; for every draw of its parameters."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.catalogue import FolderCatalogue
from grader.domain.printed import read_printed
from grader.domain.questions import OutputQuestion
from grader.domain.questions.common import Dice
from tests.catalogue.conftest import LESSON, write

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def printed(code: str) -> str:
    """Return what *code* prints, in a world of its own."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "code", "exec"), {"__name__": "__main__"})  # noqa: S102 - a lecturer's own code
    return out.getvalue()


def mistakes(root: Path) -> Iterator[tuple[str, str, str]]:
    """Give slug, what the lesson says and what is printed, where the two differ."""
    catalogue = FolderCatalogue(root)
    quizzes = [quiz for lesson in catalogue.lessons() for quiz in catalogue.quizzes(lesson)]
    for question in (each for quiz in quizzes for each in quiz.questions):
        if not isinstance(question, OutputQuestion):
            continue
        for names in question.draws():
            asked = question.drawn(names, Dice(""))
            found = printed(asked.code)
            if read_printed(found) != read_printed(asked.printed):
                yield question.slug, asked.printed, found


def test_our_lessons_say_what_is_printed() -> None:
    assert list(mistakes(ROOT / "exercises")) == []


@pytest.mark.parametrize(("answer", "found"), [("torch.Size([1, {k}])", []), ("torch.Size([{k}, 1])", ["2", "3"])])
def test_a_lesson_that_says_something_else_is_found_out(tmp_path: Path, answer: str, found: list[str]) -> None:
    quiz = LESSON["quiz.toml"].replace('answer = "torch.Size([1, {k}])"', f'answer = "{answer}"')
    write(tmp_path, {**LESSON, "quiz.toml": quiz})
    assert list(mistakes(tmp_path)) == [("printed", f"torch.Size([{k}, 1])", f"torch.Size([1, {k}])\n") for k in found]
