"""`grader web`: serve pages and API until told to stop."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from grader.bootstrap import logs
from grader.bootstrap.outside import join_outside
from grader.bootstrap.process import Readiness
from grader.bootstrap.store import open_store
from grader.settings import WebSettings, read_settings
from grader.web import Services, create_app
from grader.web.serve import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

_FREE_FROM_STREAMS = 4
"""Threads, or half of them where there are few, that no reader of events may hold."""


@click.command()
def command() -> None:
    """Serve pages and API until SIGTERM or Ctrl-C."""
    settings = read_settings(WebSettings)
    logs.set_up(settings.log_level)
    serve(lambda: _open_app(settings), bind=settings.bind, threads=settings.threads, ready=Readiness().tell)


@contextmanager
def _open_app(settings: WebSettings) -> Iterator[Flask]:
    with open_store(settings) as store:
        outside = join_outside(store, settings)
        yield create_app(
            Services(
                make_uow=store.make_uow,
                clock=store.clock,
                catalogue=store.catalogue,
                bell=store.bell,
                passwords=store.passwords,
                launches=outside.launches,
                vault=outside.vault,
                gradebooks=outside.gradebooks,
                session_secret=settings.session_secret.get_secret_value(),
                url=settings.url,
                proxies=settings.proxies,
                submit_limit=settings.submit_limit,
                sign_in_limit=settings.sign_in_limit,
                streams=settings.threads - min(_FREE_FROM_STREAMS, settings.threads // 2),
            )
        )
