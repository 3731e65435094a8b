"""Regrades as instructors look at them: which there are, what can be run again, what one changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.errors import BadExercise, NotFound
from grader.domain.permissions import Action
from grader.domain.regrade import Progress, Stage, counting, versions
from grader.services.enrol import allowed, owner_and_viewer
from grader.services.regrade_basis import found, progress, read_difference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.people import Course, Role, User
    from grader.domain.regrade import Regrade, Version
    from grader.domain.regrade_difference import Difference
    from grader.ports import Catalogue, UnitOfWork


@dataclass(frozen=True)
class Regrades:
    """A course's regrades, newest first, with how far each is; *titles* of the exercises that there are."""

    course: Course
    role: Role
    lines: Sequence[tuple[Regrade, Progress]]
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Offer:
    """What can be run again: of one exercise, once it is chosen, how many submissions count by which version.

    *current* is the present version, empty when the exercise is broken.
    """

    course: Course
    role: Role
    titles: Mapping[str, str]
    exercise: str = ""
    current: str = ""
    versions: Sequence[Version] = ()
    submission_id: int | None = None  # just this one
    student: User | None = None  # whose it is
    undecided: Regrade | None = None


@dataclass(frozen=True)
class RegradeView:
    """One regrade; *difference* is None until all its runs have ended. *students* are by enrolment."""

    course: Course
    role: Role
    regrade: Regrade
    title: str
    progress: Progress
    place: int | None  # of its next run in the queue, 1 is next; None when none waits
    difference: Difference | None
    students: Mapping[int, User]

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.progress.done >= self.progress.total


def regrades(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str) -> Regrades:
    """Return a course's regrades; Forbidden for whom they are none of."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.REGRADE)
        counts = uow.regrades.progress(course.id)
        lines = [(each, counts.get(each.id, Progress())) for each in uow.regrades.of_course(course.id)]
    return Regrades(course, enrolment.role, lines, _titles(catalogue, course))


def offer(
    uow: UnitOfWork,
    catalogue: Catalogue,
    *,
    user: User,
    course_slug: str,
    exercise: str = "",
    submission_id: int | None = None,
) -> Offer:
    """Return what can be run again; with a submission, that one. NotFound for what is not of the course."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.REGRADE)
        titles = _titles(catalogue, course)
        student = None
        if submission_id is not None:
            exercise, student = _one(uow, user, course, submission_id)
        elif exercise and exercise not in titles:
            raise NotFound(f"there is no exercise {exercise!r}; there are: {', '.join(titles)}")
        results = uow.regrades.graded(course.id, exercise) if exercise else []
        undecided = uow.regrades.running(course.id, exercise) if exercise else None
    if submission_id is not None and submission_id not in {each.submission_id for each in counting(results)}:
        raise NotFound(f"there is no graded submission {submission_id} in this course")
    return Offer(
        course=course,
        role=enrolment.role,
        titles=titles,
        exercise=exercise,
        current=_current(catalogue, course, exercise),
        versions=versions(results),
        submission_id=submission_id,
        student=student,
        undecided=undecided,
    )


def look(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, regrade_id: int) -> RegradeView:
    """Return how far a regrade is, and what it changes."""
    return _look(uow, catalogue, user, course_slug, regrade_id, in_full=True)


def follow(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, regrade_id: int) -> RegradeView:
    """Return how far a regrade is, without what it changes: a quick look."""
    return _look(uow, catalogue, user, course_slug, regrade_id, in_full=False)


def _look(
    uow: UnitOfWork, catalogue: Catalogue, user: User, course_slug: str, regrade_id: int, *, in_full: bool
) -> RegradeView:
    with uow.reading():
        course, enrolment, regrade = found(uow, user, course_slug, regrade_id)
        counts = progress(uow, regrade)
        waiting = uow.regrades.waiting(regrade.id, 1) if counts.waiting else []
        is_told = in_full and (counts.done >= counts.total or regrade.stage is not Stage.RUNNING)
        return RegradeView(
            course=course,
            role=enrolment.role,
            regrade=regrade,
            title=_titles(catalogue, course).get(regrade.exercise, regrade.exercise),
            progress=counts,
            place=uow.runs.ahead(waiting[0]) + 1 if waiting else None,
            difference=read_difference(uow, regrade) if is_told else None,
            students={each.id: student for each, student in uow.enrolments.of_course(course.id)} if is_told else {},
        )


def _one(uow: UnitOfWork, user: User, course: Course, submission_id: int) -> tuple[str, User]:
    submission = uow.submissions.get(submission_id)
    owner, _ = owner_and_viewer(uow, user, submission.enrolment_id, what=f"submission {submission_id}")
    if owner.course_id != course.id:
        raise NotFound(f"there is no submission {submission_id} in this course")
    return submission.exercise, uow.users.get(owner.user_id)


def _titles(catalogue: Catalogue, course: Course) -> dict[str, str]:
    try:
        return {exercise.slug: exercise.title for exercise in catalogue.exercises(course.lesson)}
    except (BadExercise, NotFound):
        return {}


def _current(catalogue: Catalogue, course: Course, exercise: str) -> str:
    try:
        return catalogue.exercise(course.lesson, exercise).content_hash if exercise else ""
    except (BadExercise, NotFound):
        return ""
