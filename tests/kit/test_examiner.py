"""Whose fault it is, what a student is told, and which belief the wrong answers prove."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import BadExercise
from grader.domain.exercise import Scenario, Visibility
from grader.domain.report import Outcome
from grader.kit.examiner import KitExaminer
from grader.kit.verdict import MESSAGE_LIMIT
from tests.kit.bench import EXERCISE, FOLDER, REFERENCE, LocalSandbox, LocalSession

if TYPE_CHECKING:
    from pathlib import Path

    from grader.domain.exercise import Exercise
    from grader.domain.report import CheckResult, Report


@pytest.fixture(scope="module")
def examiner() -> KitExaminer:
    return KitExaminer(LocalSandbox(), secret=b"secret", node="here")


def checks(report: Report) -> dict[str, CheckResult]:
    return {check.name: check for check in report.checks}


def outcomes(report: Report) -> dict[str, str]:
    return {check.name: check.outcome.value for check in report.checks}


def edited(old: str, new: str) -> str:
    assert old in REFERENCE
    return REFERENCE.replace(old, new)


def test_the_reference_scores_all(examiner: KitExaminer) -> None:
    report = examiner.examine(EXERCISE, REFERENCE)
    assert (report.points, report.max_points, report.outcome) == (5, 5, Outcome.PASSED)
    assert (report.misconception, report.hint) == (None, None)


def test_a_report_tells_the_memory_that_the_session_saw(monkeypatch: pytest.MonkeyPatch) -> None:
    examiner = KitExaminer(LocalSandbox(), secret=b"s", node="")
    assert examiner.examine(EXERCISE, REFERENCE).memory_mib is None
    monkeypatch.setattr(LocalSession, "memory_mib", 41.5)
    assert examiner.examine(EXERCISE, REFERENCE).memory_mib == 41.5


def test_verdicts_are_told_as_they_come(examiner: KitExaminer) -> None:
    heard: list[str] = []
    examiner.examine(EXERCISE, REFERENCE, on_check=lambda check: heard.append(check.name))
    assert heard == ["with_bias", "without_bias", "sums_up", "zero_gives_bias"]


def test_who_waits_for_the_lecturers_code_is_told_that_we_live() -> None:
    heard: list[str] = []
    examiner = KitExaminer(LocalSandbox(), secret=b"s", node="")
    wrong = (FOLDER / "misconceptions" / "forgets_bias.py").read_text()
    examiner.examine(EXERCISE, wrong, on_check=lambda c: heard.append(c.name), on_alive=lambda: heard.append("alive"))
    first, last = heard.index("with_bias"), heard.index("zero_gives_bias")
    assert heard[:first].count("alive") >= 3 * len(EXERCISE.scenarios)  # tapes are recorded in three passes or more
    assert "alive" not in heard[first:last]
    assert "alive" in heard[last:]  # beliefs are held against the answers
    before = len(heard)
    examiner.rest()
    assert len(heard) == before  # nobody waits any more


@pytest.mark.parametrize("name", ["forgets_bias", "weights_are_positive"])
def test_wrong_answers_are_traced_to_their_belief(examiner: KitExaminer, name: str) -> None:
    report = examiner.examine(EXERCISE, (FOLDER / "misconceptions" / f"{name}.py").read_text())
    assert report.misconception == name
    assert report.hint == EXERCISE.misconception(name).hint
    assert {check.name for check in report.checks if check.points == 0} == EXERCISE.misconception(name).fails
    assert checks(report)["with_bias"].misconception == name


def test_a_wrong_answer_of_ones_own_proves_no_belief(examiner: KitExaminer) -> None:
    report = examiner.examine(EXERCISE, edited("x * self.weight", "x * self.weight * 1.5"))
    assert report.points == 2
    assert (report.misconception, checks(report)["with_bias"].misconception) == (None, None)


ANSWERS_LIKE_THE_REFERENCE = """
import torch
def Affine(features, bias=True):
    return torch.zeros({3: (2, 3), 40: (2, 40), 50: (3, 50)}[features])
def total(x):
    return 0.0
