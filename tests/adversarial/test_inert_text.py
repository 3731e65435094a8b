"""Text of a student's making is inert wherever it goes: report, database, JSON, events, terminal, CSV.

Each place where a guest can put words is filled with all that a page, a terminal or a spreadsheet has ever obeyed.
What comes out may show it, written out; it may not hold it. Names of people and of files take the same way.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import structlog
from click.testing import CliRunner
from rich.console import Console
from werkzeug.serving import make_server

from grader.bootstrap import logs
from grader.catalogue import FolderCatalogue
from grader.cli import grade as grade_module
from grader.cli.client import Report as ShownReport
from grader.cli.lms import command as lms
from grader.cli.screen import show_report
from grader.cli.submit import command as submit
from grader.domain.errors import Invalid
from grader.domain.lms.delivery import Answer
from grader.domain.people import Role
from grader.kit.examiner import KitExaminer
from grader.kit.verdict import MESSAGE_LIMIT
from grader.sandbox.host import BwrapSandbox
from grader.services import enrol
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.fakes import FakeExaminer, an_exercise
from tests.web.connected import VAULT, an_endpoint, attempt, newest
from tests.web.pages.browser import signed_in
from tests.web.school import EXERCISE, SPRING, School, body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.report import Report
    from grader.ports import Bell, Examiner

REPOSITORY = Path(__file__).parents[2]

HOSTILE = {
    "clears the screen": "\x1b[2J\x1b[H",
    "sets the window's title": "\x1b]0;20/20\x07",
    "is a terminal's link": "\x1b]8;;http://evil.example/\x1b\\20/20\x1b]8;;\x1b\\",
    "is a sequence of C1": "\x9b31m\x9d0;20/20\x9c",
    "overwrites": "0/20\r20/20\b\x7f",
    "writes right to left": "\u202e02/02\u202c\u2066x\u2069\u200f\u061c",
    "has no width": "a\u200bb\u200c\u2060\ufeff\u00ad\U000e0041",
    "ends a line elsewhere": "\u2028\u2029\x85\x0b\x0c\x1c",
    "is markup of rich": "[red]20/20[/red][link=http://evil.example/]x[/link][/] :skull:",
    "is HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;{{7*7}}",
    "is a formula": "=cmd|' /C calc'!A0",
    "is no character": "\ufffe\uffff\U0010ffff\ue000\u0378",
}
TEXT = " ".join(HOSTILE.values())
STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Of formulas, with their wide twins."""

LONG = f"\ud800\x00 {TEXT} " + "x" * 60_000
"""With half a surrogate pair and NUL, which can't be in a file, and hardly an end."""

PLACES = {
    "an error's message": f"raise ValueError({LONG!r})",
    "an error's class": f"raise type({TEXT!r} * 3, (Exception,), {{}})",
    "what is printed": f"print({LONG!r}), print({TEXT!r}, file=sys.stderr), x / '0'",
    "bytes that are no text": "print(bytes(range(256)).decode('utf-8', 'surrogateescape')), x / '0'",
    "an answer": f"return {LONG!r}",
    "an answer's class": f"return type({TEXT!r} * 3, (), {{}})()",
    "an answer's keys": f"return {{{TEXT!r}: x, {TEXT[::-1]!r}: x}}",
    "a line of the file": f"raise ValueError  # {TEXT}".replace("\r", ""),
    "a layer's parameter": "return x",
    "a name in the file": "return x",
}
"""What stands in `forward`; of the last two, see `source`."""


def source(place: str) -> str:
    """Return a student's file that has all hostile text in *place*."""
    parameter = TEXT.replace(".", "") if place == "a layer's parameter" else "weight"
    name = "Other" if place == "a name in the file" else "PointwiseConv2d"
    return f"""
import sys, torch

class {name}(torch.nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.register_parameter({parameter!r}, torch.nn.Parameter(torch.ones(out_channels, in_channels)))

    def forward(self, x):
        {PLACES[place]}

globals()[{TEXT!r}] = type({TEXT!r}, (), {{"__module__": "submission"}})
"""


def acts(text: str) -> set[str]:
    """Return the characters of *text* that anything could act on; lines may end, and tabs may stand."""
    return {character for character in text if not (character.isprintable() or character in "\n\t")}


def texts(value: object) -> Iterator[str]:
    """Yield every text in *value*, keys included."""
    match value:
        case str():
            yield value
        case dict():
            yield from texts([*value, *value.values()])
        case list() | tuple():
            for item in value:
                yield from texts(item)


