"""What this machine and its settings give: the lines of `grader doctor`."""

from __future__ import annotations

import os

from sqlalchemy.exc import SQLAlchemyError

from grader.domain.errors import BadSettings, GraderError
from grader.kit.devices import gpu_names, torch_version
from grader.queue import ping
from grader.sandbox.probe import Protection, protections
from grader.settings import DatabaseSettings, Settings, read_settings
from grader.storage import migrate as migrations

Finding = Protection

_EMBEDDED = "not set: `grader up` brings its own"


def examine_machine() -> list[Finding]:
    """Try the jail, the broker, the database, torch and the GPUs; never raises."""
    return [*protections(), _broker(), _database(), *_torch()]


def _broker() -> Finding:
    if "GRADER_BROKER_URL" not in os.environ:
        return Finding("broker", works=True, note=_EMBEDDED, required=False)
    try:
        note = ping(read_settings(Settings).broker_url)
    except (BadSettings, GraderError) as error:
        remedy = "start Redis or Valkey, and see that GRADER_BROKER_URL names it"
        return Finding("broker", works=False, note=str(error), remedy=remedy)
    return Finding("broker", works=True, note=note)


def _database() -> Finding:
    if "GRADER_DATABASE_URL" not in os.environ:
        return Finding("database", works=True, note=_EMBEDDED, required=False)
    try:
        url = read_settings(DatabaseSettings).database_url
        current, heads = migrations.current(url), migrations.heads()
    except (GraderError, SQLAlchemyError) as error:
        remedy = "start the database, and see that GRADER_DATABASE_URL names it"
        return Finding("database", works=False, note=str(error).splitlines()[0], remedy=remedy)
    at_head = current in heads
    return Finding("database", works=at_head, note=f"revision {current or 'none'}", remedy="run `grader migrate`")


def _torch() -> list[Finding]:
    gpus = gpu_names()
    return [
        Finding("torch", works=True, note=torch_version()),
        Finding(
            "GPUs",
            works=bool(gpus),
            note=", ".join(gpus) or "none",
            remedy="" if gpus else "none is needed: this version grades on CPU",
            required=False,
        ),
    ]
