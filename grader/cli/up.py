"""`grader up`: the whole service on this machine, until Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

import click

from grader.bootstrap import logs
from grader.bootstrap.store import open_store, operator
from grader.cli.embedded.service import Plan, Service
from grader.cli.enrol import invite
from grader.cli.invite import link
from grader.domain.people import Role

DEMO_COURSE = "demo"
DEMO_PEOPLE = (("lecturer", Role.INSTRUCTOR), ("student", Role.STUDENT))


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that grade.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    show_default=True,
    envvar="GRADER_VAR_DIR",
    help="Where the database, the logs and the seed secret are kept.",
)
@click.option(
    "--exercises",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("exercises"),
    show_default=True,
    envvar="GRADER_EXERCISES",
    help="The folder of lessons.",
)
@click.option("--demo-course", is_flag=True, help="Make a course to try things with, and print tokens.")
def command(*, workers: int, host: str, port: int, folder: Path, exercises: Path, demo_course: bool) -> None:
    """Run the whole service on this machine until Ctrl-C: nothing to install, everything in one folder."""
    logs.set_up("warning")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    plan = Plan(folder=folder, exercises=exercises, workers=workers, host=host, port=port)
    with contextlib.suppress(KeyboardInterrupt), Service(plan, say=click.echo) as service:
        if demo_course:
            _show_demo_course(service)
        click.echo(f"ready at {service.url}, Ctrl-C stops it")
        service.watch()
    click.echo("stopped")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _show_demo_course(service: Service) -> None:
    with open_store(service.settings, origin=operator()) as store:
        lesson = store.catalogue.lessons()[0]
        exercise = store.catalogue.exercises(lesson)[0].slug
        people = list(invite(store, slug=DEMO_COURSE, title="A course to try", lesson=lesson, people=DEMO_PEOPLE))
        links = [link(store.make_uow, person.login, url=service.url) for person in people]
    for person, address in zip(people, links, strict=True):
        click.echo(f"{person.role.value:<10} {person.login:<10} {person.token}")
        click.echo(f"{'':<10} choose a password at {address}")
    click.echo(f"try: grader submit {exercise} FILE --server {service.url} --token {people[-1].token}")
