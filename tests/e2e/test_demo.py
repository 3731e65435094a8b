"""`make demo` shows what it promises, and fails when a score is not what it must be."""

from __future__ import annotations

import subprocess

import pytest

from grader.catalogue import FolderCatalogue
from grader.cli.demo_students import answers, students
from grader.domain.quiz import Kind, draw, mark
from tests.e2e.conftest import ROOT, environment, grader

LESSON = "1x1-convolutions"
CATALOGUE = FolderCatalogue(ROOT / "exercises")


@pytest.mark.jail
def test_the_demo_shows_reports_and_gradebook_and_ends_well() -> None:
    result = subprocess.run(
        grader("demo"), cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=200, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    for part in (
        "ada is right",
        "ben believes",
        "cleo crashes",
        "dan cheats",
        "the gradebook",
        "everything is stopped",
    ):
        assert part in result.stdout


def test_what_each_must_earn_follows_from_the_exercise() -> None:
    exercise = CATALOGUE.exercise(LESSON, "pointwise-conv")
    expected = {each.login: each.points for each in students(exercise, exercise.misconception("forgets_bias"))}
    assert expected == {"ada": 20, "ben": 13, "cleo": 0, "dan": 0}


@pytest.mark.parametrize("login", ["ada", "ben", "cleo", "dan"])
def test_answers_earn_what_they_are_said_to(login: str) -> None:
    exercise = CATALOGUE.exercise(LESSON, "pointwise-conv")
    people = students(exercise, exercise.misconception("forgets_bias"))
    (student,) = [each for each in people if each.login == login]
    quiz = CATALOGUE.quiz(LESSON, "quiz")
    drawn = draw(quiz, "an attempt's own seed")
    given, points = answers(student, drawn)
    assert sum(mark(question, given[question.slug]).points for question in drawn) == points
    assert {question.kind for question in drawn} >= {Kind.NUMERIC, Kind.MULTIPLE}
