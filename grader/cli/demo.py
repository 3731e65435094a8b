"""`grader demo`: the whole service at work. The same services and the same API as in production; nothing is canned.

Starts everything in a temporary folder, lets four students hand in over HTTP and answer the quiz, shows their
reports and the gradebook, stops everything. Any score that is not what it must be makes it fail.

With `--class N` nobody hands in: N students have been there for a month, and the service goes on until Ctrl-C.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from grader.bootstrap import logs
from grader.bootstrap.store import open_records, open_store
from grader.cli.client import ApiError, Client
from grader.cli.demo_class.show import Wanted, show
from grader.cli.demo_students import Student, answers, students
from grader.cli.embedded.service import Plan, Service
from grader.cli.enrol import invite
from grader.cli.screen import harmless, safe, show_report
from grader.domain.people import Role
from grader.domain.quiz import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.progress import TaskID

    from grader.cli.client import Gradebook, Submission
    from grader.domain.questions import Drawn
    from grader.domain.quiz import Quiz

_LESSON = "1x1-convolutions"
_EXERCISE = "pointwise-conv"
_BELIEF = "forgets_bias"
_COURSE = "demo"
_LECTURER = "grace"


@click.command()
@click.option(
    "--exercises",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("exercises"),
    show_default=True,
    envvar="GRADER_EXERCISES",
    help="The folder of lessons.",
)
@click.option("--class", "students", type=click.IntRange(1, 2000), metavar="N", help="Show a class of N instead.")
@click.option("--seed", type=int, default=1, show_default=True, help="Draws the class; the same seed, the same class.")
@click.option("--password", help="Of the class's people that can sign in; one is drawn when not given.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of the class; 0 takes a free one.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keeps the class for the next time; a temporary folder when not given.",
)
def command(
    *, exercises: Path, students: int | None, seed: int, password: str | None, port: int, folder: Path | None
) -> None:
    """Show the whole service at work, then stop it; or a class that has been there for a month."""
    logs.set_up("error")
    console = Console(highlight=False)
    complaints: list[str] = []
    with _place(folder) as place:
        plan = Plan(folder=place, exercises=exercises, port=port)
        with Service(plan, say=lambda line: console.print(safe(line, "dim"))) as service:
            if students is not None:
                show(service, console, Wanted(students, seed, password))
            else:
                complaints = _run(service, console)
    console.print("everything is stopped")
    if complaints:
        raise click.ClickException("not as it must be: " + "; ".join(complaints))


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="grader-demo-") as temporary:
        yield Path(temporary)


def _run(service: Service, console: Console) -> list[str]:
    try:
        return _Demo(service, console).run()
    except ApiError as error:
        raise click.ClickException(harmless(str(error))) from None


class _Demo:
    """One course with its people, from the first submission to the gradebook."""

    def __init__(self, service: Service, console: Console) -> None:
        self._console = console
        self._complaints: list[str] = []
        self._settings = service.settings
        with open_store(service.settings) as store:
            self._exercise = store.catalogue.exercise(_LESSON, _EXERCISE)
            self._quizzes = store.catalogue.quizzes(_LESSON)
            self._students = students(self._exercise, self._exercise.misconception(_BELIEF))
            people = [(_LECTURER, Role.INSTRUCTOR), *((each.login, Role.STUDENT) for each in self._students)]
            invited = list(invite(store, slug=_COURSE, title="Demo", lesson=_LESSON, people=people))
        self._clients = {person.login: Client(service.url, person.token) for person in invited}
        self._quiz_points = dict.fromkeys(self._clients, 0)

    def run(self) -> list[str]:
        """Return what was not as it must be."""
        for student, submission in zip(self._students, self._hand_in(), strict=True):
            self._show(student, submission)
        for student in self._students:
            self._answer_quizzes(student)
        self._show_gradebook(self._clients[_LECTURER].gradebook(_COURSE))
        return self._complaints

    def _hand_in(self) -> list[Submission]:
        """Hand in for all students at once and show how each submission goes on."""
        self._title(f"{len(self._students)} students hand in {self._exercise.slug}")
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._console) as progress, ThreadPoolExecutor() as pool:
            total = len(self._exercise.scenarios)
            lines = [progress.add_task(each.login, total=total, state="") for each in self._students]
            return list(pool.map(lambda each, line: self._follow(each, progress, line), self._students, lines))

    def _follow(self, student: Student, progress: Progress, line: TaskID) -> Submission:
        client = self._clients[student.login]
        number = client.submit(_COURSE, self._exercise.slug, student.source.encode())
        for seen in client.follow(number):
            done = progress.tasks[line].total if seen.is_final else float(seen.progress.partition("/")[0] or 0)
            place = f", place {seen.place}" if seen.place is not None else ""
            progress.update(line, completed=done or 0, state=f"{seen.state}{place}")
        return seen

    def _show(self, student: Student, submission: Submission) -> None:
        self._title(f"{student.login} {student.about}")
        report = submission.report
        if report is None:
            self._complain(f"{student.login}'s submission was not graded")
            return
        show_report(self._console, report)
        self._expect(f"{student.login}'s points", report.points, student.points)
        self._expect(f"{student.login}'s misconception", report.misconception, student.misconception)
        if report.outcome not in student.outcomes:
            self._complain(f"{student.login}'s outcome is {report.outcome}")

    def _answer_quizzes(self, student: Student) -> None:
        client = self._clients[student.login]
        for quiz in self._quizzes:
            attempt = client.start_quiz(_COURSE, quiz.slug)
            given, points = answers(student, self._drawn(quiz, attempt.id))
            for question, answer in given.items():
                client.answer(attempt.id, question, answer)
            finished = client.finish_quiz(attempt.id)
            self._title(f"{student.login} answers the quiz: {finished.points:g}/{finished.max_points}")
            for asked in finished.questions:
                if asked.marked:
                    found = "right" if asked.marked.correct else "wrong"
                    self._console.print(safe(f"{found}  {asked.slug}: {asked.marked.explanation}"))
            self._expect(f"{student.login}'s quiz", finished.points, points)
            self._quiz_points[student.login] += points

    def _drawn(self, quiz: Quiz, attempt_id: int) -> Sequence[Drawn]:
        """Return the questions of an attempt: a student would compute the answers from the prompts."""
        with open_records(self._settings) as records, records.make_uow().reading() as uow:
            return draw(quiz, uow.attempts.get(attempt_id).seed)

    def _show_gradebook(self, book: Gradebook) -> None:
        self._title("the gradebook")
        table = Table("student", *(f"{item.slug}\n/{item.max_points}" for item in book.items), "sum")
        for row in book.rows:
            cells = ("" if counted is None else f"{counted.points:g}" for counted in row.grades)
            table.add_row(safe(row.login), *cells, f"{row.points:g}/{book.max_points:g}")
        self._console.print(table)
        sums = {row.login: row.points for row in book.rows}
        for each in self._students:
            self._expect(f"{each.login}'s sum", sums.get(each.login), each.points + self._quiz_points[each.login])

    def _title(self, text: str) -> None:
        self._console.print()
        self._console.print(safe(text, "bold"))

    def _expect(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self._complain(f"{what}: {found} instead of {wanted}")

    def _complain(self, complaint: str) -> None:
        self._complaints.append(complaint)
        self._console.print(safe(complaint, "bold red"))
