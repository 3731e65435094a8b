"""Regrades over plain dicts, for `tests.fakes.FakeUnitOfWork`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.people import Role
from grader.domain.regrade import STATES, Choice, Graded, Progress, Proposal, Regrade, Stage
from grader.domain.regrade_difference import Verdict
from grader.domain.submission import Run, State
from tests.fake_tables import Repository, one

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class FakeRegrades(Repository):
    def hold(self, course_id: int) -> None:
        """Writers are alone here anyway."""

    def add(
        self,
        course_id: int,
        exercise: str,
        choice: Choice,
        *,
        version: str,
        never_lower: bool,
        reason: str,
        by: str,
        made: datetime,
    ) -> Regrade:
        regrade = Regrade(
            next(self.ids), course_id, exercise, choice, version, never_lower, reason, Stage.RUNNING, by, made
        )
        self.tables.regrades[regrade.id] = regrade
        return regrade

    def get(self, regrade_id: int) -> Regrade:
        return one(self.tables.regrades, regrade_id, "regrade")

    def of_course(self, course_id: int) -> list[Regrade]:
        return [each for each in reversed(self.tables.regrades.values()) if each.course_id == course_id]

    def running(self, course_id: int, exercise: str) -> Regrade | None:
        wanted = (exercise, Stage.RUNNING)
        return next((each for each in self.of_course(course_id) if (each.exercise, each.stage) == wanted), None)

    def move(self, regrade_id: int, old: Stage, new: Stage, *, when: datetime) -> bool:
        regrade = self.tables.regrades.get(regrade_id)
        if regrade is None or regrade.stage is not old:
            return False
        moved = replace(regrade, undone=when) if new is Stage.UNDONE else replace(regrade, ended=when)
        self.tables.regrades[regrade_id] = replace(moved, stage=new)
        return True

    def graded(self, course_id: int, exercise: str) -> list[Graded]:
        found = []
        for run in sorted(self.tables.runs.values(), key=lambda run: run.id):
            submission = self.tables.submissions[run.submission_id]
            enrolment = self.tables.enrolments[submission.enrolment_id]
            of_it = (enrolment.course_id, submission.exercise) == (course_id, exercise)
            if of_it and run.counts and (graded := self._graded(run)):
                found.append(graded)
        return found

    def propose(self, regrade_id: int, submission_ids: Sequence[int], *, queued: datetime) -> None:
        for submission_id in submission_ids:
            run = Run(next(self.ids), submission_id, State.QUEUED, queued, regrade_id=regrade_id, counts=False)
            self.tables.runs[run.id] = run

    def proposals(self, regrade_id: int) -> list[Proposal]:
        return [
            Proposal(
                run.id,
                run.submission_id,
                self.tables.submissions[run.submission_id].enrolment_id,
                run.state,
                run.counts,
                self.tables.faults.get(run.id, ""),
                self._graded(run),
            )
            for run in sorted(self._of(regrade_id), key=lambda run: run.submission_id)
        ]

    def verdicts(self, regrade_id: int) -> dict[int, list[Verdict]]:
        submissions = {run.submission_id for run in self._of(regrade_id)}
        runs = [run for run in self.tables.runs.values() if run.submission_id in submissions]
        reports = {
            run.id: self.tables.reports[run.id]
            for run in runs
            if (run.counts or run.regrade_id == regrade_id) and run.id in self.tables.reports
        }
        return {
            run_id: [Verdict(c.name, c.title, c.points, c.max_points, c.outcome) for c in report.checks]
            for run_id, report in reports.items()
        }

    def progress(self, course_id: int) -> dict[int, Progress]:
        return {
            regrade.id: Progress(**Counter(STATES[run.state] for run in runs))
            for regrade in self.of_course(course_id)
            if (runs := self._of(regrade.id))
        }

    def waiting(self, regrade_id: int, limit: int) -> list[Run]:
        waits = [run for run in self._of(regrade_id) if run.state is State.QUEUED]
        return sorted(waits, key=lambda run: (run.queued, run.id))[:limit]

    def let_count(self, run_ids: Sequence[int], *, counts: bool) -> None:
        for run_id in run_ids:
            self.tables.runs[run_id] = replace(self.tables.runs[run_id], counts=counts)

    def end_waiting(self, regrade_id: int, *, finished: datetime) -> int:
        waits = self.waiting(regrade_id, len(self.tables.runs))
        for run in waits:
            self.tables.runs[run.id] = replace(run, state=State.VOID)
            self.tables.faults[run.id] = ""
        return len(waits)

    def _of(self, regrade_id: int) -> list[Run]:
        return [run for run in self.tables.runs.values() if run.regrade_id == regrade_id]

    def _graded(self, run: Run) -> Graded | None:
        report = self.tables.reports.get(run.id)
        if run.state is not State.GRADED or report is None:
            return None
        submission = self.tables.submissions[run.submission_id]
        return Graded(
            run_id=run.id,
            submission_id=submission.id,
            enrolment_id=submission.enrolment_id,
            is_students=self.tables.enrolments[submission.enrolment_id].role is Role.STUDENT,
            submitted=submission.submitted,
            finished=self.tables.times[run.id][1],
            points=report.points,
            max_points=report.max_points,
            outcome=report.outcome,
            version=report.content_hash,
            regrade_id=run.regrade_id,
        )
