"""Reads whole courses from plain dicts, for `tests.fakes.FakeUnitOfWork`; what it promises stands in `grader.ports`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grader.domain.insight import Answered, Belief, Ending, Finished, Graded
from grader.domain.people import Role
from tests.fake_tables import Repository

if TYPE_CHECKING:
    from grader.domain.attempt import Attempt
    from grader.domain.report import Report
    from grader.domain.submission import Submission


class FakeInsight(Repository):
    def graded(self, course_id: int, exercise: str | None = None) -> list[Graded]:
        return [
            Graded(
                s.enrolment_id,
                s.exercise,
                s.id,
                s.submitted,
                report.points,
                report.max_points,
                report.misconception,
                report.hint,
            )
            for s, report in self._reports(course_id, exercise)
        ]

    def endings(self, course_id: int, exercise: str) -> list[Ending]:
        latest = {s.enrolment_id: report for s, report in self._reports(course_id, exercise)}
        counts = Counter((check.name, check.outcome) for report in latest.values() for check in report.checks)
        checks = [(place, check) for report in latest.values() for place, check in enumerate(report.checks)]
        titles = {check.name: max(c.title for _, c in checks if c.name == check.name) for _, check in checks}
        places = {key: min(p for p, c in checks if (c.name, c.outcome) == key) for key in counts}
        in_order = sorted(counts, key=lambda key: (places[key], key[0], key[1].value))
        return [Ending(name, titles[name], outcome, counts[name, outcome]) for name, outcome in in_order]

    def beliefs(self, course_id: int, exercise: str | None = None) -> list[Belief]:
        found: dict[tuple[int, str], str] = {}
        for submission, report in self._reports(course_id, exercise):
            shown = [(report.misconception, report.hint), *((c.misconception, c.hint) for c in report.checks)]
            for name, hint in shown:
                if name is not None:
                    found[submission.id, name] = max(found.get((submission.id, name), ""), hint or "")
        return [Belief(submission_id, name, hint) for (submission_id, name), hint in sorted(found.items())]

    def finished(self, course_id: int) -> list[Finished]:
        scores = self.tables.attempt_scores
        return [
            Finished(a.enrolment_id, a.quiz, scores[a.id].points, scores[a.id].max_points)
            for a in self._first(course_id)
        ]

    def answered(self, course_id: int, quiz: str) -> list[Answered]:
        return [
            Answered(
                a.enrolment_id,
                a.id,
                a.seed,
                {question: value for (of, question), value in self.tables.answers.items() if of == a.id},
            )
            for a in self._first(course_id)
            if a.quiz == quiz
        ]

    def _is_student(self, enrolment_id: int, course_id: int) -> bool:
        enrolment = self.tables.enrolments[enrolment_id]
        return enrolment.course_id == course_id and enrolment.role is Role.STUDENT and enrolment.is_active

    def _reports(self, course_id: int, exercise: str | None) -> list[tuple[Submission, Report]]:
        """Return graded submissions, by id, with the report that counts."""
        newest = {
            self.tables.runs[run_id].submission_id: self.tables.reports[run_id]
            for run_id in sorted(self.tables.reports)
            if self.tables.runs[run_id].counts
        }
        found = [(self.tables.submissions[submission_id], report) for submission_id, report in sorted(newest.items())]
        return [
            (submission, report)
            for submission, report in found
            if self._is_student(submission.enrolment_id, course_id) and exercise in (None, submission.exercise)
        ]

    def _first(self, course_id: int) -> list[Attempt]:
        first: dict[tuple[int, str], Attempt] = {}
        for attempt in self.tables.attempts.values():
            if attempt.finished and self._is_student(attempt.enrolment_id, course_id):
                first.setdefault((attempt.enrolment_id, attempt.quiz), attempt)
        return list(first.values())
