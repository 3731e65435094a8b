"""A course at a glance, for the ten minutes before class: what was tried and misunderstood, and who is stuck."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.domain.people import Role
from grader.domain.permissions import Action
from grader.domain.statistics import Stuck, Success, median, stuck, succeeded
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction

    from grader.domain.exercise import Exercise, Misconception
    from grader.domain.insight import Belief, Finished, Graded
    from grader.domain.people import Course, User
    from grader.domain.quiz import Quiz
    from grader.ports import Catalogue, UnitOfWork


@dataclass(frozen=True)
class Subject:
    """An exercise in its lecturer's words; one that is gone, and what it believed, is called by its name."""

    slug: str
    title: str
    misconceptions: Mapping[str, Misconception] = field(default_factory=dict)

    @classmethod
    def of(cls, exercise: Exercise) -> Subject:
        """Return an exercise that is there."""
        return cls(exercise.slug, exercise.title, {each.name: each for each in exercise.misconceptions})

    def belief(self, name: str) -> str:
        """Return a misconception in words."""
        return self.misconceptions[name].belief if name in self.misconceptions else name


@dataclass(frozen=True)
class Held:
    """A misconception; *belief* is the lecturer's word for it, *now* counts whose latest submission shows it."""

    belief: str
    hint: str
    now: int


@dataclass(frozen=True)
class ExerciseLine:
    """An exercise at a glance; *median* is of the students' best shares, None before there are some."""

    slug: str
    title: str
    tried: int
    succeeded: int
    stuck: int
    median: Fraction | None
    top: Held | None


@dataclass(frozen=True)
class QuizLine:
    """A quiz at a glance: of each student's first attempt."""

    slug: str
    title: str
    finished: int
    full: int
    median: Fraction | None


@dataclass(frozen=True)
class StuckLine:
    """A student who doesn't get on with an exercise; *belief* is what their latest submission shows, if anything."""

    student: User
    slug: str
    title: str
    stuck: Stuck
    belief: str


@dataclass(frozen=True)
class CourseInsight:
    """A course at a glance."""

    course: Course
    role: Role  # of the viewer
    students: int
    exercises: Sequence[ExerciseLine]
    quizzes: Sequence[QuizLine]
    stuck: Sequence[StuckLine]  # who has tried most often, first


def overview(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str) -> CourseInsight:
    """Return a course at a glance; Forbidden for students."""
    with uow.reading():
        course, viewer = allowed(uow, user, course_slug, Action.SEE_INSIGHT)
        students = students_of(uow, course)
        graded = uow.insight.graded(course.id)
        beliefs = uow.insight.beliefs(course.id)
        finished = uow.insight.finished(course.id)
    subjects = {each.slug: Subject.of(each) for each in catalogue.exercises(course.lesson)}
    by_exercise: dict[str, list[Graded]] = {slug: [] for slug in subjects}
    for each in graded:
        by_exercise.setdefault(each.exercise, []).append(each)
    found = [(subjects.get(slug, Subject(slug, slug)), own) for slug, own in by_exercise.items()]
    return CourseInsight(
        course=course,
        role=viewer.role,
        students=len(students),
        exercises=[_line(subject, own, beliefs) for subject, own in found],
        quizzes=[_quiz_line(quiz, finished) for quiz in catalogue.quizzes(course.lesson)],
        stuck=in_order(line for subject, own in found for line in stuck_lines(subject, own, students)),
    )


def students_of(uow: UnitOfWork, course: Course) -> dict[int, User]:
    """Return who is in the course as a student now, by enrolment; for use inside an open unit of work."""
    people = uow.enrolments.of_course(course.id)
    return {e.id: student for e, student in people if e.role is Role.STUDENT and e.is_active}


def by_student(graded: Iterable[Graded]) -> dict[int, list[Graded]]:
    """Return one exercise's submissions by enrolment."""
    found = defaultdict[int, list["Graded"]](list)
    for each in graded:
        found[each.enrolment_id].append(each)
    return dict(found)


def success(graded: Sequence[Graded]) -> Success | None:
    """Return how a student first got everything."""
    return succeeded([each.as_try for each in graded])


def stuck_lines(subject: Subject, graded: Sequence[Graded], students: Mapping[int, User]) -> list[StuckLine]:
    """Return who is stuck in one exercise."""
    found = []
    for enrolment_id, own in by_student(graded).items():
        if how := stuck([each.as_try for each in own]):
            belief = subject.belief(own[-1].misconception or "")
            found.append(StuckLine(students[enrolment_id], subject.slug, subject.title, how, belief))
    return found


def in_order(lines: Iterable[StuckLine]) -> list[StuckLine]:
    """Return who has tried most often, first; of those, who has waited longest."""
    return sorted(lines, key=lambda line: (-line.stuck.attempts, line.stuck.since, line.student.login))


def _line(subject: Subject, graded: Sequence[Graded], beliefs: Sequence[Belief]) -> ExerciseLine:
    of_each = by_student(graded).values()
    return ExerciseLine(
        slug=subject.slug,
        title=subject.title,
        tried=len(of_each),
        succeeded=sum(success(own) is not None for own in of_each),
        stuck=sum(stuck([each.as_try for each in own]) is not None for own in of_each),
        median=median([max(each.share for each in own) for own in of_each]),
        top=_top(subject, {own[-1].submission_id for own in of_each}, beliefs),
    )


def _top(subject: Subject, latest: set[int], beliefs: Sequence[Belief]) -> Held | None:
    shown = [belief for belief in beliefs if belief.submission_id in latest]
    counts = Counter(belief.misconception for belief in shown)
    if not counts:
        return None
    name, now = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Held(subject.belief(name), next(belief.hint for belief in shown if belief.misconception == name), now)


def _quiz_line(quiz: Quiz, finished: Sequence[Finished]) -> QuizLine:
    shares = [each.share for each in finished if each.quiz == quiz.slug]
    return QuizLine(quiz.slug, quiz.title, len(shares), sum(share >= 1 for share in shares), median(shares))
