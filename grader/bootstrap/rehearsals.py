"""Rehearsals of lessons: what stands in their folders is read, and the Python in their texts is run in a process."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import traceback
import warnings
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from grader.catalogue import lesson as lessons
from grader.catalogue.snippets import of_exercise, of_page, of_quiz
from grader.domain.errors import BadExercise
from grader.services.prove import Flaw, left_to_do, unfinished
from grader.services.rehearse import Ran, Snippet, flaws_of, misplaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from grader.catalogue import FolderCatalogue
    from grader.domain.exercise import Exercise

SECONDS = 60.0
"""A snippet may take so long, torch's import included."""

Read = TypeVar("Read")


@dataclass
class Rehearsal:
    """What was found in a lesson: exercises that can be read; flaws of its own, and of its exercises' texts by slug."""

    exercises: list[Exercise] = field(default_factory=list)
    quizzes: int = 0
    snippets: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    of_exercises: dict[str, list[Flaw]] = field(default_factory=dict)


def rehearse(catalogue: FolderCatalogue, lesson: str, slugs: Iterable[str]) -> Rehearsal:
    """Read *lesson*, its quizzes and its exercises *slugs*; run the Python of page, quizzes and finished statements."""
    found, folder = Rehearsal(), catalogue.folder(lesson)
    page = _tried(found.flaws, lesson, partial(catalogue.lesson, lesson))
    snippets = list(of_page(page)) if page else []
    files = _tried(found.flaws, lesson, partial(catalogue.quiz_files, lesson)) or {}
    if page:
        found.flaws += misplaced(lessons.PAGE, page.page, {"exercise": catalogue.names()[lesson], "quiz": files})
    for slug, file in files.items():
        quiz = _tried(found.flaws, lesson, partial(catalogue.quiz, lesson, slug))
        if quiz is not None:
            found.quizzes += 1
            snippets += of_quiz(quiz, file, (folder / file).read_text(encoding="utf-8"))
    for slug in slugs:
        exercise = _tried(found.flaws, lesson, partial(catalogue.exercise, lesson, slug))
        if exercise is not None:
            found.exercises.append(exercise)
            snippets += () if any(unfinished(exercise)) else of_exercise(exercise)
    found.flaws += left_to_do(folder, (lessons.SETTINGS, lessons.PAGE, *files.values()))
    found.snippets = len(snippets)
    found.of_exercises = flaws_of(zip(snippets, perform(snippets), strict=True))
    found.flaws += found.of_exercises.pop("", [])
    return found


def _tried(flaws: list[Flaw], lesson: str, read: Callable[[], Read]) -> Read | None:
    """Return what is *read*; where it is refused, None, and that is a flaw."""
    try:
        return read()
    except BadExercise as error:
        file, _, problem = str(error).partition(": ")
        problem, _, remedy = problem.rpartition("; ")
        flaws.append(Flaw(file.partition(f"{lesson}/")[2] or file, problem, remedy))
        return None


def perform(snippets: Sequence[Snippet], *, seconds: float = SECONDS) -> list[Ran | None]:
    """Run *snippets* in one process of their own; None for one that was left out because another failed."""
    if not snippets:
        return []
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_perform, args=(theirs, snippets), daemon=True)
    process.start()
    theirs.close()
    try:
        found = list(_hear(ours, len(snippets), seconds))
    finally:
        process.kill()
        process.join()
    return found + [None] * (len(snippets) - len(found))


def _hear(connection: Connection, count: int, seconds: float) -> Iterator[Ran | None]:
    """Give what the process says, and in the end what it was at when it fell silent."""
    for _ in range(count):
        if not connection.poll(seconds):
            yield Ran(problem=f"does not end within {seconds:g} s")
            return
        try:
            yield connection.recv()
        except EOFError:
            yield Ran(problem="ends the process that it runs in")
            return


def _perform(connection: Connection, snippets: Sequence[Snippet]) -> None:
    warnings.simplefilter("ignore")
    worlds: dict[str, dict[str, object] | None] = {}
    for snippet in snippets:
        names = worlds.setdefault(snippet.world, {"__name__": "__main__"})
        ran = None if names is None else _run(snippet, names)
        if ran and ran.problem:
            worlds[snippet.world] = None
        connection.send(ran)


def _run(snippet: Snippet, names: dict[str, object]) -> Ran:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            exec(compile(snippet.code, snippet.file, "exec"), names)  # noqa: S102 - a lecturer's own code
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raises is what is told
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == snippet.file]
            line = error.lineno if isinstance(error, SyntaxError) else frames[-1].lineno if frames else 1
            return Ran(out.getvalue(), f"raises {type(error).__name__}: {error}".rstrip(": "), line or 1)
    return Ran(out.getvalue())