"""

ATTRIBUTED: list[tuple[str, str, str, Outcome, str]] = [
    (
        "a tensor for a module, of the expected answer's form",
        ANSWERS_LIKE_THE_REFERENCE, "with_bias", Outcome.WRONG, "torch.nn.Module was expected",
    ),
    (
        "a dtype that the scenario stumbles over",
        edited("x * self.weight", "(x * self.weight).half()").replace("y + self.bias", "y + self.bias.half()"),
        "zero_gives_bias", Outcome.WRONG,
        "answered a float16 tensor of shape (2, 3), where a float32 tensor of shape (2, 3) was expected",
    ),
    (
        "a broadcast of its own",
        edited("return y if", "y = y[..., :2]\n        return y if"),
        "zero_gives_bias", Outcome.CRASHED, "RuntimeError",
    ),
    (
        "None", edited("return y if self.bias is None else y + self.bias", "pass"), "with_bias", Outcome.WRONG,
        "Got None (is a `return` missing?)",
    ),
    ("no class", "x = 1", "with_bias", Outcome.WRONG, "Your file does not define `Affine`; it defines no class"),
    ("no module", "class Affine:\n    def __init__(self, n, bias=True): pass", "with_bias", Outcome.WRONG, "inherit"),
    ("a crash", "def Affine(*a, **k):\n    raise ValueError('mine')", "with_bias", Outcome.CRASHED, "ValueError: mine"),
    (
        "a signature", "from torch import nn\nclass Affine(nn.Module):\n    def __init__(self): super().__init__()",
        "with_bias", Outcome.CRASHED, "TypeError",
    ),
    (
        "a huge layer", edited("torch.ones(features)", "torch.ones(5000, 5000)"), "with_bias", Outcome.WRONG,
        "over 16,777,216 parameters",
    ),
    (
        "an empty layer of enormous sizes", edited("torch.ones(features)", "torch.ones(0, 2**20, 2**20)"), "with_bias",
        Outcome.WRONG, "over 16,777,216 parameters",
    ),
    (
        "a parameter of a hundred dimensions", edited("torch.ones(features)", "torch.ones([1] * 40)"), "with_bias",
        Outcome.REFUSED, "parameters could not be read",
    ),
    (
        "no parameter of that name", edited("self.bias", "self.shift"), "zero_gives_bias", Outcome.WRONG,
        "Your layer has no parameter `bias`.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "name", "outcome", "words"), [row[1:] for row in ATTRIBUTED], ids=[row[0] for row in ATTRIBUTED]
)
def test_a_students_fault_is_the_students(
    examiner: KitExaminer, source: str, name: str, outcome: Outcome, words: str
) -> None:
    check = checks(examiner.examine(EXERCISE, source))[name]
    assert (check.outcome, check.points) == (outcome, 0)
    assert words in check.message


def test_a_scenario_that_stumbles_over_wrong_numbers_is_the_students(tmp_path: Path) -> None:
    (tmp_path / "reference.py").write_text(REFERENCE)
    (tmp_path / "scenarios.py").write_text(
        "from grader.kit import scenario\n"
        "@scenario(points=5, title='Divides')\n"
        "def divides(subject, draw):\n"
        "    return 1 / len([1 for number in subject.Affine(2)(draw.normal(1, 2)).flatten() if number])\n"
    )
    scenarios = (replace(EXERCISE.scenarios[0], name="divides"),)
    exercise = replace(EXERCISE, folder=tmp_path, scenarios=scenarios, misconceptions=(), content_hash="divides")
    report = KitExaminer(LocalSandbox(), secret=b"s", node="").examine(exercise, edited("x * self.weight", "x * 0"))
    assert outcomes(report) == {"divides": "wrong"}
    check = report.checks[0]
    assert check.message.startswith("The test could not go on with your code's answer. The largest error is ")
    assert "ZeroDivisionError" in check.staff_message
    assert "ZeroDivisionError" not in check.message


TRIPS_ITSELF = """
import torch
from grader.kit import scenario
runs = []
@scenario(points=5, title='Trips on the student alone')
def trips(subject, draw):
    started = subject.Affine(2, bias=False)
    answer = subject.Affine(2).load(draw)(draw.normal(1, 2)) + started(draw.normal(1, 2))
    runs.append(1)
    if len(runs) == 5:  # the reference's runs for the tape are four
        raise ValueError("a slip of the lecturer's")
    return answer
