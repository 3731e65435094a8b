"""The migrations make what `tables` says, and take it away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from grader.domain.errors import DatabaseBusy
from grader.storage import make_engine, migrate
from grader.storage.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine, Inspector


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'grader.db'}"
        return
    server = make_engine(request.getfixturevalue("postgres_url")).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE migrations"))
        yield request.getfixturevalue("postgres_url").replace("/postgres?", "/migrations?")
        connection.execute(text("DROP DATABASE migrations WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def checks(found: Inspector) -> dict[str, dict[str | None, str]]:
    """Return each table's CHECK constraints by name; Alembic does not compare them."""
    return {
        table: {check["name"]: check["sqltext"] for check in found.get_check_constraints(table)}
        for table in sorted(Table.metadata.tables)
    }


def insert(engine: Engine, *rows: str) -> None:
    with engine.begin() as connection:
        for row in rows:
            connection.execute(text(f"INSERT INTO {row}"))


def new_rows(engine: Engine) -> None:
    """Keep what only the code with teaching writes, one row in each of its tables; run 3 is a regrade's proposal."""
    noon = "'2026-05-01 12:00:00+00'"
    check = (
        "check_results (run_id, position, name, title, points, max_points, outcome, message, staff_message,"
        " visibility, printed, detail, seconds)"
        " VALUES ({run}, 0, 'a', 'A', 1, 1, 'passed', '', '', 'public', '', '{{}}', 0)"
    )
    insert(
        engine,
        f'regrades (id, course_id, exercise, choice, version, never_lower, reason, stage, "by", made)'
        f" VALUES (1, 1, 'conv', 'all', '', false, '', 'running', 'ian', {noon})",
        f"runs (id, submission_id, state, queued, claims, progress, fault, regrade_id, counts)"
        f" VALUES (3, 1, 'queued', {noon}, 0, '', '', 1, false)",
        check.format(run=1),
        check.format(run=3),
        "grades (enrolment_id, kind, item, points, max_points, attempts, raw, earned, override_id)"
        " VALUES (1, 'quiz', 'by-hand', '3', 4, 0, '0', '0', 1)",
        f'overrides (enrolment_id, kind, item, points, reason, "by", made)'
        f" VALUES (1, 'quiz', 'by-hand', '3', 'Oral exam', 'ian', {noon})",
        f'grade_changes (enrolment_id, kind, item, cause, made, "by", points, max_points, attempts)'
        f" VALUES (1, 'quiz', 'by-hand', 'overridden', {noon}, 'ian', '3', 4, 0)",
        "assignments (course_id, kind, item, late, loss, grace, cooldown, weight, offered)"
        " VALUES (1, 'exercise', 'conv', 'none', '1/10', 0, 0, '1', true)",
        "extensions (enrolment_id, kind, item, attempts, reason) VALUES (1, 'exercise', 'conv', 1, '')",
        f"comments (submission_id, text, author_id, made) VALUES (1, 'Good.', 1, {noon})",
        f"audit (made, actor, via, address, deed, course_id, user_id, what, detail)"
        f" VALUES ({noon}, 'ian', 'page', '', 'grade.overridden', 1, 1, 'conv', '{{}}')",
        f"workers (name, node, device, started, heard) VALUES ('w', 'n', 'cpu', {noon}, {noon})",
    )


