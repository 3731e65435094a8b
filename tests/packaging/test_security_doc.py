"""docs/security.md names tests that exist, every part of the attacks, and grants that are enough and not too much."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from grader.domain.station import Station
from grader.services.grade import grade_run
from grader.services.stations import Presence
from grader.storage import make_engine, migrate, unit_of_work_factory
from tests.fakes import FakeExaminer
from tests.web.school import School

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
SUBMISSIONS = ROOT / "tests" / "adversarial" / "submissions"
QUOTED = set(re.findall(r"`([^`\n]+)`", PAGE))
TESTS = sorted(name for name in QUOTED if name.startswith("tests/"))
ROWS = sorted(name for name in QUOTED if re.fullmatch(r"[a-z]+/[a-z0-9_]+", name) and not name.startswith("tests/"))


def names_in(file: Path) -> set[str]:
    """Return the functions and classes that *file* defines."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, kinds)}


@pytest.mark.parametrize("test", TESTS)
def test_a_test_that_is_named_exists(test: str) -> None:
    file, _, name = test.partition("::")
    assert (ROOT / file).exists()
    assert not name or name in names_in(ROOT / file)


@pytest.mark.parametrize("row", ROWS)
def test_an_attack_that_is_named_exists(row: str) -> None:
    assert (SUBMISSIONS / f"{row}.py").is_file()


def test_every_part_of_the_attacks_is_named() -> None:
    parts = {folder.name for folder in SUBMISSIONS.iterdir() if any(folder.glob("*.py"))}
    assert parts <= QUOTED
    assert {row.partition("/")[0] for row in ROWS} >= parts - {"controls"}


def test_every_line_of_protections_names_a_test() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count("|") == 4]
    claims = [line for line in lines if not line.startswith("| protection |")]
    assert len(claims) > 15
    assert not [line for line in claims if not any(f"`{name}`" in line.rsplit("|", 2)[1] for name in (*TESTS, *ROWS))]


@pytest.fixture
def databases(postgres_url: str) -> Iterator[tuple[str, str]]:
    """Addresses of a database with our tables: the owner's, and the one of the user that the page makes."""
    plain = postgres_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE DATABASE security")
        owners = postgres_url.replace("/postgres?", "/security?")
        migrate.upgrade(owners)
        (grants,) = re.findall(r"```sql\n(.*?)```", PAGE, flags=re.DOTALL)
        with psycopg.connect(owners.replace("+psycopg", ""), autocommit=True) as owner:
            owner.execute(grants)
        yield owners, re.sub(r"//[^@/]*@", "//grader_worker@", owners)
        connection.execute("DROP DATABASE security WITH (FORCE)")
        connection.execute("DROP ROLE grader_worker")


def seats(engine: Engine) -> Sequence[Station]:
    with unit_of_work_factory(engine)().reading() as uow:
        return uow.stations.all()


def test_the_workers_database_user_may_grade_and_not_look_at_tokens(databases: tuple[str, str]) -> None:
    owners, workers = map(make_engine, databases)
    school = School(unit_of_work_factory(owners))
    make_uow = unit_of_work_factory(workers)
    for examiner in (FakeExaminer(), FakeExaminer(error=RuntimeError("a fault of ours"))):
        school.submit()
        assert grade_run(make_uow, school.clock, school.catalogue, examiner, run_id=school.bell.rung[-1], node="n")
    station = Station("w-1", "n", "cpu", school.clock.now(), school.clock.now())
    presence = Presence(make_uow, school.clock, station)
    presence.beat()
    assert seats(owners) == [station]
    presence.leave()
    assert seats(owners) == []
    with workers.connect() as connection:
        for table in ("users", "api_tokens", "quiz_answers"):
            refused = connection.exec_driver_sql(f"SELECT has_table_privilege('{table}', 'SELECT')").scalar()
            assert refused is False
    owners.dispose()
    workers.dispose()
