"""`grader worker`: grade submissions until told to stop. Refuses to start on a machine without a usable jail."""

from __future__ import annotations

import click

from grader.bootstrap import grading, logs
from grader.settings import WorkerSettings, read_settings
from grader.worker.pool import run


@click.command()
@click.option("--concurrency", type=click.IntRange(1, 256), default=1, show_default=True, help="Pool processes.")
def command(concurrency: int) -> None:
    """Grade submissions in the jail until SIGTERM, which finishes the runs in hand."""
    settings = read_settings(WorkerSettings)
    logs.set_up(settings.log_level)
    grading.check_machine(settings)
    run(
        settings,
        lambda: grading.open_station(settings),
        concurrency=concurrency,
        longest_run=grading.longest_run(settings),
    )
