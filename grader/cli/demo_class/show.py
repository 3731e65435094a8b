"""Seed a class into a running service, say how to sign in, and go on until Ctrl-C."""

from __future__ import annotations

import contextlib
import secrets
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from grader.bootstrap.store import open_store
from grader.cli.demo_class.month import make_class
from grader.cli.demo_class.people import ASSISTANTS, INSTRUCTOR, STUDENT
from grader.cli.demo_class.seeding import seed

if TYPE_CHECKING:
    from rich.console import Console

    from grader.bootstrap.store import Store
    from grader.cli.embedded.service import Service

COURSE, LESSON = "demo", "1x1-convolutions"
_LOGINS = {INSTRUCTOR: "instructor", ASSISTANTS[0]: "assistant", STUDENT: "student"}
_WORDS = 3  # of a password that is drawn


@dataclass(frozen=True)
class Wanted:
    """How many students, from which seed, and with which password three people sign in; None draws one."""

    students: int
    seed: int
    password: str | None = None


def show(service: Service, console: Console, wanted: Wanted) -> None:
    """Fill the service's database unless it is, tell who can sign in, and watch the service until Ctrl-C."""
    with open_store(service.settings) as store:
        _fill(store, console, wanted)
        password = wanted.password or "-".join(secrets.token_hex(2) for _ in range(_WORDS))
        _let_in(store, password)
    console.print(f"\nready at {service.url}/courses/{COURSE}/staff")
    for login, role in _LOGINS.items():
        console.print(f"sign in as {role:<10} {login:<6} with the password {password}")
    console.print("Ctrl-C stops it")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    with contextlib.suppress(KeyboardInterrupt):
        service.watch()


def _fill(store: Store, console: Console, wanted: Wanted) -> None:
    with store.make_uow().reading() as uow:
        if uow.courses.by_slug(COURSE) is not None:
            console.print(f"the course {COURSE!r} is there already and stays as it is")
            return
    exercises, quizzes = store.catalogue.exercises(LESSON), store.catalogue.quizzes(LESSON)
    now = store.clock.now().replace(microsecond=0)
    made = make_class(wanted.students, exercises, quizzes, now=now, seed=wanted.seed)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        line = progress.add_task(f"a month of {wanted.students} students", total=len(made.events))
        seed(
            store.make_uow,
            made,
            course=COURSE,
            lesson=LESSON,
            quizzes=quizzes,
            done=lambda count: progress.advance(line, count),
        )


def _let_in(store: Store, password: str) -> None:
    hashed = store.passwords.hash(password)
    uow = store.make_uow()
    with uow.writing():
        for login in _LOGINS:
            user = uow.users.by_login(login)
            if user is not None:
                uow.users.set_password(user.id, hashed)
        uow.commit()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
