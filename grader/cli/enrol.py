"""`grader enrol`: make a course with its people and print a token or an invitation for each, shown this once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from grader.bootstrap.store import open_records, operator
from grader.cli.invite import link
from grader.cli.screen import harmless
from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.naming import parse_login
from grader.domain.people import Role
from grader.services import enrol, tokens
from grader.settings import RecordsSettings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.bootstrap.store import Records
    from grader.domain.people import Course, User

_NEVER = "never"


@dataclass(frozen=True)
class Invited:
    """A person of a course with the secret of a new token."""

    login: str
    role: Role
    token: str


def _moment(_: click.Context, __: click.Parameter, text: str | None) -> datetime | str | None:
    """Return the moment that was given with its zone, or "never"."""
    if text is None or text == _NEVER:
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.BadParameter(f'{text!r} is no time with its zone, like 2026-12-31T18:00+00:00, nor "{_NEVER}"')
    return moment


@click.command()
@click.argument("course")
@click.option("--title", help="A new course's title; its name when not given.")
@click.option("--lesson", help="Which lesson it teaches; needed for a new course.")
@click.option("--closes", callback=_moment, metavar="TIME", help='Takes no work from then on; "never" opens it again.')
@click.option("--instructor", "instructors", multiple=True, metavar="LOGIN", help="May be given more than once.")
@click.option("--assistant", "assistants", multiple=True, metavar="LOGIN", help="May be given more than once.")
@click.option("--student", "students", multiple=True, metavar="LOGIN", help="May be given more than once.")
@click.option("--invite", "invites", is_flag=True, help="Print a link to choose a password instead of a token.")
def command(
    course: str,
    *,
    title: str | None,
    lesson: str | None,
    closes: datetime | str | None,
    instructors: tuple[str, ...],
    assistants: tuple[str, ...],
    students: tuple[str, ...],
    invites: bool,
) -> None:
    """Make COURSE, or add people to it, and print a token for each person."""
    people = [
        *((login, Role.INSTRUCTOR) for login in instructors),
        *((login, Role.ASSISTANT) for login in assistants),
        *((login, Role.STUDENT) for login in students),
    ]
    with open_records(read_settings(RecordsSettings), origin=operator()) as records:
        found = add_people(records, slug=course, title=title or course, lesson=lesson, people=people)
        for user, role in found:
            secret = link(records.make_uow, user.login) if invites else token(records, user)
            click.echo(f"{harmless(user.login)}\t{role.value}\t{secret}")
        if closes is not None:
            _close(records, course, None if isinstance(closes, str) else closes)


def invite(
    records: Records, *, slug: str, title: str, lesson: str | None, people: Iterable[tuple[str, Role]]
) -> Iterator[Invited]:
    """Do what `add_people` does, and yield each person with a new token, which lasts whatever comes after it."""
    for user, role in add_people(records, slug=slug, title=title, lesson=lesson, people=people):
        yield Invited(user.login, role, token(records, user))


def add_people(
    records: Records, *, slug: str, title: str, lesson: str | None, people: Iterable[tuple[str, Role]]
) -> Iterator[tuple[User, Role]]:
    """Make the course unless it is there, enrol who is not in it yet, yield each person.

    A mistake in any name is told before anything is written.
    """
    roles = _roles(people)
    course = _course(records, slug)
    if course is not None:
        _check(records, course, lesson, roles)
    else:
        taught, now = _known(records, lesson), records.clock.now()
        course = enrol.add_course(records.make_uow(), slug=slug, title=title, lesson=taught, when=now)
    for login, role in roles.items():
        user = _user(records, login)
        _enrol(records, user, course, role)
        yield user, role


def token(records: Records, user: User) -> str:
    """Return the secret of a new token."""
    _, secret = tokens.issue(records.make_uow(), records.clock, user=user, name="enrolled")
    return secret


def _roles(people: Iterable[tuple[str, Role]]) -> dict[str, Role]:
    """Return the role of each login; Invalid for what is no login, Conflict for one with two roles."""
    roles: dict[str, Role] = {}
    for given, role in people:
        login = parse_login(given)
        if roles.setdefault(login, role) is not role:
            raise Conflict(f"{login} can't be both {roles[login].value} and {role.value}")
    return roles


def _known(records: Records, lesson: str | None) -> str:
    names = ", ".join(records.catalogue.lessons())
    if lesson is None:
        raise Invalid(f"a new course needs --lesson, one of: {names}", field="lesson")
    if lesson not in records.catalogue.lessons():
        raise NotFound(f"there is no lesson {lesson!r}; there are: {names}")
    return lesson


def _course(records: Records, slug: str) -> Course | None:
    with records.make_uow().reading() as uow:
        return uow.courses.by_slug(slug)


def _check(records: Records, course: Course, lesson: str | None, roles: Mapping[str, Role]) -> None:
    """Raise Conflict when the course teaches another lesson, or has someone in another role."""
    if lesson not in {None, course.lesson}:
        raise Conflict(f"the course {course.slug!r} is there already and teaches {course.lesson!r}")
    with records.make_uow().reading() as uow:
        there = uow.enrolments.of_course(course.id)
    found = {user.login: enrolment.role for enrolment, user in there if enrolment.is_active}
    for login, role in roles.items():
        if found.get(login, role) is not role:
            raise Conflict(f"{login} is in {course.slug} already, as {found[login].value}")


def _user(records: Records, login: str) -> User:
    uow = records.make_uow()
    with uow.reading():
        user = uow.users.by_login(login)
    return user or enrol.add_user(uow, login=login, name=login)


def _enrol(records: Records, user: User, course: Course, role: Role) -> None:
    uow = records.make_uow()
    with uow.reading():
        enrolment = uow.enrolments.find(user.id, course.id)
    if enrolment is None or not enrolment.is_active:
        enrol.enrol(uow, user=user, course=course, role=role, when=records.clock.now())


def _close(records: Records, slug: str, closes: datetime | None) -> None:
    course = _course(records, slug)
    if course is not None:
        enrol.close_course(records.make_uow(), course=course, closes=closes, when=records.clock.now())
        click.echo(f"{slug} closes {closes.isoformat() if closes else _NEVER}", err=True)
