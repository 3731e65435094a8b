"""What commands share that call a service: where it is, who calls, and how its refusals end them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from grader.cli.client import ApiError
from grader.cli.screen import harmless
from grader.domain.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")


def calls_service(command: Callable[P, R]) -> Callable[P, R]:
    """Give *command* the options `server` and `token`."""
    token = click.option(
        "--token", required=True, envvar="GRADER_TOKEN", help="Your API token; better as GRADER_TOKEN."
    )
    server = click.option("--server", required=True, envvar="GRADER_SERVER", help="Address of the service.")
    return server(token(command))


@contextmanager
def told() -> Iterator[None]:
    """End the command with one sentence: status 1 when the service failed, 2 for the caller's mistake."""
    try:
        yield
    except (ApiError, Mistake) as error:
        is_callers = isinstance(error, Mistake) or error.is_final
        raise (Refused if is_callers else click.ClickException)(harmless(str(error))) from None


class Refused(click.ClickException):
    """The caller's mistake."""

    exit_code = click.UsageError.exit_code