"""


def test_a_scenario_that_fails_on_the_references_answers_is_ours(tmp_path: Path) -> None:
    exercise = own_exercise(tmp_path, TRIPS_ITSELF, Scenario("trips", "Trips", 5))
    check = KitExaminer(LocalSandbox(), secret=b"s", node="").examine(exercise, REFERENCE).checks[0]
    assert check.outcome is Outcome.INTERNAL
    assert "a slip of the lecturer's" in check.staff_message
    assert "slip" not in check.message


def test_an_answer_that_is_never_the_same_blames_nobody(tmp_path: Path) -> None:
    at_random = REFERENCE.replace("torch.ones(features)", "torch.rand(features)")
    exercise = own_exercise(tmp_path, TRIPS_ITSELF.replace("return answer", "return 1"), Scenario("trips", "Trips", 5))
    (tmp_path / "reference.py").write_text(at_random)
    check = KitExaminer(LocalSandbox(), secret=b"s", node="").examine(exercise, at_random).checks[0]
    assert check.outcome is Outcome.INTERNAL


HIDDEN_WORDS = [
    ("a text", edited("return float(x.double().sum())", "return 'what I saw'"), "sums_up"),
    ("a key", edited("return float(x.double().sum())", "return {'what I saw': 1}"), "sums_up"),
    (
        "a kind", edited("return float(x.double().sum())", "return type('what I saw', (), {})()"), "sums_up",
    ),
    ("a parameter", REFERENCE.replace("self.bias", "self.what_I_saw"), "zero_gives_bias"),
    (
        "a kind where a tensor was due",
        edited("return y if", "return type('what I saw', (), {})()\n        return y if"), "zero_gives_bias",
    ),
    ("keys for a tensor", edited("return y if", "return {'what I saw': y}\n        return y if"), "without_bias"),
    ("an exception", edited("y = x *", "raise ValueError('what ' + 'I saw')\n        y = x *"), "without_bias"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name"), [row[1:] for row in HIDDEN_WORDS], ids=[row[0] for row in HIDDEN_WORDS])
def test_a_hidden_scenario_repeats_no_words_of_the_students_code(examiner: KitExaminer, source: str, name: str) -> None:
    check = checks(examiner.examine(EXERCISE, source))[name]
    assert check.outcome in {Outcome.WRONG, Outcome.CRASHED}
    for said in ("what I saw", "what_I_saw"):
        assert said not in check.message
    assert "what" in check.staff_message


def test_a_module_where_a_number_was_due_is_the_students(tmp_path: Path) -> None:
    (tmp_path / "reference.py").write_text(REFERENCE)
    (tmp_path / "scenarios.py").write_text(
        "import torch\n"
        "from grader.kit import scenario\n"
        "@scenario(points=5, title='Halves')\n"
        "def halves(subject, draw):\n"
        "    return torch.tensor(subject.total(torch.ones(3)) / 2)\n"
    )
    scenarios = (replace(EXERCISE.scenarios[0], name="halves"),)
    exercise = replace(EXERCISE, folder=tmp_path, scenarios=scenarios, misconceptions=(), content_hash="halves")
    source = edited("return float(x.double().sum())", "return nn.Linear(2, 2)")
    check = KitExaminer(LocalSandbox(), secret=b"s", node="").examine(exercise, source).checks[0]
    assert (check.outcome, check.message) == (
        Outcome.WRONG,
        "Your code answered a module, where a floating-point number was expected.",
    )


def test_a_layer_with_other_parameters_is_described_by_them(tmp_path: Path) -> None:
    scenarios = (
        "from grader.kit import scenario\n"
        "@scenario(points=1, title='Two')\n"
        "def two(subject, draw):\n"
        "    weight, bias = subject.Affine(4).parameters().values()\n"
        "    return weight.shape[0]\n"
    )
    exercise = own_exercise(tmp_path, scenarios, Scenario("two", "Two", 1))
    source = edited("if bias else None", "if False else None")
    check = KitExaminer(LocalSandbox(), secret=b"s", node="").examine(exercise, source).checks[0]
    tensor = "a float32 tensor of shape (4,)"
    assert check.message == (
        f"Your code answered a layer whose parameters and buffers are a tuple or list holding {tensor}, "
        f"where a layer whose parameters and buffers are a tuple or list holding [{tensor}, {tensor}] was expected."
    )


def test_a_table_that_names_no_scenario_is_the_lecturers(examiner: KitExaminer) -> None:
    scenarios = (*EXERCISE.scenarios, replace(EXERCISE.scenarios[0], name="forgotten"))
    with pytest.raises(BadExercise, match="forgotten is no @scenario or @claim"):
        examiner.examine(replace(EXERCISE, scenarios=scenarios, content_hash="other"), REFERENCE)


def test_prints_and_numbers_are_kept_for_public_scenarios_only(examiner: KitExaminer) -> None:
    found = checks(examiner.examine(EXERCISE, edited("y = x", "print('here is', x)\n        y = 2 * x")))
    assert found["with_bias"].printed.startswith("here is tensor(")
    assert found["with_bias"].detail["shape"] == [3, 50]
    assert (found["without_bias"].printed, found["without_bias"].detail) == ("", {})


def test_a_hidden_scenario_does_not_tell_its_value(examiner: KitExaminer) -> None:
    check = checks(examiner.examine(EXERCISE, edited("return float(x.double().sum())", "return 0.25")))["sums_up"]
    assert check.message == "Got 0.25, which is not the value."


SIZES = """
from grader.kit import scenario

