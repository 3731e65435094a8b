"""Lessons, exercises and quizzes below one folder; a changed file is read again, without a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from grader.catalogue import exercise as exercises
from grader.catalogue import lesson as lessons
from grader.catalogue.files import Folder, Stamp
from grader.catalogue.quizzes import read_quiz
from grader.catalogue.table import SLUG, bad
from grader.domain.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from grader.domain.exercise import Exercise
    from grader.domain.lesson import Lesson
    from grader.domain.quiz import Quiz

Read = TypeVar("Read")
QUIZ, QUIZZES, FIGURES = "quiz.toml", "quizzes", "figures"
NO_EXERCISES = (QUIZZES, FIGURES)
"""Folders of a lesson that hold something else."""


class FolderCatalogue:
    """The lessons below *root*, as `exercises/README.md` describes them.

    Only names that were found by listing are ever opened, so no name from outside can lead elsewhere.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._kept: dict[tuple[str, str], tuple[Stamp, object]] = {}

    def lessons(self) -> Sequence[str]:
        """Return the slugs of all lessons in order."""
        found = [self.lesson(slug) for slug in _folders(Folder(self._root, self._root.name))]
        return [lesson.slug for lesson in sorted(found, key=lambda lesson: (lesson.order, lesson.slug))]

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return each lesson's exercises by its slug, as folders are called; no file is read."""
        root = Folder(self._root, self._root.name)
        return {lesson: _folders(_inner(root, lesson), but=NO_EXERCISES) for lesson in _folders(root)}

    def folder(self, lesson: str) -> Path:
        """Return where a lesson's files are; NotFound when there is no such lesson."""
        return self._lesson_folder(lesson).path

    def lesson(self, slug: str) -> Lesson:
        """Return one lesson; NotFound when there is none, with the names that exist."""
        folder = self._lesson_folder(slug)
        files = (lessons.SETTINGS, lessons.PAGE)
        return self._keep("lesson", folder, files, lambda: lessons.read_lesson(folder, slug=slug))

    def figure(self, lesson: str, name: str) -> bytes:
        """Return an SVG figure of a lesson's page; NotFound when there is none, with the names that exist."""
        folder = self._lesson_folder(lesson)
        known = sorted(path.name for path in (folder.path / FIGURES).glob("*.svg"))
        _require(name, known, what=f"figure in {lesson}")
        return _inner(folder, FIGURES).data(name)

    def exercises(self, lesson: str) -> Sequence[Exercise]:
        """Return a lesson's exercises in order; NotFound when there is no such lesson."""
        folder = self._lesson_folder(lesson)
        slugs = _folders(folder, but=NO_EXERCISES)
        inner = {slug: _inner(folder, slug) for slug in slugs}
        return [
            self._exercise(inner[slug], lesson, slug)
            for slug in sorted(slugs, key=lambda slug: (self._order(inner[slug]), slug))
        ]

    def exercise(self, lesson: str, slug: str) -> Exercise:
        """Return one exercise; NotFound when there is none, with the names that exist."""
        folder = self._lesson_folder(lesson)
        _require(slug, _folders(folder, but=NO_EXERCISES), what=f"exercise in {lesson}")
        return self._exercise(_inner(folder, slug), lesson, slug)

    def quizzes(self, lesson: str) -> Sequence[Quiz]:
        """Return a lesson's quizzes in order; NotFound when there is no such lesson."""
        folder = self._lesson_folder(lesson)
        found = [self._quiz(folder, file, slug) for slug, file in _quiz_files(folder).items()]
        return sorted(found, key=lambda quiz: quiz.order)

    def quiz_files(self, lesson: str) -> Mapping[str, str]:
        """Return each quiz's file below its lesson's folder by slug; NotFound when there is no such lesson."""
        return _quiz_files(self._lesson_folder(lesson))

    def quiz(self, lesson: str, slug: str) -> Quiz:
        """Return one quiz; NotFound when there is none, with the names that exist."""
        folder = self._lesson_folder(lesson)
        files = _quiz_files(folder)
        _require(slug, list(files), what=f"quiz in {lesson}")
        return self._quiz(folder, files[slug], slug)

    def _lesson_folder(self, slug: str) -> Folder:
        root = Folder(self._root, self._root.name)
        _require(slug, _folders(root), what="lesson")
        return _inner(root, slug)

    def _exercise(self, folder: Folder, lesson: str, slug: str) -> Exercise:
        files = exercises.files_of(folder)
        return self._keep("exercise", folder, files, lambda: exercises.read_exercise(folder, lesson=lesson, slug=slug))

    def _order(self, folder: Folder) -> int:
        return self._keep("order", folder, [exercises.SETTINGS], lambda: exercises.order_of(folder))

    def _quiz(self, folder: Folder, file: str, slug: str) -> Quiz:
        return self._keep(file, folder, [file], lambda: read_quiz(folder, file, slug=slug))

    def _keep(self, what: str, folder: Folder, files: Iterable[str], read: Callable[[], Read]) -> Read:
        """Return *what* was read before from *files* of *folder*, unless one of them changed."""
        stamp = folder.stamp(files)  # before reading: a change during it is seen the next time
        kept = self._kept.get((folder.name, what))
        if kept is None or kept[0] != stamp:
            kept = self._kept[folder.name, what] = (stamp, read())
        return kept[1]  # type: ignore[return-value]  # a *what* is only ever read by one function


def _folders(folder: Folder, *, but: Sequence[str] = ()) -> list[str]:
    """Return the names of the folders inside; BadExercise when one is no slug."""
    found = (path.name for path in folder.path.iterdir() if path.is_dir())
    names = sorted(name for name in found if name not in but and not name.startswith((".", "_")))
    for name in names:
        if not SLUG.fullmatch(name):
            remedy = "rename the folder: lower-case letters, digits and single hyphens"
            raise bad(folder.called(name), "folder", "its name is no slug", remedy)
    return names


def _inner(folder: Folder, name: str) -> Folder:
    path = folder.path / name
    if not path.resolve().is_relative_to(folder.path.resolve()):
        raise bad(folder.called(name), "folder", "a link that leaves its folder", "copy the files here")
    return Folder(path, folder.called(name))


def _quiz_files(folder: Folder) -> dict[str, str]:
    """Return each quiz's file by slug, as they come where none has an `order`: quiz.toml, then quizzes/ by name."""
    files = {"quiz": QUIZ} if folder.has(QUIZ) else {}
    for path in sorted((folder.path / QUIZZES).glob("*.toml")):
        if path.stem in files or not SLUG.fullmatch(path.stem):
            raise bad(folder.called(f"{QUIZZES}/{path.name}"), "file", "name taken, or no slug", "rename the file")
        files[path.stem] = f"{QUIZZES}/{path.name}"
    return files


def _require(name: str, known: Sequence[str], *, what: str) -> None:
    if name not in known:
        raise NotFound(f"no {what} is called {name!r}; there are: {', '.join(known) or 'none'}")
