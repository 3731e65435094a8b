"""Bring a database to a revision: upgrade, downgrade, current, heads. Alembic, configured here and nowhere else."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from grader.storage.engine import make_engine, reader
from grader.storage.faults import busy_is_told

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPTS = Path(__file__).parents[2] / "migrations"
"""Where the revisions lie in a checkout; an installation elsewhere passes its own path."""


def upgrade(url: str, revision: str = "head", *, scripts: Path = SCRIPTS) -> None:
    """Bring the database at *url* up to *revision*, all or nothing; DatabaseBusy when it can't be reached."""
    with _connected(url, scripts) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str = "base", *, scripts: Path = SCRIPTS) -> None:
    """Bring the database at *url* down to *revision*, all or nothing; what the tables held is gone."""
    with _connected(url, scripts) as config:
        command.downgrade(config, revision)


def current(url: str) -> str | None:
    """Return the database's revision, None for an empty database; DatabaseBusy when it can't be reached."""
    engine = make_engine(url)
    try:
        with busy_is_told(), reader(engine).connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def heads(*, scripts: Path = SCRIPTS) -> tuple[str, ...]:
    """Return the newest revisions on disk: one, unless two branches were not merged."""
    return tuple(ScriptDirectory.from_config(_config(scripts)).get_heads())


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _connected(url: str, scripts: Path) -> Iterator[Config]:
    """Give a configuration that holds an open transaction; committed when nothing was raised meanwhile."""
    engine = make_engine(url, foreign_keys=False)  # SQLite alters a table by copying it and dropping the old one
    try:
        with busy_is_told(), engine.begin() as connection:
            config = _config(scripts)
            config.attributes["connection"] = connection
            yield config
    finally:
        engine.dispose()
