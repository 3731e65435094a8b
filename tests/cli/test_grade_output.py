"""`grader grade` goes on after a fault of ours, and shows what public tests show."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from grader.cli import grade as grade_module
from grader.cli.grade import command, ungraded
from grader.domain.errors import Internal
from grader.domain.report import CheckResult, Outcome
from tests.fakes import FakeCatalogue, FakeExaminer, a_check, a_report, an_exercise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    from grader.domain.exercise import Exercise
    from grader.domain.report import Report
    from grader.ports import Examiner

PAIR = {"index": [0, 1], "got": "0.5", "expected": "1.5"}
WRONG = a_check(points=0, outcome=Outcome.WRONG, message="Not yet.", printed="hello", detail={"pairs": [PAIR]})


class FailsWhenTold(FakeExaminer):
    """Fails on sources that say so, by a fault of ours."""

    def examine(
        self,
        exercise: Exercise,
        source: str,
        *,
        seed_id: str | None = None,
        on_check: Callable[[CheckResult], None] = lambda _: None,
        on_alive: Callable[[], None] = lambda: None,
    ) -> Report:
        if "fail" in source:
            raise Internal("the nursery died")
        return super().examine(exercise, source, seed_id=seed_id, on_check=on_check, on_alive=on_alive)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    @contextmanager
    def examiner(_: str) -> Iterator[Examiner]:
        yield FailsWhenTold(a_report(WRONG))

    monkeypatch.setattr(grade_module, "local_examiner", examiner)
    monkeypatch.setattr(
        grade_module, "find_exercise", lambda *_: FakeCatalogue([an_exercise()]).exercises("channels")[0]
    )
    monkeypatch.chdir(tmp_path)


def graded(tmp_path: Path, *arguments: str, **files: str) -> Result:
    for name, source in files.items():
        (tmp_path / f"{name}.py").write_text(source)
    call = ["pointwise-conv", *(f"{name}.py" for name in files), "--exercises", str(tmp_path), *arguments]
    return CliRunner().invoke(command, call)


def test_one_fault_of_ours_does_not_keep_the_other_files_from_being_graded(tmp_path: Path) -> None:
    result = graded(tmp_path, "--json", a="x = 1\n", b="fail = 1\n", c="x = 1\n")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each["outcome"], each["score"]) for each in found] == [("wrong", 0), ("internal", None), ("wrong", 0)]
    assert (result.exit_code, result.stderr) == (1, "grader: the nursery died\n")


def test_values_and_output_of_public_tests_are_told(tmp_path: Path) -> None:
    shown = graded(tmp_path, a="x = 1\n")
    assert shown.exit_code == 0
    assert "at [0, 1]: got 0.5, expected 1.5" in shown.stdout
    assert "hello" in shown.stdout
    (check,) = json.loads(graded(tmp_path, "--json", a="x = 1\n").stdout)["checks"]
    assert (check["printed"], check["detail"]) == ("hello", {"pairs": [PAIR]})
    assert "staff_message" not in check


@pytest.mark.parametrize(("why", "said"), [("is it text?", "Is it text?"), ("no", "No."), ("a b.", "A b.")])
def test_a_reason_ends_with_one_mark(why: str, said: str) -> None:
    assert {check.message for check in ungraded(an_exercise(), Outcome.CRASHED, why).checks} == {said}
