"""The exercises that we ship, and what students hand in for them: SLUG/KIND_….py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.catalogue import FolderCatalogue

if TYPE_CHECKING:
    from grader.domain.exercise import Exercise

HERE = Path(__file__).parent
CATALOGUE = FolderCatalogue(HERE.parents[1] / "exercises")
EXERCISES = [exercise for lesson in CATALOGUE.lessons() for exercise in CATALOGUE.exercises(lesson)]


def handed_in(kind: str) -> list[Path]:
    return sorted(HERE.glob(f"*/{kind}_*.py"))


def exercise_of(path: Path) -> Exercise:
    return next(exercise for exercise in EXERCISES if exercise.slug == path.parent.name)


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"
