"""The folder of lessons on this machine: what a lecturer's commands read and write. No torch."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.catalogue import FolderCatalogue
from grader.catalogue.skeleton import write_exercise
from grader.domain.errors import BadExercise, Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
    return catalogue.exercise(*_place(catalogue, name))


def find_exercises(catalogue: FolderCatalogue, names: Sequence[str]) -> dict[str, list[str]]:
    """Return by lesson the slugs of the exercises called *names*, of which one may be a lesson's; without any, of all.

    What can't be read is found, too.
    """
    lessons = _in_order(catalogue.names(), catalogue.lessons)
    found: dict[str, list[str]] = {}
    for name in names or lessons:
        if name in lessons:
            found[name] = _in_order(catalogue.names()[name], partial(_slugs, catalogue, name))
        else:
            lesson, slug = _place(catalogue, name)
            chosen = found.setdefault(lesson, [])
            chosen += [slug] if slug not in chosen else []
    return found


def _in_order(names: Iterable[str], read: Callable[[], Sequence[str]]) -> list[str]:
    """Return what is *read*; the *names* as they are when something is broken, which its own check says."""
    with suppress(BadExercise):
        return list(read())
    return list(names)


def _slugs(catalogue: FolderCatalogue, lesson: str) -> list[str]:
    return [exercise.slug for exercise in catalogue.exercises(lesson)]


def _place(catalogue: FolderCatalogue, name: str) -> tuple[str, str]:
    every = [(lesson, slug) for lesson, slugs in catalogue.names().items() for slug in slugs]
    found = [(lesson, slug) for lesson, slug in every if name in (slug, f"{lesson}/{slug}")]
    if len(found) == 1:
        return found[0]
    names = ", ".join(map("/".join, found or every)) or "none"
    problem = "is the name of several exercises" if found else "is no exercise"
    raise Invalid(f"{name!r} {problem}; there are: {names}", field="exercise")
