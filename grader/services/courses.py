"""Make a course, change it, copy it for the next term. Who instructs one may make others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.assignment import Assignment, shifted
from grader.domain.audit import Deed, Note
from grader.domain.errors import Forbidden, Invalid
from grader.domain.naming import parse_slug, short
from grader.domain.people import Role
from grader.domain.permissions import Action
from grader.services.enrol import allowed
from grader.services.tokens import require_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from grader.domain.lesson import Lesson
    from grader.domain.people import Course, User
    from grader.ports import Catalogue, Clock, UnitOfWork

MOST_DAYS = 3660


@dataclass(frozen=True)
class Settings:
    """A course with what a form about it shows; *begins* is its earliest date, None when there is none."""

    course: Course
    role: Role
    begins: datetime | None


def settings(uow: UnitOfWork, *, user: User, course_slug: str) -> Settings:
    """Return what may be changed; Forbidden for all but the course's instructors."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.CHANGE_COURSE)
        kept = uow.assignments.of_course(course.id)
    return Settings(course, enrolment.role, _begins(kept.values()))


def lessons(uow: UnitOfWork, catalogue: Catalogue, *, user: User) -> Sequence[Lesson]:
    """Return the lessons that a new course could teach, in their order; Forbidden for who may make none."""
    with uow.reading():
        _require_instructor(uow, user)
    return sorted((catalogue.lesson(slug) for slug in catalogue.lessons()), key=lambda each: (each.order, each.slug))


def make(
    uow: UnitOfWork,
    clock: Clock,
    catalogue: Catalogue,
    *,
    user: User,
    slug: str,
    title: str,
    lesson: str,
    closes: datetime | None = None,
) -> Course:
    """Make a course with *user* as its instructor; Conflict when the slug is taken, Invalid for no such lesson."""
    with uow.writing():
        _require_instructor(uow, user)
        known = catalogue.lessons()
        if lesson not in known:
            raise Invalid(f"there is no lesson {lesson!r}; there are: {', '.join(known)}", field="lesson")
        course = _made(uow, user, clock.now(), slug=slug, title=title, lesson=lesson, closes=closes)
        uow.commit()
    return course


def change(
    uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, title: str, closes: datetime | None
) -> Course:
    """Keep a course's title and when it stops to take work, None for never."""
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_COURSE)
        after = replace(course, title=short(title, "title"), closes=closes)
        detail = _difference(course, after)
        if detail:
            uow.courses.change(after)
            uow.audit.add(Deed.COURSE_CHANGED, when=clock.now(), what=course.slug, course_id=course.id, detail=detail)
            uow.commit()
    return after


def copy(
    uow: UnitOfWork,
    clock: Clock,
    *,
    user: User,
    course_slug: str,
    slug: str,
    title: str,
    days: int = 0,
    begins: date | None = None,
    staff: bool = False,
) -> Course:
    """Make a course like another, all its dates *days* later, or so that the earliest is on *begins*.

    Its staff comes along if wanted; students, their work, grades and extensions don't. Times of day stay as they are in
    UTC, whatever clocks do in between.
    """
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_COURSE)
        require_whole(user)
        kept = uow.assignments.of_course(course.id).values()
        by = _shift(_begins(kept), days, begins)
        try:
            closes = course.closes and course.closes + by
            terms = {(each.kind, each.item): shifted(each.terms, by) for each in kept}
        except OverflowError:
            raise Invalid("dates would be outside of what a calendar holds", field="days") from None
        made = _made(uow, user, now, slug=slug, title=title, lesson=course.lesson, closes=closes, source=course)
        for (kind, item), moved in terms.items():
            uow.assignments.put(Assignment(made.id, kind, item, moved))
        if staff:
            _bring_staff(uow, course, made, user, now)
        uow.commit()
    return made


def _made(
    uow: UnitOfWork,
    user: User,
    now: datetime,
    *,
    slug: str,
    title: str,
    lesson: str,
    closes: datetime | None,
    source: Course | None = None,
) -> Course:
    course = uow.courses.add(parse_slug(slug.strip()), short(title, "title"), lesson, closes=closes)
    uow.enrolments.add(user.id, course.id, Role.INSTRUCTOR)
    detail = {"lesson": lesson} | ({"copied from": source.slug} if source else {})
    uow.audit.add(Deed.COURSE_MADE, when=now, what=course.slug, course_id=course.id, detail=detail)
    return course


def _bring_staff(uow: UnitOfWork, course: Course, made: Course, user: User, now: datetime) -> None:
    others = [
        each
        for each in uow.rosters.members(course.id)
        if each.enrolment.is_active and each.enrolment.role.is_staff and each.user.id != user.id
    ]
    uow.rosters.add(made.id, [(each.user.id, each.enrolment.role, each.enrolment.section) for each in others])
    notes = [
        Note(
            Deed.ENROLLED,
            each.user.login,
            each.user.id,
            {"role": each.enrolment.role.value, "section": each.enrolment.section},
        )
        for each in others
    ]
    uow.audit.add_all(notes, when=now, course_id=made.id)


def _require_instructor(uow: UnitOfWork, user: User) -> None:
    require_whole(user)
    if not any(enrolment.role is Role.INSTRUCTOR for _, enrolment in uow.courses.of_user(user.id)):
        raise Forbidden("only who is the instructor of a course may make another")


def _begins(kept: Iterable[Assignment]) -> datetime | None:
    dates = [when for each in kept for when in (each.terms.opens, each.terms.due, each.terms.closes) if when]
    return min(dates, default=None)


def _shift(first: datetime | None, days: int, begins: date | None) -> timedelta:
    """Return by how much dates move, a whole number of days; Invalid when that is not to be said."""
    if begins is not None:
        if days:
            raise Invalid("say either by how many days, or when it begins", field="begins")
        if first is None:
            raise Invalid("no assignment has a date that could be moved there: say a number of days", field="begins")
        days = (begins - first.date()).days
    if abs(days) > MOST_DAYS:
        raise Invalid(f"dates move by at most {MOST_DAYS} days", field="begins" if begins else "days")
    return timedelta(days=days)


def _difference(before: Course, after: Course) -> Mapping[str, str]:
    """Return each field that differs, as "old → new", for the audit log."""
    said = {}
    if before.title != after.title:
        said["title"] = f"{before.title} → {after.title}"
    if before.closes != after.closes:
        said["closes"] = f"{before.closes or '–'} → {after.closes or '–'}"
    return said