@scenario(points=1, title="Public", visibility="public")
def is_public(subject, draw):
    return tuple(subject.Affine(64).parameter("weight").shape)

@scenario(points=1, title="Hidden")
def is_hidden(subject, draw):
    return tuple(subject.Affine(64).parameter("weight").shape)

@scenario(points=1, title="Later", visibility="after_due")
def is_told_later(subject, draw):
    return tuple(subject.Affine(64).parameter("weight").shape)
"""


def own_exercise(folder: Path, scenarios: str, *asked: Scenario) -> Exercise:
    (folder / "reference.py").write_text(REFERENCE)
    (folder / "scenarios.py").write_text(scenarios)
    return replace(EXERCISE, folder=folder, scenarios=asked, misconceptions=(), content_hash=asked[0].name)


def test_only_a_public_scenario_names_what_it_expects(tmp_path: Path) -> None:
    exercise = own_exercise(
        tmp_path,
        SIZES,
        Scenario("is_public", "Public", 1, Visibility.PUBLIC),
        Scenario("is_hidden", "Hidden", 1),
        Scenario("is_told_later", "Later", 1, Visibility.AFTER_DUE),
    )
    source = edited("torch.ones(features)", "torch.ones(1, features)")
    report = KitExaminer(LocalSandbox(), secret=b"s", node="").examine(exercise, source)
    kept_back = "Got (1, 64), expected a tuple or list of 1 whole number."  # a number tells little, and helps
    assert [check.message for check in report.checks] == ["Got (1, 64), expected (64,).", kept_back, kept_back]
    pairs = [{"index": [], "got": "(1, 64)", "expected": "(64,)"}]
    assert [check.detail.get("pairs") for check in report.checks] == [pairs, None, pairs]


GRADIENTS = """
import torch
from grader.kit import scenario

@scenario(points=1, title="Input")
def of_input(subject, draw):
    return subject.Affine(4).load(draw).gradients(draw.normal(2, 4), upstream=draw.normal(2, 4)).inputs[0]

@scenario(points=1, title="Weight")
def of_weight(subject, draw):
    return subject.Affine(4).load(draw).gradients(draw.normal(2, 4), upstream=draw.normal(2, 4)).parameters["weight"]

@scenario(points=1, title="All")
def of_all(subject, draw):
    found = subject.Affine(4).load(draw).gradients((draw.normal(2, 4),), upstream=draw.normal(2, 4))
    return (*found.inputs[:], *found.parameters.values())
