"""The lessons that we ship: complete, and in shape. That their texts run, `test_rehearsal` holds them to."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.catalogue import FolderCatalogue
from grader.domain.exercise import Visibility
from grader.domain.quiz import Kind, draw, mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.exercise import Exercise

ROOT = Path(__file__).parents[2]
LESSON = "1x1-convolutions"
CATALOGUE = FolderCatalogue(ROOT / "exercises")
ORDER = ["pointwise-conv", "bottleneck", "conv-parameters", "projection-bottleneck", "channel-mixer", "inception"]
LESSONS = CATALOGUE.lessons()
EXERCISES = [exercise for lesson in LESSONS for exercise in CATALOGUE.exercises(lesson)]
EACH_EXERCISE = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
EACH_LESSON = pytest.mark.parametrize("lesson", LESSONS)


def test_the_first_lesson_has_its_exercises_in_order() -> None:
    assert LESSONS[0] == LESSON
    assert [exercise.slug for exercise in CATALOGUE.exercises(LESSON)] == ORDER


def test_a_slug_names_one_exercise() -> None:
    assert len({exercise.slug for exercise in EXERCISES}) == len(EXERCISES)


@EACH_EXERCISE
def test_an_exercise_asks_enough(exercise: Exercise) -> None:
    assert len(exercise.scenarios) >= 10
    assert len(exercise.misconceptions) >= 8
    assert exercise.max_points == 20
    first, *_, last = (scenario.visibility for scenario in exercise.scenarios)
    assert (first, last) == (Visibility.PUBLIC, Visibility.HIDDEN)
    assert sum(scenario.visibility is Visibility.PUBLIC for scenario in exercise.scenarios) <= 2


@EACH_EXERCISE
def test_each_scenario_is_lost_by_a_misconception(exercise: Exercise) -> None:
    lost = set().union(*(misconception.fails for misconception in exercise.misconceptions))
    assert lost == {scenario.name for scenario in exercise.scenarios}


@pytest.mark.parametrize(
    ("channels", "answer", "told"),
    [
        ((256, 64), "36,864", ["3×3 convolution alone", "as if it looked at one position"]),
        ((256, 64), "53,248", ["One 1×1 convolution is missing"]),
        ((256, 32), "17,408", ["leaving out one of the 1×1 convolutions", "as if it looked at one position"]),
        ((128, 64), "20,480", ["as if it looked at one position. Its"]),
    ],
)
def test_an_answer_that_several_ways_lead_to_is_explained_by_all(
    channels: tuple[int, int], answer: str, told: list[str]
) -> None:
    quiz = next(quiz for quiz in CATALOGUE.quizzes(LESSON) if quiz.slug == "quiz")
    asked = (question for seed in range(200) for question in draw(quiz, str(seed)) if question.slug == "bottleneck")
    prompt = f"takes {channels[0]} channels to {channels[1]} by"
    marked = mark(next(question for question in asked if prompt in question.prompt), answer)
    assert not marked.correct
    assert [text for text in told if text not in marked.explanation] == []


@EACH_EXERCISE
def test_no_two_misconceptions_share_a_text(exercise: Exercise) -> None:
    found = exercise.misconceptions
    assert len({m.belief for m in found}) == len({m.hint for m in found}) == len(found)


@EACH_EXERCISE
def test_a_hint_is_no_code(exercise: Exercise) -> None:
    for misconception in exercise.misconceptions:
        assert not re.search(r"\bself\.|torch\.|nn\.(?!Linear|Conv2d)|\w\(\w*\)\.", misconception.hint)
        assert misconception.hint.endswith(("?", ".")), "a hint is sentences"


@EACH_EXERCISE
def test_the_reference_is_short_and_says_its_shapes(exercise: Exercise) -> None:
    text = (exercise.folder / "reference.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert re.search(r"# .*\((N|C_out|\.\.\.), \w", text)


@EACH_EXERCISE
def test_the_starter_says_that_it_is_one(exercise: Exercise) -> None:
    names: dict[str, Callable[..., object]] = {}
    exec(exercise.starter, names)  # noqa: S102 - our own file
    entry = names[exercise.entry]
    required = [p for p in inspect.signature(entry).parameters.values() if p.default is p.empty]
    with pytest.raises(NotImplementedError):
        entry(*[2] * len(required))


def test_the_pages_figures_are_right() -> None:
    page = CATALOGUE.lesson(LESSON).page
    for figure in (9 * 256 * 256, 256 * 256, 9 * 256 * 64, 256 * 64, 9 * 64 * 64, 2 * 256 * 64 + 9 * 64 * 64):
        assert f"{figure:,}" in page
    assert round(589_824 / 69_632, 1) == 8.5
    assert 589_824 // 36_864 == 16


def test_the_quiz_opens_with_the_lessons_question() -> None:
    assert [quiz.moment.value for quiz in CATALOGUE.quizzes(LESSON)] == ["before", "check_yourself", "final"]
    assert sum(len(quiz.questions) for quiz in CATALOGUE.quizzes(LESSON)) >= 18
    quiz = CATALOGUE.quiz(LESSON, "quiz")
    first = draw(quiz, "any")[0]
    assert "C_in = 256 input channels and K = 64 output filters" in first.prompt
    assert mark(first, "16,384").correct
    assert mark(first, "16,448").explanation.startswith("You counted the 64 biases")
    assert "3×3 kernel" in mark(first, "147456").explanation


@EACH_LESSON
@pytest.mark.parametrize("seed", range(30))
def test_every_draw_of_a_quiz_can_be_answered(lesson: str, seed: int) -> None:
    drawn = [question for quiz in CATALOGUE.quizzes(lesson) for question in draw(quiz, str(seed))]
    assert drawn
    for question in drawn:
        assert mark(question, question.right_answer).correct
        assert not any(mark(question, wrong).correct for wrong in question.wrong_answers)
        if question.kind is Kind.NUMERIC:
            assert "{" not in question.prompt + question.explanation


def test_reading_imports_no_torch() -> None:
    code = (
        "import sys, pathlib\n"
        "from grader.catalogue import FolderCatalogue\n"
        "catalogue = FolderCatalogue(pathlib.Path('exercises'))\n"
        "assert [catalogue.exercises(lesson) + catalogue.quizzes(lesson) for lesson in catalogue.lessons()]\n"
        "assert not {'torch', 'numpy', 'scenarios'} & set(sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
