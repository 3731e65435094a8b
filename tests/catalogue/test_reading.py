"""A valid lesson is read in full, and read again when a file changes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.catalogue import FolderCatalogue
from grader.domain.errors import NotFound
from grader.domain.exercise import Device, Limits, Misconception, Scenario, Visibility
from grader.domain.questions import NumericQuestion
from grader.domain.quiz import Kind, Moment, draw, mark
from grader.domain.quiz_policy import QuizPolicy, Reveal
from grader.domain.scoring import Keep

if TYPE_CHECKING:
    from pathlib import Path

    from grader.ports import Catalogue

SCALE = "channels/scale"


def test_an_exercise_is_read_in_full(root: Path) -> None:
    exercise = FolderCatalogue(root).exercise("channels", "scale")
    assert (exercise.title, exercise.entry, exercise.device) == ("Scale", "Scale", Device.CPU)
    assert exercise.scenarios == (
        Scenario("doubles", "Doubles", 3, Visibility.PUBLIC),
        Scenario("keeps_shape", "Keeps the shape", 1, Visibility.HIDDEN, is_claim=True),
    )
    assert exercise.misconceptions == (
        Misconception("forgets", "scaling is nothing", "Your output is the input.", frozenset({"doubles"})),
    )
    assert exercise.limits == Limits(scenario_seconds=2.5, memory_mib=256)
    assert exercise.forbidden == ("convolution",)
    assert exercise.max_points == 4
    assert exercise.folder == root / SCALE


def test_a_quiz_is_read_in_full(root: Path) -> None:
    quiz = FolderCatalogue(root).quiz("channels", "quiz")
    asked = {question.slug: question for question in draw(quiz, "seed")}
    assert [question.kind for question in quiz.questions] == [
        Kind.NUMERIC, Kind.NUMERIC, Kind.SHAPE, Kind.SINGLE, Kind.FORMULA, Kind.ORDERING, Kind.MATCHING, Kind.OUTPUT,
        Kind.NUMERIC, Kind.SHAPE,
    ]  # fmt: skip
    assert asked["weights"].right_answer in {"10", "15"}
    ratio = quiz.questions[1]
    assert isinstance(ratio, NumericQuestion)
    assert (ratio.answer, ratio.tolerance) == (Fraction("8.47"), Fraction("0.05"))
    assert mark(asked["shape"], "64×28×28").correct
    assert [option.text for option in asked["what"].shown().choices] == ["this", "that"], "not shuffled"
    assert mark(asked["what"], "b").explanation == "no"
    assert mark(asked["count"], "kkCin").correct
    assert mark(asked["count"], "k·C_in").explanation == "a kernel has two axes"
    assert mark(asked["layout"], "28×14×64").correct
    assert asked["memory"].shown().unit == "KiB"
    assert mark(asked["memory"], f"{asked['memory'].right_answer} KiB").correct
    assert "{" not in asked["printed"].shown().code
    assert mark(asked["sizes"], asked["sizes"].wrong_answers[0]).explanation.endswith("that is the other two axes")


def test_the_rules_of_a_quiz_are_read_in_full(root: Path) -> None:
    path = root / "channels/quiz.toml"
    path.write_text(path.read_text().replace("[policy]\n", "[policy]\none_at_a_time = true\n"))
    quiz = FolderCatalogue(root).quiz("channels", "quiz")
    assert (quiz.title, quiz.moment, quiz.order) == ("Channels", Moment.FINAL, 3)
    assert quiz.policy == QuizPolicy(
        attempts=3,
        counts=Keep.AVERAGE,
        answers=Reveal.AFTER_LAST_ATTEMPT,
        minutes=20,
        partial_credit=False,
        shuffle_questions=True,
        shuffle_choices=False,
        one_at_a_time=True,
    )


def test_a_quiz_without_rules_has_the_usual_ones(root: Path) -> None:
    path = root / "channels/quiz.toml"
    path.write_text('title = "T"\n[[questions]]\nslug = "q"\nkind = "numeric"\nprompt = "?"\nanswer = 1\n')
    quiz = FolderCatalogue(root).quiz("channels", "quiz")
    assert (quiz.moment, quiz.order, quiz.policy) == (Moment.CHECK_YOURSELF, 100, QuizPolicy())
    path.write_text(path.read_text().replace("[[", '[policy]\nattempts = "unlimited"\n[[', 1))
    assert FolderCatalogue(root).quiz("channels", "quiz").policy == QuizPolicy()


def test_lessons_exercises_and_quizzes_have_an_order(root: Path) -> None:
    for slug, order in (("kernels", 1), ("attention", 2)):
        (root / slug).mkdir()
        (root / slug / "lesson.toml").write_text(f'title = "T"\norder = {order}\nminutes = 1\n')
        (root / slug / "lesson.md").write_text("page")
    first = root / "channels/zeroth"
    first.mkdir()
    for file in ("statement.md", "starter.py", "reference.py", "scenarios.py"):
        (first / file).write_text((root / SCALE / file).read_text())
    (first / "exercise.toml").write_text('order = 1\ntitle = "Z"\nentry = "Scale"\n')
    (root / "channels/quizzes").mkdir()
    text = (root / "channels/quiz.toml").read_text()
    for slug, order in (("b", 3), ("a", 3), ("z", 1)):
        (root / f"channels/quizzes/{slug}.toml").write_text(text.replace("order = 3", f"order = {order}"))
    catalogue = FolderCatalogue(root)
    assert catalogue.lessons() == ["channels", "kernels", "attention"]
    assert [exercise.slug for exercise in catalogue.exercises("channels")] == ["zeroth", "scale"]
    assert [quiz.slug for quiz in catalogue.quizzes("channels")] == ["z", "quiz", "a", "b"]
    assert [catalogue.quiz("channels", slug).slug for slug in ("quiz", "a", "z")] == ["quiz", "a", "z"]
    assert catalogue.exercises("attention") == []
    assert catalogue.lesson("kernels").minutes == 1


@pytest.mark.parametrize("name", ["", ".", "..", "../exercises/channels", "/etc", "scale/../scale", "Scale", "a\0b"])
def test_only_names_that_exist_are_opened(root: Path, name: str) -> None:
    catalogue = FolderCatalogue(root)
    with pytest.raises(NotFound, match="there are: channels"):
        catalogue.exercises(name)
    with pytest.raises(NotFound, match="there are: scale"):
        catalogue.exercise("channels", name)
    with pytest.raises(NotFound, match="there are: quiz"):
        catalogue.quiz("channels", name)


def test_an_unchanged_exercise_is_not_read_again(root: Path) -> None:
    catalogue = FolderCatalogue(root)
    assert catalogue.exercise("channels", "scale") is catalogue.exercise("channels", "scale")
    assert catalogue.quiz("channels", "quiz") is catalogue.quiz("channels", "quiz")


@pytest.mark.parametrize(
    ("file", "changes_score"),
    [
        ("exercise.toml", True),
        ("scenarios.py", True),
        ("reference.py", True),
        ("misconceptions/forgets.py", True),
        ("statement.md", False),
        ("starter.py", False),
    ],
)
def test_a_change_is_seen_without_a_restart_and_hashed_if_it_can_change_a_score(
    root: Path, file: str, *, changes_score: bool
) -> None:
    catalogue = FolderCatalogue(root)
    before = catalogue.exercise("channels", "scale")
    path = root / SCALE / file
    path.write_text(path.read_text() + "\n# changed\n")
    after = catalogue.exercise("channels", "scale")
    assert after is not before
    assert (after.content_hash != before.content_hash) is changes_score
    assert len(after.content_hash) == 64


def test_the_content_hash_does_not_depend_on_where_the_folder_is(root: Path, tmp_path: Path) -> None:
    here = FolderCatalogue(root).exercise("channels", "scale").content_hash
    root.rename(tmp_path / "elsewhere")
    assert FolderCatalogue(tmp_path / "elsewhere").exercise("channels", "scale").content_hash == here


def test_a_new_misconception_is_seen(root: Path) -> None:
    catalogue = FolderCatalogue(root)
    before = catalogue.exercise("channels", "scale").content_hash
    (root / SCALE / "misconceptions/other.py").write_text("class Scale: ...\n")
    with (root / SCALE / "exercise.toml").open("a") as file:
        file.write('[[misconceptions]]\nname = "other"\nbelief = "b"\nhint = "h"\nfails = ["keeps_shape"]\n')
    assert catalogue.exercise("channels", "scale").content_hash != before


def test_it_is_a_catalogue(root: Path) -> None:
    catalogue: Catalogue = FolderCatalogue(root)
    assert catalogue.lessons() == ["channels"]
