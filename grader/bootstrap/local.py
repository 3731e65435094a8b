"""Grading without a service: the catalogue and an examiner of this process, for `grade` and `check-exercise`."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from grader.catalogue import FolderCatalogue
from grader.domain.errors import Invalid
from grader.kit.examiner import KitExaminer
from grader.sandbox.host import BwrapSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.exercise import Exercise

EXERCISES = "GRADER_EXERCISES"
SECRET_BYTES = 32


@contextmanager
def local_examiner(device: str = "cpu") -> Iterator[KitExaminer]:
    """Start a nursery and give an examiner with a fresh secret; end it in the end."""
    sandbox = BwrapSandbox(device)
    try:
        yield KitExaminer(sandbox, secret=os.urandom(SECRET_BYTES), node=os.uname().nodename)
    finally:
        sandbox.close()


def local_catalogue(folder: Path | None) -> FolderCatalogue:
    """Return the catalogue of *folder*, else of GRADER_EXERCISES, else of ./exercises; Invalid when there is none."""
    path = folder or Path(os.environ.get(EXERCISES) or "exercises")
    if not path.is_dir():
        raise Invalid(f"there is no folder {path}; name the exercises' folder with --exercises", field="exercises")
    return FolderCatalogue(path.resolve())


def find_exercise(catalogue: FolderCatalogue, name: str) -> Exercise:
    """Return the exercise called "slug" or "lesson/slug"; Invalid lists the names when there is none, or several."""
    every = [exercise for lesson in catalogue.lessons() for exercise in catalogue.exercises(lesson)]
    found = [exercise for exercise in every if name in (exercise.slug, f"{exercise.lesson}/{exercise.slug}")]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{exercise.lesson}/{exercise.slug}" for exercise in found or every) or "none"
    problem = "is the name of several exercises" if found else "is no exercise"
    raise Invalid(f"{name!r} {problem}; there are: {names}", field="exercise")
