"""`grader dispatch`: send webhooks and scores until told to stop. Any number of dispatchers may run at once."""

from __future__ import annotations

import signal

import click

from grader.bootstrap import logs
from grader.bootstrap.outside import join_outside
from grader.bootstrap.process import Readiness
from grader.bootstrap.store import open_records
from grader.dispatcher.bell import Ear
from grader.dispatcher.pool import Dispatcher
from grader.domain.lms.delivery import Verdict
from grader.services.sending import Ways
from grader.settings import LmsSettings, read_settings


@click.command()
@click.option("--threads", type=click.IntRange(1, 256), default=16, show_default=True, help="Deliveries at once.")
@click.option("--once", is_flag=True, help="Send what is due, say what came of it, and end.")
def command(*, threads: int, once: bool) -> None:
    """Send webhooks to endpoints and scores to platforms until SIGTERM, which finishes those in hand."""
    settings = read_settings(LmsSettings)
    logs.set_up(settings.log_level)
    with open_records(settings) as records:
        outside = join_outside(records, settings)
        ways = Ways(outside.vault, outside.courier, outside.gradebooks)
        dispatcher = Dispatcher(records.make_uow, records.clock, ways, threads=threads)
        if once:
            dispatcher.sweep()
            counts = dispatcher.drain()
            click.echo(", ".join(f"{counts.get(verdict.value, 0)} {verdict.value}" for verdict in Verdict))
            return
        run(dispatcher, settings.broker_url, f"sends with {threads} threads")


def run(dispatcher: Dispatcher, broker_url: str, status: str) -> None:
    """Send until SIGTERM or Ctrl-C, woken by the bell; *status* is told to whoever started this."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: dispatcher.stop())
    ear = Ear(broker_url, dispatcher.wake)
    ear.start()
    Readiness().tell(status)
    dispatcher.run()
    ear.stop()
