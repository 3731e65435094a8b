"""Exercises and quizzes have their places in a lesson's text; what a page names is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.bootstrap.rehearsals import rehearse
from grader.catalogue import FolderCatalogue
from grader.domain.lesson import Named, named_in, place_in
from grader.services.rehearse import misplaced
from tests.catalogue.conftest import LESSON, write

OURS = FolderCatalogue(Path(__file__).parents[2] / "exercises")
THERE = {"exercise": ["scale"], "quiz": ["quiz", "before"]}


@pytest.mark.parametrize(
    ("paragraph", "place"),
    [
        ("[Build it](exercise:scale)", ("exercise", "scale")),
        ("  [What do *you* expect of $x$?](quiz:before)\n", ("quiz", "before")),
        ("[Build it](exercise:scale) now", None),
        ("[Build it](exercise:scale) [Check](quiz:before)", None),
        ("![Build it](exercise:scale)", None),
        ("[](exercise:scale)", None),
        ("[Build it](exercise:../scale)", None),
        ("[Build it](exercise:)", None),
        ("[Build it](lesson:scale)", None),
        ("[Build it](https://example.org)", None),
    ],
)
def test_a_place_is_a_link_and_nothing_else(paragraph: str, place: tuple[str, str] | None) -> None:
    assert place_in(paragraph) == place


def test_what_a_page_names_is_told_with_its_line() -> None:
    page = "# T\n\n[a](quiz:x)\n\nLike [b](exercise:y),\n[c](quiz:z)\n\n- [d](quiz:x)\n"
    assert list(named_in(page)) == [
        Named("quiz", "x", 3, is_place=True),
        Named("exercise", "y", 5, is_place=False),
        Named("quiz", "z", 6, is_place=False),
        Named("quiz", "x", 8, is_place=False),
    ]


@pytest.mark.parametrize("fence", ["```", "~~~~", "  ```"])
def test_code_names_nothing(fence: str) -> None:
    page = f"{fence}markdown\n[a](quiz:x)\n\n{fence}\n\n[b](quiz:y)\n"
    assert [(each.slug, each.line) for each in named_in(page)] == [("y", 6)]


@pytest.mark.parametrize(
    ("line", "problem", "remedy"),
    [
        ("[x](exercise:scael)", "line 3: no exercise is called 'scael'", "there are: scale"),
        ("[x](quiz:scale)", "line 3: no quiz is called 'scale'", "there are: before, quiz"),
        ("[x](exercise:../scale)", "line 3: no exercise is called '../scale'", "there are: scale"),
        ("[x](exercise:)", "line 3: no exercise is called ''", "there are: scale"),
        ("Go [on](exercise:scale).", "line 3: the exercise 'scale' stands inside other text", "two blank lines"),
        ("[x](quiz:quiz)\n[y](quiz:before)", "line 3: the quiz 'quiz' stands inside other text", "two blank lines"),
        ('[x](quiz:quiz "title")', "line 3: the quiz 'quiz' stands inside other text", "all by itself"),
        ("> [x](quiz:quiz)", "line 3: the quiz 'quiz' stands inside other text", "all by itself"),
    ],
)
def test_a_place_that_leads_nowhere_is_a_flaw(line: str, problem: str, remedy: str) -> None:
    flaw = next(misplaced("lesson.md", f"# T\n\n{line}\n", THERE))
    assert (flaw.subject, flaw.problem) == ("lesson.md", problem)
    assert remedy in flaw.remedy


def test_a_lesson_is_rehearsed_with_its_places(tmp_path: Path) -> None:
    write(tmp_path, LESSON | {"quiz.toml": "", "lesson.md": "# C\n\n[a](exercise:scale)\n\n[b](exercise:scael)\n"})
    found = rehearse(FolderCatalogue(tmp_path), "channels", [])
    assert [flaw.problem for flaw in found.flaws if flaw.subject == "lesson.md"] == [
        "line 5: no exercise is called 'scael'"
    ]


@pytest.mark.parametrize("lesson", OURS.lessons())
def test_all_work_of_our_lessons_has_one_place(lesson: str) -> None:
    named = [(each.kind, each.slug) for each in named_in(OURS.lesson(lesson).page) if each.is_place]
    exercises = [("exercise", each.slug) for each in OURS.exercises(lesson)]
    quizzes = [("quiz", each.slug) for each in OURS.quizzes(lesson)]
    assert sorted(named) == sorted(exercises + quizzes)
