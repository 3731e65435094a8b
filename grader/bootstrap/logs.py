"""One way to write logs, for every process: a line an event, to standard error.

For a person at a terminal the line reads as text, which the terminal can't be made to obey; otherwise it is one JSON
object, for whatever collects logs.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog

from grader.domain.inert import inert

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

_OF_MANY_LINES = {"exception", "stack"}


def set_up(level: str) -> None:
    """Send all logging, our own and the libraries', to standard error from *level* on."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_last_steps(sys.stderr.isatty()))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def _last_steps(terminal: bool) -> list[structlog.typing.Processor]:  # noqa: FBT001 - what the stream is
    """Return how an event becomes a line."""
    clean = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if terminal:
        # The default shows the values of all variables beside a traceback, secrets among them.
        lines = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        return [clean, structlog.processors.format_exc_info, _write_out, lines]
    return [clean, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _write_out(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Make every text of *event* inert: addresses and messages in it come from anywhere."""
    return {
        key: inert(value, kept="\n\t" if key in _OF_MANY_LINES else "") if isinstance(value, str) else value
        for key, value in event.items()
    }
