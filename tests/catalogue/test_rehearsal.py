"""What stands in a lesson's folder can be read, its Python runs, and what a quiz says is printed, is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.bootstrap.rehearsals import Rehearsal, perform, rehearse
from grader.catalogue import FolderCatalogue
from grader.services.rehearse import Ran, Snippet
from tests.catalogue.conftest import LESSON, write

ROOT = Path(__file__).parents[2]
OURS = FolderCatalogue(ROOT / "exercises")

QUIZ = LESSON["quiz.toml"].replace("import torch\n", "").replace("torch.zeros(1, {k}).shape", '"torch.Size([1, {k}])"')
"""Quick to run."""

PAGE = "# Channels\n\n```python\nwidth = 3\n```\n\nand then\n\n```py\nassert width == 3\n```\n"
STATEMENT = "Write `Scale`.\n\n```python\nassert Scale()\n```\n"


def rehearsed(root: Path, changed: dict[str, str]) -> Rehearsal:
    texts = {"quiz.toml": QUIZ, "lesson.md": PAGE, "scale/statement.md": STATEMENT}
    write(root, {**LESSON, **texts, **changed})
    catalogue = FolderCatalogue(root)
    return rehearse(catalogue, "channels", catalogue.names()["channels"])


def snippets(*codes: str) -> list[Snippet]:
    return [Snippet("", "page.md", 1, code, "one", "this block", "mend it") for code in codes]


@pytest.mark.parametrize("lesson", OURS.lessons())
def test_our_lessons_have_no_flaws(lesson: str) -> None:
    found = rehearse(OURS, lesson, OURS.names()[lesson])
    assert (found.flaws, found.of_exercises) == ([], {})
    assert found.quizzes > 0
    texts = [OURS.lesson(lesson).page, *(exercise.statement for exercise in OURS.exercises(lesson))]
    assert [text[:80] for text in texts if "\n```python\n" not in text] == []


def test_a_lesson_in_order_has_no_flaws(tmp_path: Path) -> None:
    found = rehearsed(tmp_path, {})
    assert (found.quizzes, found.snippets, found.flaws, found.of_exercises) == (1, 6, [], {})


MISTAKES = [
    ("lesson.toml", "title = \n", "line 1: no valid TOML: Invalid value", "put texts in quotes"),
    ("lesson.toml", LESSON["lesson.toml"] + "# TODO: more\n", "line 4 says # TODO: more", "take the TODO out"),
    ("lesson.md", "# Channels\n\nTODO\n", "line 3 says TODO", "do it"),
    ("lesson.md", PAGE.replace("== 3", "== 4"), "line 10: this block raises AssertionError", "share their names"),
    ("lesson.md", PAGE.replace("width = 3", "width = 3\nwidth ="), "line 5: this block raises SyntaxError", "mend"),
    ("lesson.md", PAGE.replace("width = 3", "raise SystemExit(3)"), "line 4: this block raises SystemExit: 3", "mend"),
    ("lesson.md", PAGE.replace("width = 3", "import os\nos._exit(3)"), "line 4: this block ends the process", "mend"),
    ("quiz.toml", "title = \n", "line 1: no valid TOML", "put texts in quotes"),
    ("quiz.toml", QUIZ.replace('"final"', '"final"  # TODO'), 'line 3 says moment = "final"  # TODO', "do it"),
    ("quiz.toml", QUIZ.replace('"single"', '"singular"'), "line 33: questions[4].kind: unknown 'singular'", "did you"),
    ("quiz.toml", QUIZ.replace("right = true", "right = false"), "line 35: questions[4].choices: a single", "change"),
    ("quiz.toml", QUIZ.replace("{c_in} to {k}", "{c_in} to {m}"), 'line 16: questions[1].prompt: "m": unk', "change"),
    (
        "quiz.toml",
        QUIZ.replace('answer = "torch.Size([1, {k}])"', 'answer = "torch.Size([{k}, 1])"'),
        "line 72: the code of printed for k=2 prints 'torch.Size([1, 2])', and answer says 'torch.Size([2, 1])'",
        "write as answer what is printed",
    ),
    ("quiz.toml", QUIZ.replace("print(", "prit("), "line 72: the code of printed for k=3 raises", "mend the"),
    ("quizzes/more.toml", "title = 3\n", "line 1: title: 3 is of the wrong type", "give text in quotes"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "problem", "remedy"), MISTAKES)
def test_a_mistake_in_a_lesson_is_a_flaw_with_its_line(
    tmp_path: Path, file: str, text: str, problem: str, remedy: str
) -> None:
    found = rehearsed(tmp_path, {file: text})
    assert [flaw for flaw in found.flaws if flaw.problem.startswith(problem) and remedy in flaw.remedy]
    assert {flaw.subject for flaw in found.flaws} == {file}


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        (
            "statement.md",
            STATEMENT.replace("Scale()", "Scale(3)"),
            "line 4: this block raises TypeError: Scale() takes",
        ),
        ("reference.py", "class Scale: ...\n\n1 / 0\n", "line 3: the reference raises ZeroDivisionError"),
    ],
)
def test_a_statement_that_does_not_run_is_its_exercises_flaw(
    tmp_path: Path, file: str, text: str, problem: str
) -> None:
    found = rehearsed(tmp_path, {f"scale/{file}": text})
    assert found.flaws == []
    (flaw,) = found.of_exercises["scale"]
    assert flaw.subject == file
    assert flaw.problem.startswith(problem)


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    changed = {
        "lesson.toml": "",
        "quiz.toml": "title = \n",
        "quizzes/more.toml": "",
        "scale/reference.py": "Scale = x\n",
    }
    found = rehearsed(tmp_path, changed)
    assert [flaw.subject for flaw in found.flaws] == ["lesson.toml", "quiz.toml", "quizzes/more.toml"]
    assert [flaw.subject for flaw in found.of_exercises["scale"]] == ["reference.py"]


def test_what_does_not_end_is_told_and_ended() -> None:
    assert perform(snippets("print(1)", "while True: pass", "print(3)"), seconds=5) == [
        Ran("1\n"), Ran(problem="does not end within 5 s"), None,
    ]  # fmt: skip


def test_after_a_failure_the_rest_of_its_world_is_left_out() -> None:
    first, second = snippets("1 / 0", "print(2)")
    other = Snippet("", "page.md", 1, "print(3)", "two", "this block", "mend it")
    assert perform([first, second, other]) == [
        Ran(problem="raises ZeroDivisionError: division by zero"), None, Ran("3\n"),
    ]  # fmt: skip


def test_without_python_no_process_is_started() -> None:
    assert perform([]) == []
