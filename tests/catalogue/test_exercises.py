"""The lesson that we ship: complete, in shape, and its texts run."""

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

ROOT = Path(__file__).parents[2]
LESSON = "1x1-convolutions"
CATALOGUE = FolderCatalogue(ROOT / "exercises")
ORDER = ["pointwise-conv", "bottleneck", "conv-parameters", "projection-bottleneck", "channel-mixer", "inception"]
SLUGS = [exercise.slug for exercise in CATALOGUE.exercises(LESSON)]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(markdown: str) -> list[str]:
    found = BLOCK.findall(markdown)
    assert found
    return found


def test_the_lesson_has_its_exercises_in_order() -> None:
    assert SLUGS == ORDER


@pytest.mark.parametrize("slug", SLUGS)
def test_an_exercise_asks_enough(slug: str) -> None:
    exercise = CATALOGUE.exercise(LESSON, slug)
    assert len(exercise.scenarios) >= 10
    assert len(exercise.misconceptions) >= 8
    assert exercise.max_points == 20
    assert [s.visibility is Visibility.PUBLIC for s in exercise.scenarios][:3] == [True, True, False]


@pytest.mark.parametrize("slug", SLUGS)
def test_each_scenario_is_lost_by_a_misconception(slug: str) -> None:
    exercise = CATALOGUE.exercise(LESSON, slug)
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


@pytest.mark.parametrize("slug", SLUGS)
def test_no_two_misconceptions_share_a_text(slug: str) -> None:
    found = CATALOGUE.exercise(LESSON, slug).misconceptions
    assert len({m.belief for m in found}) == len({m.hint for m in found}) == len(found)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_hint_is_no_code(slug: str) -> None:
    for misconception in CATALOGUE.exercise(LESSON, slug).misconceptions:
        assert not re.search(r"\bself\.|torch\.|nn\.(?!Linear|Conv2d)|\w\(\w*\)\.", misconception.hint)
        assert misconception.hint.endswith(("?", ".")), "a hint is sentences"


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reference_is_short_and_says_its_shapes(slug: str) -> None:
    text = (CATALOGUE.exercise(LESSON, slug).folder / "reference.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert re.search(r"# x: \(N, C|# .*\(C_out, C_in", text)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_statements_example_runs_on_the_reference(slug: str) -> None:
    exercise = CATALOGUE.exercise(LESSON, slug)
    names: dict[str, object] = {}
    exec((exercise.folder / "reference.py").read_text(encoding="utf-8"), names)  # noqa: S102 - our own file
    for block in blocks(exercise.statement):
        exec(block, names)  # noqa: S102 - the same


@pytest.mark.parametrize("slug", SLUGS)
def test_the_starter_says_that_it_is_one(slug: str) -> None:
    exercise = CATALOGUE.exercise(LESSON, slug)
    names: dict[str, Callable[..., object]] = {}
    exec(exercise.starter, names)  # noqa: S102 - our own file
    entry = names[exercise.entry]
    required = [p for p in inspect.signature(entry).parameters.values() if p.default is p.empty]
    with pytest.raises(NotImplementedError):
        entry(*[2] * len(required))


def test_the_page_runs() -> None:
    names: dict[str, object] = {}
    for block in blocks(CATALOGUE.lesson(LESSON).page):
        exec(block, names)  # noqa: S102 - our own file


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


@pytest.mark.parametrize("seed", range(30))
def test_every_draw_of_the_quiz_can_be_answered(seed: int) -> None:
    drawn = [question for quiz in CATALOGUE.quizzes(LESSON) for question in draw(quiz, str(seed))]
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
