"""`grader new-exercise LESSON/SLUG`: write a folder with a TODO wherever there is something to write."""

from __future__ import annotations

from pathlib import Path

import click

from grader.bootstrap.lessons import new_exercise


@click.command()
@click.argument("name", metavar="LESSON/SLUG")
@click.option("--entry", help="The class, or the function, that students hand in [a class named for the slug].")
@click.option(
    "--exercises",
    "--folder",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder of lessons [GRADER_EXERCISES].",
)
def command(name: str, entry: str | None, folder: Path | None) -> None:
    """Write the exercise LESSON/SLUG, and the lesson if there is none, with TODOs to fill in.

    `grader check-exercise SLUG` then says what is left to do, and proves the exercise when nothing is.
    """
    for path in new_exercise(folder, name, entry=entry):
        click.echo(f"wrote {path}")
    click.echo(f"fill in the TODOs, then: grader check-exercise {name}")
