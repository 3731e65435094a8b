"""Whose solutions of an exercise share long passages, for a course's staff; what it means is for people to find out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.errors import NotFound
from grader.domain.permissions import Action
from grader.domain.similarity import everything, fingerprints, passages, rank, tokens
from grader.services.class_passages import class_passages
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.exercise import Exercise
    from grader.domain.people import Course, Role, User
    from grader.domain.similarity import Pair, Passage, Prints
    from grader.domain.submission import Submission
    from grader.ports import Catalogue, UnitOfWork


@dataclass(frozen=True)
class Work:
    """A student's submission."""

    student: User
    submission: Submission


@dataclass(frozen=True)
class Alike:
    """Two students' work, and what they share."""

    pair: Pair
    one: Work
    other: Work


@dataclass(frozen=True)
class Similarity:
    """Of an exercise: the pairs that share most, and how many students' work was compared."""

    course: Course
    role: Role  # the reader's
    exercise: Exercise
    compared: int
    pairs: Sequence[Alike]


@dataclass(frozen=True)
class SideBySide:
    """Two students' work beside each other. *share* is None for what is too short to tell."""

    course: Course
    role: Role  # the reader's
    exercise: Exercise
    one: Work
    other: Work
    passages: Sequence[Passage]
    share: float | None


def similar(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, exercise_slug: str) -> Similarity:
    """Return whose work shares long passages, the most alike first: each student's that counts, or else the newest.

    NotFound when there is no such course or exercise; Forbidden for students.
    """
    with uow.reading():
        course, reader = allowed(uow, user, course_slug, Action.SEE_SIMILARITY)
        exercise = catalogue.exercise(course.lesson, exercise_slug)
        works = [Work(*found) for found in uow.review.solutions(course.id, exercise.slug)]
    shared = class_passages([work.submission for work in works], _starter(exercise))
    by_id = {work.submission.id: work for work in works}
    alike = [Alike(pair, by_id[pair.one], by_id[pair.other]) for pair in shared.pairs]
    return Similarity(course, reader.role, exercise, len(works), alike)


def side_by_side(
    uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, one_id: int, other_id: int
) -> SideBySide:
    """Return two submissions and where they agree; NotFound unless they are two students' of one exercise there."""
    with uow.reading():
        course, reader = allowed(uow, user, course_slug, Action.SEE_SIMILARITY)
        one, other = (_work(uow, course, number) for number in (one_id, other_id))
        if one.student == other.student or one.submission.exercise != other.submission.exercise:
            raise NotFound(f"submissions {one_id} and {other_id} are not of two students and one exercise")
        exercise = catalogue.exercise(course.lesson, one.submission.exercise)
        works = [Work(*found) for found in uow.review.solutions(course.id, exercise.slug)]
    starter = _starter(exercise)
    ignored = starter | class_passages([work.submission for work in works], starter).common
    found = [tokens(work.submission.source) for work in (one, other)]
    pairs = rank(dict(enumerate(fingerprints(each, ignored=starter) for each in found)), ignored=ignored)
    share = pairs[0].share if pairs else None
    return SideBySide(course, reader.role, exercise, one, other, passages(*found, ignored=ignored), share)


def _work(uow: UnitOfWork, course: Course, submission_id: int) -> Work:
    submission = uow.submissions.get(submission_id)
    owner = uow.enrolments.get(submission.enrolment_id)
    if owner.course_id != course.id:
        raise NotFound(f"there is no submission {submission_id}")
    return Work(uow.users.get(owner.user_id), submission)


def _starter(exercise: Exercise) -> Prints:
    return everything(tokens(exercise.starter))
