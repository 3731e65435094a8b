"""Gunicorn around the app: one process, many threads, an orderly end.

One process, because the submit limit is counted in it; threads wait for the database and for readers of events,
and the work itself is done by workers elsewhere.
"""

from __future__ import annotations

import gc
import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, cast

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import _DEFER, ThreadWorker  # type: ignore[attr-defined]  # its stubs are older

from grader.web.connection import Connection
from grader.web.context import context_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from flask import Flask

_GRACE_SECONDS = 5  # for requests in hand when we are told to stop
_KEEPALIVE_SECONDS = 1  # gunicorn waits for idle connections when it stops
_FIRST_BYTE_SECONDS = 0.01
_PRIVATE = 0o077  # a unix socket is for this user; a proxy of another user needs TCP


def serve(
    open_app: Callable[[], AbstractContextManager[Flask]],
    *,
    bind: str,
    threads: int,
    ready: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT; ends the process.

    *open_app* is entered in the process that serves, after the fork, so that no connection crosses it. *bind* is
    HOST:PORT (port 0 for any that is free) or unix:PATH. *ready* is called with the address that is listened on.
    """
    _Application(open_app, bind=bind, threads=threads, ready=ready).run()


class _Application(BaseApplication):
    """Gunicorn's settings, and the app in the process that serves."""

    def __init__(
        self,
        open_app: Callable[[], AbstractContextManager[Flask]],
        *,
        bind: str,
        threads: int,
        ready: Callable[[str], None],
    ) -> None:
        self._open_app = open_app
        self._opened = ExitStack()
        self._bind = bind
        self._threads = threads
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        """Say how to serve; nothing is read from files or the environment."""
        options = {
            "bind": self._bind,
            "workers": 1,
            "threads": self._threads,
            "worker_class": _Worker,
            "logger_class": _Logger,
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": _KEEPALIVE_SECONDS,
            "umask": _PRIVATE,
            "sendfile": False,  # which knows no time
            "control_socket_disable": True,  # it would be in the user's home
            "post_worker_init": lambda worker: self._ready(str(worker.sockets[0])),
            "worker_exit": lambda _server, _worker: self._opened.close(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - a Flask; the stubs know a narrower start_response
        """Open the app; called in the process that serves."""
        app = self._opened.enter_context(self._open_app())
        gc.collect()
        gc.freeze()  # what lives as long as the process is not walked again whenever a page makes many objects
        return app


class _Worker(ThreadWorker):
    """Lets no client hold a thread without end, and sends readers of events away when it is told to stop.

    They come back to the next server.
    """

    def handle(self, conn: Any) -> Any:  # noqa: ANN401 - gunicorn's TConn, and what it makes of it
        """Answer one request; who has sent nothing yet waits without a thread."""
        if not conn.initialized and not conn.wait_for_data(_FIRST_BYTE_SECONDS):
            return _DEFER
        conn.sock = Connection.of(conn.sock)
        return super().handle(conn)

    def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ANN401 - a signal handler's frame
        """Begin to stop."""
        context_of(cast("Flask", self.wsgi)).streams.stop()
        super().handle_exit(sig, frame)


class _Logger(Logger):
    """Writes as the rest of the process does."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's Config
        """Leave handlers and levels to the root logger; there is no access log, so no address is kept."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.setLevel(logging.NOTSET)
        self.error_log.propagate = True
