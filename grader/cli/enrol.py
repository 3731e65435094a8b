"""`grader enrol`: make a course with its people and print a token for each, which is shown this once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from grader.bootstrap.store import open_store
from grader.domain.errors import Conflict, NotFound
from grader.domain.people import Role
from grader.services import enrol
from grader.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.bootstrap.store import Store
    from grader.domain.people import Course, User


@dataclass(frozen=True)
class Invited:
    """A person of a course with the secret of a new token."""

    login: str
    role: Role
    token: str


@click.command()
@click.argument("course")
@click.option("--title", help="The course's title; its name when not given.")
@click.option("--lesson", required=True, help="Which lesson it teaches.")
@click.option("--instructor", "instructors", multiple=True, metavar="LOGIN", help="May be given more than once.")
@click.option("--assistant", "assistants", multiple=True, metavar="LOGIN", help="May be given more than once.")
@click.option("--student", "students", multiple=True, metavar="LOGIN", help="May be given more than once.")
def command(
    course: str,
    *,
    title: str | None,
    lesson: str,
    instructors: tuple[str, ...],
    assistants: tuple[str, ...],
    students: tuple[str, ...],
) -> None:
    """Make COURSE, or add people to it, and print a token for each person."""
    people = [
        *((login, Role.INSTRUCTOR) for login in instructors),
        *((login, Role.ASSISTANT) for login in assistants),
        *((login, Role.STUDENT) for login in students),
    ]
    with open_store(read_settings(Settings)) as store:
        for invited in invite(store, slug=course, title=title or course, lesson=lesson, people=people):
            click.echo(f"{invited.login}\t{invited.role.value}\t{invited.token}")


def invite(store: Store, *, slug: str, title: str, lesson: str, people: Sequence[tuple[str, Role]]) -> list[Invited]:
    """Make the course unless it is there, enrol who is not in it yet, return a new token for each person."""
    if lesson not in store.catalogue.lessons():
        raise NotFound(f"there is no lesson {lesson!r}; there are: {', '.join(store.catalogue.lessons())}")
    course = _course(store, slug=slug, title=title, lesson=lesson)
    invited = []
    for login, role in people:
        user = _user(store, login)
        _enrol(store, user, course, role)
        _, token = enrol.issue_token(store.make_uow(), store.clock, user=user, name="enrolled")
        invited.append(Invited(user.login, role, token))
    return invited


def _course(store: Store, *, slug: str, title: str, lesson: str) -> Course:
    uow = store.make_uow()
    with uow.reading():
        course = uow.courses.by_slug(slug)
    return course or enrol.add_course(uow, slug=slug, title=title, lesson=lesson)


def _user(store: Store, login: str) -> User:
    uow = store.make_uow()
    with uow.reading():
        user = uow.users.by_login(login.lower())
    return user or enrol.add_user(uow, login=login, name=login)


def _enrol(store: Store, user: User, course: Course, role: Role) -> None:
    uow = store.make_uow()
    with uow.reading():
        enrolment = uow.enrolments.find(user.id, course.id)
    if enrolment is None:
        enrol.enrol(uow, user=user, course=course, role=role)
    elif enrolment.role is not role:
        raise Conflict(f"{user.login} is in {course.slug} already, as {enrolment.role.value}")
