"""The command line: `grader COMMAND`.

Commands are loaded by name when they are called, so that `grader --help` is quick and that a command which
needs no torch never imports it. Each module in the table offers one click command, named `command`.

    embedded/   the whole service on one machine: what `up`, `demo` and the tests start
    demo_class/ hundreds of students who were never there: what `demo --class` shows
    client      speaks the HTTP API: what `submit` and `demo` use
    screen      makes text from elsewhere harmless, prints reports
    up, demo, sweep, migrate, enrol, invite, revoke, submit, roster, gradebook, regrade, lms, grade, new_exercise,
    check_exercise, doctor
"""

from __future__ import annotations

import importlib
import sys
from typing import NamedTuple

import click

from grader import __version__
from grader.bootstrap.process import obey_parent
from grader.domain.errors import GraderError, Mistake
from grader.domain.inert import inert

USAGE_MISTAKE = 2
FAILURE = 1


class Entry(NamedTuple):
    """Where a command is, and its line in `grader --help`."""

    module: str
    help: str


COMMANDS = {
    "up": Entry("grader.cli.up", "Run the whole service on this machine, nothing to install."),
    "demo": Entry("grader.cli.demo", "Show the whole service at work, then stop it."),
    "web": Entry("grader.web.command", "Serve the API."),
    "worker": Entry("grader.worker.command", "Grade submissions in the jail."),
    "sweep": Entry("grader.cli.sweep", "Return runs of dead workers and ring for those that wait."),
    "dispatch": Entry("grader.dispatcher.command", "Send webhooks and scores to other systems."),
    "migrate": Entry("grader.cli.migrate", "Bring the database's tables up to date."),
    "enrol": Entry("grader.cli.enrol", "Make a course with its people and print their tokens."),
    "revoke": Entry("grader.cli.revoke", "Close a person's tokens."),
    "invite": Entry("grader.cli.invite", "Print links by which people choose a password."),
    "submit": Entry("grader.cli.submit", "Hand in a file and watch it being graded."),
    "roster": Entry("grader.cli.roster", "Show who is in a course, or bring people in from a CSV file."),
    "gradebook": Entry("grader.cli.gradebook", "Show a course's grades, or write them to a file."),
    "regrade": Entry("grader.cli.regrade", "Run earlier submissions again and show what that changes."),
    "lms": Entry("grader.cli.lms", "Connect a course with other systems, and see what they were told."),
    "grade": Entry("grader.cli.grade", "Grade files here, in the jail, without a server."),
    "new-exercise": Entry("grader.cli.new_exercise", "Write a folder for an exercise, with TODOs to fill in."),
    "check-exercise": Entry("grader.cli.check_exercise", "Prove that exercises tell right from wrong."),
    "doctor": Entry("grader.cli.doctor", "Say what this machine has and lacks."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Import and return a command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = importlib.import_module(entry.module).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.module}.command is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the table without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def root() -> None:
    """Grade PyTorch exercises: hidden tests judge, from outside a jail, what a student's code answers."""


def main() -> None:
    """Run the command in `sys.argv`; exit 1 for a failure and 2 for a mistake, with one readable message."""
    obey_parent()
    try:
        root()
    except Mistake as error:
        sys.exit(_complain(error, USAGE_MISTAKE))
    except GraderError as error:
        sys.exit(_complain(error, FAILURE))


def _complain(error: GraderError, code: int) -> int:
    click.echo(inert(f"grader: {error}", kept="\n\t"), err=True)
    return code
