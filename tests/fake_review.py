"""What reviewing work reads, from plain dicts, for `tests.fakes.FakeUnitOfWork`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.people import Role
from grader.domain.run_record import RunRecord
from grader.domain.scoring import ItemKind
from grader.domain.submission import State
from tests.fake_tables import Repository

if TYPE_CHECKING:
    from grader.domain.people import User
    from grader.domain.submission import Run, Submission


class FakeReview(Repository):
    def solutions(self, course_id: int, exercise: str) -> list[tuple[User, Submission]]:
        found: dict[int, Submission] = {}
        for submission in self.tables.submissions.values():
            enrolment = self.tables.enrolments[submission.enrolment_id]
            is_students = enrolment.course_id == course_id and enrolment.role is Role.STUDENT
            if is_students and submission.exercise == exercise:
                grade = self.tables.grades.get((enrolment.id, ItemKind.EXERCISE, exercise))
                counted = self.tables.submissions.get(grade.attempt_id or 0) if grade else None
                found[enrolment.user_id] = counted or submission
        in_order = sorted(found.items(), key=lambda item: item[1].id)
        return [(self.tables.users[user_id], submission) for user_id, submission in in_order]

    def runs(self, submission_id: int) -> list[RunRecord]:
        runs = [run for run in self.tables.runs.values() if run.submission_id == submission_id]
        return [self._record(run) for run in sorted(runs, key=lambda run: -run.id)]

    def reopen(self, submission_id: int) -> bool:
        submission = self.tables.submissions.get(submission_id)
        if submission is None or submission.state is not State.VOID:
            return False
        self.tables.submissions[submission_id] = replace(submission, state=State.QUEUED)
        return True

    def _record(self, run: Run) -> RunRecord:
        started, finished = self.tables.times.get(run.id, (None, None))
        report = self.tables.reports.get(run.id)
        record = RunRecord(run, self.tables.faults.get(run.id, ""), started=started)
        if report is None:
            return record
        return replace(
            record,
            finished=finished,
            node=report.node,
            device=report.device,
            torch_version=report.torch_version,
            content_hash=report.content_hash,
            seed_id=report.seed_id,
            seconds=report.seconds,
            memory_mib=report.memory_mib,
            points=report.points,
            max_points=report.max_points,
            outcome=report.outcome,
        )
