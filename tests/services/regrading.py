"""A course whose work is regraded: who handed in, what it got then, and what it gets now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.domain.audit import Filter
from grader.domain.regrade import Choice
from grader.domain.scoring import Cause, ItemKind
from grader.domain.submission import MAX_RUN_CLAIMS
from grader.services import regrade
from grader.services.grade import grade_run
from grader.services.regrade_start import Wish, start
from grader.services.regrade_view import look
from tests.fakes import FakeExaminer, a_check, a_report

if TYPE_CHECKING:
    from grader.domain.regrade import Regrade
    from grader.domain.report import Report
    from grader.domain.scoring import Grade
    from grader.domain.submission import Submission
    from grader.services.regrade_view import RegradeView
    from tests.services.conftest import World

CONV = "pointwise-conv"
SPRING = "spring"


def worth(points: int, version: str = "c0ffee") -> Report:
    """Return a report of so many out of 4 points."""
    first = a_check(points=min(points, 3))
    return a_report(first, a_check("no_mixing", points=max(points - 3, 0), max_points=1), content_hash=version)


@dataclass
class Term:
    """A course in which work is handed in, graded and graded again."""

    world: World

    def graded(self, points: int, login: str = "ada", version: str = "c0ffee") -> Submission:
        """Hand in and have it graded, a minute after the last."""
        self.world.clock.advance(minutes=1)
        submission = self.world.submit(login)
        self.run(self.world.run(submission).id, worth(points, version))
        return submission

    def run(self, run_id: int, report: Report | None = None, error: Exception | None = None) -> bool:
        examiner = FakeExaminer(report, error=error)
        needs = self.world.make_uow, self.world.clock, self.world.catalogue
        return grade_run(*needs, examiner, run_id=run_id, node="node-1")

    def start(self, choice: Choice = Choice.ALL, login: str = "ian", **wish: Any) -> Regrade:  # noqa: ANN401
        asked: dict[str, Any] = {"exercise": CONV, "choice": choice, "reason": "a test was wrong", **wish}
        world = self.world
        return start(
            world.make_uow(),
            world.clock,
            world.catalogue,
            world.bell,
            user=world[login],
            course_slug=SPRING,
            wish=Wish(**asked),
        )

    def runs(self, regraded: Regrade) -> list[int]:
        """Return the runs of a regrade, by submission."""
        with self.world.make_uow().reading() as uow:
            return [each.run_id for each in uow.regrades.proposals(regraded.id)]

    def finish(self, regraded: Regrade, *points: int | None) -> None:
        """Grade the runs of a regrade, by submission; None fails by our fault for good."""
        for run_id, worth_ in zip(self.runs(regraded), points, strict=True):
            if worth_ is None:
                for _ in range(MAX_RUN_CLAIMS):
                    self.run(run_id, error=OSError("no disk"))
            else:
                self.run(run_id, worth(worth_, "f00d"))

    def again(self, *points: int | None, choice: Choice = Choice.ALL, **wish: Any) -> Regrade:  # noqa: ANN401
        """Start a regrade and let it run."""
        self.finish(regraded := self.start(choice, **wish), *points)
        return regraded

    def apply(self, regraded: Regrade, login: str = "ian") -> Regrade:
        world = self.world
        return regrade.apply(
            world.make_uow(), world.clock, user=world[login], course_slug=SPRING, regrade_id=regraded.id
        )

    def discard(self, regraded: Regrade) -> Regrade:
        world = self.world
        return regrade.discard(
            world.make_uow(), world.clock, user=world["ian"], course_slug=SPRING, regrade_id=regraded.id
        )

    def undo(self, regraded: Regrade) -> Regrade:
        world = self.world
        return regrade.undo(
            world.make_uow(), world.clock, user=world["ian"], course_slug=SPRING, regrade_id=regraded.id
        )

    def look(self, regraded: Regrade) -> RegradeView:
        world = self.world
        return look(world.make_uow(), world.catalogue, user=world["ian"], course_slug=SPRING, regrade_id=regraded.id)

    def grade(self, login: str = "ada") -> Grade | None:
        with self.world.make_uow().reading() as uow:
            course = uow.courses.by_slug(SPRING)
            enrolment = uow.enrolments.find(self.world[login].id, course.id) if course else None
            return uow.grades.find(enrolment.id, ItemKind.EXERCISE, CONV) if enrolment else None

    def points(self, login: str = "ada") -> int | None:
        grade = self.grade(login)
        return None if grade is None else int(grade.points)

    def history(self, login: str = "ada") -> list[tuple[Cause, int | None, int]]:
        """Return how the grade became what it is: why, before, after."""
        with self.world.make_uow().reading() as uow:
            course = uow.courses.by_slug(SPRING)
            enrolment = uow.enrolments.find(self.world[login].id, course.id) if course else None
            changes = uow.history.of_enrolment(enrolment.id) if enrolment else []
        return [(c.cause, None if c.before is None else int(c.before), int(c.grade.points)) for c in changes]

    def log(self) -> list[tuple[str, str, dict[str, str]]]:
        with self.world.make_uow().reading() as uow:
            course = uow.courses.by_slug(SPRING)
            entries = uow.audit.of_course(course.id, Filter(deed="regrade"), 100) if course else []
        return [(entry.deed, entry.what, dict(entry.detail)) for entry in reversed(entries)]