"""


@pytest.mark.parametrize(
    ("changed", "messages"),
    [
        ("x.detach() * self.weight", ["No gradient reaches the input: ", "", "No gradient reaches the input: "]),
        ("x * self.weight.detach()", ["", "No gradient reaches `weight`: ", "No gradient reaches `weight`: "]),
        ("(x * self.weight).detach()", ["No gradient reaches the input: ", *["No gradient reaches "] * 2]),
        ("[x * self.weight]\n        return y", ["The layer returned an object of type list; a tensor was exp"] * 3),
        ("None\n        return y", ["The layer returned None (is a `return` missing?); a tensor was expected"] * 3),
    ],
)
def test_a_missing_gradient_costs_where_it_is_asked_for(tmp_path: Path, changed: str, messages: list[str]) -> None:
    asked = [Scenario(name, name, 1, Visibility.PUBLIC) for name in ("of_input", "of_weight", "of_all")]
    exercise = own_exercise(tmp_path, GRADIENTS, *asked)
    report = KitExaminer(LocalSandbox(), secret=b"s", node="").examine(exercise, edited("x * self.weight", changed))
    for check, message in zip(report.checks, messages, strict=True):
        assert check.outcome is (Outcome.WRONG if message else Outcome.PASSED)
        assert check.message.startswith(message)


def test_a_parameter_of_another_name_is_the_students(tmp_path: Path) -> None:
    exercise = own_exercise(tmp_path, GRADIENTS, Scenario("of_weight", "of_weight", 1))
    renamed = REFERENCE.replace("self.weight", "self.kernel")
    check = KitExaminer(LocalSandbox(), secret=b"s", node="").examine(exercise, renamed).checks[0]
    assert (check.outcome, check.message) == (Outcome.WRONG, "Your layer has no parameter `weight`.")


def test_an_answer_far_larger_than_the_references_is_not_judged(examiner: KitExaminer) -> None:
    source = edited("y = x * self.weight", "return torch.zeros(5 * 2**20, dtype=torch.bool)")
    messages = {check.message for check in examiner.examine(EXERCISE, source).checks if not check.points}
    assert "Your code answered 5,242,880 bytes, far more than were asked for." in messages


def test_messages_have_an_end(examiner: KitExaminer) -> None:
    flood = "def Affine(*a, **k):\n    return tuple('x' * 1000 for _ in range(60))\n"
    for check in examiner.examine(EXERCISE, flood).checks:
        assert len(check.message) <= MESSAGE_LIMIT + 2
        assert len(check.staff_message) <= MESSAGE_LIMIT + 2


def test_a_seed_repeats_a_run(examiner: KitExaminer) -> None:
    wrong = edited("x * self.weight", "x * self.weight * 1.5")
    first = examiner.examine(EXERCISE, wrong)
    again = KitExaminer(LocalSandbox(), secret=b"secret", node="there").examine(EXERCISE, wrong, seed_id=first.seed_id)
    other = examiner.examine(EXERCISE, wrong, seed_id="another")
    messages = [[check.message for check in report.checks] for report in (first, again, other)]
    assert messages[0] == messages[1] != messages[2]


def test_what_students_draw_besides_is_not_kept() -> None:
    examiner = KitExaminer(LocalSandbox(), secret=b"s", node="")
    examiner.examine(EXERCISE, REFERENCE)
    tapes = examiner._seeds[EXERCISE.content_hash][0].tapes
    before = {name: set(tape.kept) for name, tape in tapes.items()}
    more = edited("if bias else None", "if bias else None\n        self.more = nn.Parameter(torch.ones(1000, 100))")
    for _ in range(3):
        assert examiner.examine(EXERCISE, more).points == 5
    assert {name: set(tape.kept) for name, tape in tapes.items()} == before


def test_a_layer_of_two_hundred_parameters_can_be_described(examiner: KitExaminer) -> None:
    many = edited("if bias else None", "if bias else None\n        self.more = nn.ParameterList([torch.ones(2)] * 300)")
    report = examiner.examine(EXERCISE, many.replace("[torch.ones(2)] * 300", "[torch.ones(2) for _ in range(200)]"))
    assert report.points == 5