def lms_rows(engine: Engine) -> None:
    """Keep one row in each table of other systems, and a token that is good in one course alone."""
    noon = "'2026-05-01 12:00:00+00'"
    insert(
        engine,
        "users (id, login, name) VALUES (1, 'ada', 'Ada')",
        "courses (id, slug, title, lesson) VALUES (1, 'spring', 'Spring', 'channels')",
        "enrolments (id, user_id, course_id, role) VALUES (1, 1, 1, 'student')",
        f"platforms (id, key, course_id, name, family, issuer, client_id, auth_url, token_url, jwks_url, audience,"
        f" deployments, made) VALUES (1, 'k', 1, 'n', 'canvas', 'i', 'c', 'a', 't', 'j', '', '[]', {noon})",
        "lms_contexts (id, platform_id, deployment, key, title, course_id, line_items_url, members_url, scopes,"
        " sync_note) VALUES (1, 1, 'd', 'k', 't', 1, '', '', '[]', '')",
        "lms_members (context_id, subject, user_id) VALUES (1, 's', 1)",
        "line_items (id, context_id, kind, item, url, label, max_points, resource_link)"
        " VALUES (1, 1, 'exercise', 'conv', 'u', 'l', 4, '')",
        "lms_scores (line_item_id, enrolment_id, points, max_points) VALUES (1, 1, '7/2', 4)",
        f"lti_logins (state, nonce, platform_id, expires) VALUES ('s', 'n', 1, {noon})",
        f"lti_codes (hash, course_id, \"by\", expires) VALUES ('h', 1, 'ian', {noon})",
        f"lti_keys (kid, private, public, made) VALUES ('k', 'p', 'q', {noon})",
        f"endpoints (id, key, course_id, name, url, events, receives, secret, old_secret, headers, made, off_because)"
        f" VALUES (1, 'e', 1, 'n', 'u', '[]', false, 's', '', '', {noon}, '')",
        f"events (id, key, type, course_id, made, data) VALUES (1, 'msg_1', 'quiz.finished', 1, {noon}, '{{}}')",
        f"deliveries (id, course_id, kind, event_id, endpoint_id, state, attempts, made, next_attempt, note)"
        f" VALUES (1, 1, 'webhook', 1, 1, 'waiting', 0, {noon}, {noon}, '')",
        f"delivery_tries (delivery_id, number, started, seconds, verdict, sent, body, problem)"
        f" VALUES (1, 1, {noon}, 0.5, 'again', '', '', '')",
        f"received (endpoint_id, message_id, kind, \"when\", answer) VALUES (1, 'm', 'k', {noon}, '{{}}')",
        f"api_tokens (id, user_id, name, hash, created, scope, course_id)"
        f" VALUES (2, 1, 'launch', 'confined', {noon}, 'session', 1)",
    )