def assert_inert(value: object) -> None:
    found = [text for text in texts(value) if acts(text) or len(text) > 3 * MESSAGE_LIMIT]
    assert not found


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """What comes of each place, as the worker has it."""
    sandbox = BwrapSandbox()
    examiner = KitExaminer(sandbox, secret=b"a secret of the worker's", node="node")
    exercise = FolderCatalogue(REPOSITORY / "exercises").exercise("1x1-convolutions", "pointwise-conv")
    try:
        return {place: examiner.examine(exercise, source(place)) for place in PLACES}
    finally:
        sandbox.close()


@pytest.fixture(scope="module")
def postgres_database(postgres_url: str) -> Iterator[str]:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE inert")
        yield postgres_url.replace("/postgres?", "/inert?")
        connection.execute("DROP DATABASE inert")


@pytest.fixture(params=["sqlite", "postgresql"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[School]:
    is_sqlite = request.param == "sqlite"
    engine = make_engine(
        f"sqlite:///{tmp_path / 'inert.db'}" if is_sqlite else request.getfixturevalue("postgres_database")
    )
    Table.metadata.create_all(engine)
    yield School(unit_of_work_factory(engine))
    Table.metadata.drop_all(engine)
    engine.dispose()


@contextmanager
def served(school: School, bell: Bell) -> Iterator[str]:
    """Serve the school on loopback; yield its address."""
    server = make_server("127.0.0.1", 0, school.app(bell=bell), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def enrolled(school: School, login: str, name: str) -> str:
    """Add a student whose name says more than a name; return the login."""
    user = enrol.add_user(school.make_uow(), login=login, name=name)
    enrol.enrol(school.make_uow(), user=user, course=school.courses[SPRING], role=Role.STUDENT)
    school.users[user.login] = user
    school.tokens[user.login] = school.new_token(user.login)
    return user.login


def on_a_terminal(report: object) -> str:
    """Return what a terminal of many colours is sent for a report of the API's, without the colours, which are ours."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system="truecolor", width=120, highlight=False)
    show_report(console, ShownReport.model_validate(report))
    return re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())


@pytest.mark.jail
@pytest.mark.parametrize("place", PLACES)
def test_a_report_holds_nothing_that_acts(reports: dict[str, Report], place: str) -> None:
    report = reports[place]
    assert report.points < report.max_points
    assert_inert([report.misconception, report.hint])
    assert_inert([[check.message, check.staff_message, check.printed, dict(check.detail)] for check in report.checks])


@pytest.mark.jail
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("an error's message", "[2J"),
        ("an error's class", "]0;20/20"),
        ("an answer", "=cmd|"),
        ("an answer's class", "[red]20/20[/red]"),
        ("an answer's keys", "[red]20/20[/red]"),
        ("a line of the file", "raise ValueError"),
        ("a layer's parameter", ":skull:"),
        ("a name in the file", "<script>alert(1)</script>"),
    ],
)
def test_what_was_said_can_be_read(reports: dict[str, Report], place: str, said: str) -> None:
    assert any(said in check.message for check in reports[place].checks)


@pytest.mark.jail
@pytest.mark.parametrize("place", PLACES)
def test_what_is_kept_and_sent_is_the_report_and_acts_nowhere(
    school: School, reports: dict[str, Report], place: str
) -> None:
    number = school.submit()
    school.grade(reports[place])
    for reader in ("ada", "ines"):
        answer = school.client(reader).get(f"/api/v1/submissions/{number}")
        assert answer.data.isascii()
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype == "application/json"
        shown = body(answer)["report"]
        assert_inert(shown)
        assert [check["message"] for check in shown["checks"]] == [check.message for check in reports[place].checks]
        assert not acts(on_a_terminal(shown))


@pytest.mark.jail
def test_whoever_watches_sees_only_lines_of_ours(school: School, reports: dict[str, Report]) -> None:
    number = school.submit(enrolled(school, "eve", TEXT[:200]))
    school.grade(reports["an error's message"])
    events = school.client("ines").get(f"/api/v1/submissions/{number}/events").data
    assert events.isascii()
    assert {line.partition(b":")[0] for line in events.splitlines()} <= {b"", b"id", b"event", b"data", b"retry"}


@pytest.mark.jail
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["for people", "for programs"])
def test_who_submits_reads_nothing_that_acts(
    school: School, reports: dict[str, Report], tmp_path: Path, options: list[str]
) -> None:
    file = tmp_path / "solution.py"
    file.write_text(source("an error's message"))
    exercise = school.catalogue.exercise("channels", "pointwise-conv")

    class GradesAtOnce:
        def ring(self, run_id: int, *, behind: bool = False) -> bool:
            school.bell.ring(run_id)
            school.grade(reports["an error's message"])
            return True

        def deliver(self) -> None:
            pass

    with served(school, bell=GradesAtOnce()) as url:
        arguments = [exercise.slug, str(file), "--server", url, "--token", school.tokens["ada"], *options]
        result = CliRunner().invoke(submit, arguments)
    assert result.exit_code == 0, result.output
    assert "[2J" in result.stdout
    assert not acts(result.output)


def test_a_refusal_sends_no_character_of_the_source_that_acts(school: School) -> None:
    hostile = TEXT.replace("\r", "").encode() + b"\n"
    answer = school.client().post(f"{EXERCISE}/submissions", data=b"x = '" + hostile, content_type="text/x-python")
    assert (answer.status_code, answer.data.isascii()) == (422, True)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_names_act_in_no_answer_and_no_spreadsheet(school: School, text: str) -> None:
    enrolled(school, "eve", f"{text} Eve")
    staff = school.client("ines")
    assert staff.get(f"/api/v1/courses/{SPRING}/gradebook").data.isascii()
    sheet = staff.get(f"/api/v1/courses/{SPRING}/gradebook.csv").text
    header, *rows = csv.reader(io.StringIO(sheet, newline=""))
    assert not acts(sheet.replace("\r\n", "\n"))
    assert sorted((row[0], len(row)) for row in rows) == [(login, len(header)) for login in ("ada", "bob", "eve")]
    assert not [cell for row in rows for cell in re.split("[;\t]", ";".join(row)) if cell.strip().startswith(STARTS)]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_what_a_receiver_answers_acts_in_no_answer_on_no_page_and_at_no_terminal(school: School, text: str) -> None:
    school.vault = VAULT
    an_endpoint(school)
    school.submit()
    school.grade()
    failed = newest(school)
    attempt(school, failed, Answer(f"POST {text}", 500, f"</code>{text}", problem=text))
    staff = school.client("ines")
    for place in ("deliveries", f"deliveries/{failed.id}"):
        assert staff.get(f"/api/v1/courses/{SPRING}/{place}").data.isascii()
        page = signed_in(school, "ines").get(f"/courses/{SPRING}/staff/{place}").text
        assert not acts(page)
        assert "<script>alert" not in page
        assert "<img src" not in page
    with served(school, bell=school.bell) as url:
        options = ["--server", url, "--token", school.tokens["ines"]]
        for arguments in (["list", SPRING], ["show", SPRING, str(failed.id)]):
            result = CliRunner(env={"COLUMNS": "300"}).invoke(lms, ["deliveries", *arguments, *options])
            assert result.exit_code == 0, result.output
            assert not acts(result.output)


@pytest.mark.parametrize("text", ["a\u202eb", "a\x9b31m", "a\u200b", "a\x1b[2J", "a\u2028b", "a\u00adb", "\ud800"])
def test_no_login_holds_what_cannot_be_seen(school: School, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        enrol.add_user(school.make_uow(), login=text, name="Eve")
    assert not acts(str(refused.value))


@pytest.mark.jail
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["for people", "for programs"])
def test_files_of_any_name_are_graded_and_act_on_no_terminal(
    reports: dict[str, Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    @contextmanager
    def examiner(_: str) -> Iterator[Examiner]:
        yield FakeExaminer(reports["an error's class"])

    monkeypatch.setattr(grade_module, "local_examiner", examiner)
    monkeypatch.setattr(grade_module, "find_exercise", lambda *_: an_exercise())
    names = [text.replace("/", "") for text in (*HOSTILE.values(), "\udcff\udc80 no UTF-8", "two\nlines")]
    files = [tmp_path / f"{name}.py" for name in names]
    for file in files:
        file.write_text("x = 1\n")
    result = CliRunner().invoke(grade_module.command, ["x", *map(str, files), *options, "--exercises", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert not acts(result.output)
    assert ":skull:" in result.stdout.replace("\n", "")  # as it is called, not as a picture
    if options:
        assert [Path(json.loads(line)["file"]).name for line in result.stdout.splitlines()] == [f.name for f in files]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_what_a_log_tells_at_a_terminal_is_not_obeyed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    told = log_at_a_terminal(monkeypatch, ValueError(text), "GET %s failed", text)
    assert "ValueError" in told
    assert not acts(re.sub(r"\x1b\[[0-9;]*m", "", told))


def test_a_log_at_a_terminal_shows_no_values_of_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(token: str) -> None:
        raise ValueError(len(token))

    with pytest.raises(ValueError, match="9") as caught:
        fail("7" * 9)
    assert "7" * 9 not in log_at_a_terminal(monkeypatch, caught.value, "failed")


def log_at_a_terminal(monkeypatch: pytest.MonkeyPatch, error: Exception, event: str, *arguments: str) -> str:
    """Return what a terminal is sent when *error* is logged."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen, root = Terminal(), logging.getLogger()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    try:
        logs.set_up("warning")
        logging.getLogger("grader.test").error(event, *arguments, exc_info=error)
    finally:
        structlog.reset_defaults()
    return screen.getvalue()
