"""The folder of lessons on this machine: what a lecturer's commands read and write. No torch."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.catalogue import FolderCatalogue
from grader.catalogue.skeleton import write_exercise
from grader.domain.errors import Invalid

if TYPE_CHECKING:
    from grader.domain.exercise import Exercise

EXERCISES = "GRADER_EXERCISES"


def lessons_folder(folder: Path | None) -> Path:
    """Return *folder*, else GRADER_EXERCISES, else ./exercises; Invalid when there is no such folder."""
    path = folder or Path(os.environ.get(EXERCISES) or "exercises")
    if not path.is_dir():
        raise Invalid(f"there is no folder {path}; name the folder of lessons, or set {EXERCISES}", field="exercises")
    return path.resolve()


def local_catalogue(folder: Path | None) -> FolderCatalogue:
    """Return the catalogue of the folder of lessons; Invalid when there is none."""
    return FolderCatalogue(lessons_folder(folder))


def new_exercise(folder: Path | None, name: str, *, entry: str | None) -> list[Path]:
    """Write the files of the exercise called "lesson/slug", with TODOs; return them. Invalid, or Conflict if there."""
    lesson, slash, slug = name.partition("/")
    if not slash:
        raise Invalid(f"{name!r} names no exercise; write LESSON/SLUG, such as 1x1-convolutions/{name}", field="name")
    return write_exercise(lessons_folder(folder), lesson, slug, entry=entry)


def find_exercise(catalogue: FolderCatalogue, name: str) -> Exercise:
    """Return the exercise called "slug" or "lesson/slug"; Invalid lists the names when there is none, or several."""
    every = [exercise for lesson in catalogue.lessons() for exercise in catalogue.exercises(lesson)]
    found = [exercise for exercise in every if name in (exercise.slug, f"{exercise.lesson}/{exercise.slug}")]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{exercise.lesson}/{exercise.slug}" for exercise in found or every) or "none"
    problem = "is the name of several exercises" if found else "is no exercise"
    raise Invalid(f"{name!r} {problem}; there are: {names}", field="exercise")