class TestMigrations:
    def test_up_down_and_up_again(self, empty_url: str, empty: Engine) -> None:
        assert migrate.current(empty_url) is None
        migrate.upgrade(empty_url)
        assert (migrate.current(empty_url),) == migrate.heads()
        assert set(inspect(empty).get_table_names()) == {*Table.metadata.tables, "alembic_version"}
        migrate.downgrade(empty_url)
        assert migrate.current(empty_url) is None
        assert inspect(empty).get_table_names() == ["alembic_version"]
        migrate.upgrade(empty_url)
        assert (migrate.current(empty_url),) == migrate.heads()

    def test_upgrading_twice_is_harmless(self, empty_url: str) -> None:
        migrate.upgrade(empty_url)
        migrate.upgrade(empty_url)
        assert (migrate.current(empty_url),) == migrate.heads()

    def test_the_code_before_deadlines_goes_on_while_they_come_and_go(self, empty_url: str, empty: Engine) -> None:
        old_start = text(
            "INSERT INTO quiz_attempts (id, enrolment_id, quiz, seed, started)"
            " VALUES (:id, 1, 'weights', 'seed', '2026-05-01 12:00:00+00')"
        )
        old_read = text("SELECT id, enrolment_id, quiz, seed, started, finished, points, max_points FROM quiz_attempts")
        migrate.upgrade(empty_url, "0001")
        with empty.begin() as connection:
            for row in (
                "users (id, login, name) VALUES (1, 'ada', 'Ada')",
                "courses (id, slug, title, lesson) VALUES (1, 'spring', 'Spring', 'channels')",
                "enrolments (id, user_id, course_id, role) VALUES (1, 1, 1, 'student')",
            ):
                connection.execute(text(f"INSERT INTO {row}"))
            connection.execute(old_start, {"id": 1})
        migrate.upgrade(empty_url)
        with empty.begin() as connection:
            connection.execute(old_start, {"id": 2})
            assert len(connection.execute(old_read).all()) == 2
            assert connection.execute(text("SELECT DISTINCT deadline FROM quiz_attempts")).scalars().all() == [None]
        migrate.downgrade(empty_url, "0001")
        with empty.begin() as connection:
            assert [row.id for row in connection.execute(old_read)] == [1, 2]

    def test_the_code_before_teaching_goes_on_while_it_comes_and_goes(self, empty_url: str, empty: Engine) -> None:
        old_run = text(
            "INSERT INTO runs (id, submission_id, state, queued, claims, progress, fault)"
            " VALUES (:id, 1, 'queued', '2026-05-01 12:00:00+00', 0, '', '')"
        )
        old_grade = text(
            "INSERT INTO grades (enrolment_id, kind, item, points, max_points, attempt_id, attempts)"
            " VALUES (1, 'exercise', :item, '7/2', 4, 1, 1)"
        )
        old_reads = text("SELECT r.id, s.state FROM runs r JOIN submissions s ON s.id = r.submission_id ORDER BY r.id")
        old_grades = text("SELECT item, points, attempt_id FROM grades ORDER BY item")
        migrate.upgrade(empty_url, "0003")
        insert(
            empty,
            "users (id, login, name) VALUES (1, 'ada', 'Ada')",
            "courses (id, slug, title, lesson) VALUES (1, 'spring', 'Spring', 'channels')",
            "enrolments (id, user_id, course_id, role) VALUES (1, 1, 1, 'student')",
            "submissions (id, enrolment_id, exercise, source, state, submitted)"
            " VALUES (1, 1, 'conv', 'x', 'graded', '2026-05-01 12:00:00+00')",
        )
        with empty.begin() as connection:
            connection.execute(old_run, {"id": 1})
            connection.execute(old_grade, {"item": "conv"})
        migrate.upgrade(empty_url)
        insert(empty, "users (id, login, name) VALUES (2, 'bob', 'Bob')")
        insert(empty, "enrolments (id, user_id, course_id, role) VALUES (2, 2, 1, 'student')")
        with empty.begin() as connection:
            connection.execute(old_run, {"id": 2})
            connection.execute(old_grade, {"item": "pool"})
            assert len(connection.execute(old_reads).all()) == 2
            assert set(connection.execute(text("SELECT counts, regrade_id FROM runs")).all()) == {(1, None)}
            assert set(connection.execute(text("SELECT section, ended FROM enrolments")).all()) == {("", None)}
            assert set(connection.execute(text("SELECT raw, earned, override_id FROM grades")).all()) == {(None,) * 3}
        new_rows(empty)
        migrate.downgrade(empty_url, "0003")
        with empty.begin() as connection:
            assert [row.id for row in connection.execute(old_reads)] == [1, 2]  # the proposal would have counted
            assert [tuple(row) for row in connection.execute(old_grades)] == [("conv", "7/2", 1), ("pool", "7/2", 1)]
            assert connection.execute(text("SELECT run_id FROM check_results")).scalars().all() == [1]
            connection.execute(old_run, {"id": 4})
        migrate.upgrade(empty_url)
        with empty.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM runs WHERE counts")).scalar() == 3

    def test_the_code_before_other_systems_goes_on_while_they_come_and_go(self, empty_url: str, empty: Engine) -> None:
        old_token = text(
            "INSERT INTO api_tokens (user_id, name, hash, created, scope)"
            " VALUES (1, 'cli', :hash, '2026-05-01 12:00:00+00', 'everything')"
        )
        migrate.upgrade(empty_url)
        lms_rows(empty)
        with empty.begin() as connection:
            connection.execute(old_token, {"hash": "meanwhile"})
        migrate.downgrade(empty_url, "0004")
        with empty.begin() as connection:
            connection.execute(old_token, {"hash": "after"})
            # one that was good in a single course would open all of them
            assert connection.execute(text("SELECT hash FROM api_tokens ORDER BY id")).scalars().all() == [
                "meanwhile",
                "after",
            ]
        migrate.upgrade(empty_url)
        with empty.begin() as connection:
            assert connection.execute(text("SELECT DISTINCT course_id FROM api_tokens")).scalars().all() == [None]

    def test_the_newest_revision_is_what_the_tables_say(self, empty_url: str, empty: Engine) -> None:
        migrate.upgrade(empty_url)
        with empty.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_server_default": True})
            assert compare_metadata(context, Table.metadata) == []

    def test_the_newest_revision_has_the_checks_that_the_tables_have(self, empty_url: str, empty: Engine) -> None:
        migrate.upgrade(empty_url)
        migrated = checks(inspect(empty))
        migrate.downgrade(empty_url)
        Table.metadata.create_all(empty)
        assert migrated == checks(inspect(empty))
        assert "ck_runs_held" in migrated["runs"]

    def test_there_is_one_head(self) -> None:
        assert len(migrate.heads()) == 1

    def test_a_failing_migration_leaves_nothing_behind(self, empty_url: str, empty: Engine) -> None:
        with empty.begin() as connection:
            connection.execute(text("CREATE TABLE grades (stands_in_the_way INTEGER)"))
        with pytest.raises(Exception, match="already exists"):
            migrate.upgrade(empty_url)
        assert inspect(empty).get_table_names() == ["grades"]

    def test_a_database_that_is_not_there_is_busy(self, tmp_path: Path) -> None:
        for url in (f"sqlite:///{tmp_path}/missing/grader.db", f"postgresql://grader@/x?host={tmp_path}"):
            with pytest.raises(DatabaseBusy, match="can't be reached"):
                migrate.upgrade(url)
            with pytest.raises(DatabaseBusy, match="can't be reached"):
                migrate.current(url)
