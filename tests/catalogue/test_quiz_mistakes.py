"""Every mistake in a quiz names its file, line and key, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import BadExercise
from tests.catalogue.conftest import read_all

if TYPE_CHECKING:
    from pathlib import Path

# what stands there, what a lecturer wrote instead, what the error says behind the file
MISTAKES = [
    ('title = "Channels"', "", "line 1: title: missing"),
    ('slug = "weights"', 'slug = "Weights"', "line 14: questions[1].slug: 'Weights' is no slug"),
    ('slug = "weights"', 'slug = "shape"', "line 27: questions[3].slug: 'shape' is used twice"),
    ('kind = "single"', 'kind = "singular"', "line 33: questions[4].kind: unknown 'singular'; did you mean single?"),
    ('kind = "single"', 'kind = "multiple"\nmin = 1', "line 34: questions[4].min: unknown key"),
    ('prompt = "Which shape?"', "", "line 26: questions[3].prompt: missing"),
    ('prompt = "What?"', 'prompt = "What?"\npoints = 0', "line 35: questions[4].points: 0 is too small"),
    (
        "{c_in} to {k}",
        "{c_in} to {m}",
        'line 16: questions[1].prompt: "m": unknown name m; declared parameters: c_in, k',
    ),
    ("c_in = [2, 3]", "c_in = [2.5]", "line 18: questions[1].parameters.c_in[1]: 2.5 is of the wrong type"),
    ("c_in = [2, 3]", "c_in = 2", "line 18: questions[1].parameters.c_in: 2 is of the wrong type; give a list"),
    ("c_in = [2, 3]", "c_in = []", "line 18: questions[1].parameters.c_in: parameter 'c_in' needs a plain name"),
    (
        '"c_in * k + k"',
        '"k * c_in"',
        'line 19: questions[1].wrong[1].answer: the wrong answer "k * c_in" is right for c_in=2',
    ),
    (
        'explanation = "biases" }',
        'explanation = "biases" }, { answer = "3 * k", explanation = "three" }',
        'line 19: questions[1].wrong[2].answer: the wrong answers "c_in * k + k" and "3 * k" are the same for c_in=2',
    ),
    ('"biases"', '"biases", same_as = 3', "line 19: questions[1].wrong[1].same_as: 3 is of the wrong type"),
    ('"c_in * k + k"', "true", "line 19: questions[1].wrong[1].answer: True is no number; give a number"),
    ('"c_in * k"', '"c_in * * k"', "line 17: questions[1].answer: 'c_in * * k' is not an expression"),
    ('"biases"', '""', "line 19: questions[1].wrong[1].explanation: empty"),
    ("tolerance = 0.05", "tolerance = -1", "line 25: questions[2].tolerance: tolerance must not be negative"),
    ("tolerance = 0.05", "tolerance = inf", "line 25: questions[2].tolerance: Infinity is no number; give a number"),
    ("answer = 8.47", "answer = []", "line 24: questions[2].answer: [] is no number"),
    ("right = true", "right = 1", "line 35: questions[4].choices[1].right: 1 is of the wrong type; give true"),
    ("right = true", "right = false", "line 35: questions[4].choices: a single question needs exactly one"),
    ('{ text = "this", right = true }', "3", "line 35: questions[4].choices[1]: 3 is of the wrong type; give a table"),
    (
        'title = "Channels"',
        'title = "Channels',
        "line 2: no valid TOML: Illegal character '\\n'; put a text of several",
    ),
    (
        'title = "Channels"',
        'title = "Channels"\ntitle = "Twice"',
        "line 3: no valid TOML: Cannot overwrite a value; write",
    ),
    ("any_layout = true", "any_layout = [", "line 93: no valid TOML: Invalid value"),
    ('prompt = "Which first?"', r'prompt = "$3 \times 3$"', "line 50: questions[6].prompt: between "),
    (
        'prompt = "Which first?"',
        r'prompt = "\lambda"',
        "line 50: no valid TOML: Unescaped '\\' in a string; put a text with LaTeX",
    ),
    (
        'moment = "final"',
        'moment = "later"',
        "line 3: moment: unknown 'later'; known are before, check_yourself, final",
    ),
    ("order = 3", "order = 0", "line 4: order: 0 is too small"),
    ("attempts = 3", "attempts = 0", "line 6: policy.attempts: 0 is too small"),
    ("attempts = 3", 'attempts = "unlimited"', "line 8: policy.answers: there is no last attempt: say how many"),
    ("attempts = 3", 'attempts = "many"', "line 6: policy.attempts: 'many' is of the wrong type; give a whole"),
    ("attempts = 3", "tries = 3", "line 8: policy.answers: there is no last attempt"),
    ('counts = "average"', 'counts = "mean"', "line 7: policy.counts: unknown 'mean'; known are average, best, last"),
    (
        '"after_last_attempt"',
        '"after_last"',
        "line 8: policy.answers: unknown 'after_last'; did you mean after_last_attempt?",
    ),
    ("minutes = 20", "minutes = 1.5", "line 9: policy.minutes: 1.5 is of the wrong type; give a whole number"),
    ("minutes = 20", "minutes = 20_000", "line 9: policy.minutes: 20000 minutes: give 1 to 10,080"),
    ("minutes = 20", "minute = 20", "line 9: policy.minute: unknown key; did you mean minutes?"),
    ("partial_credit = false", 'partial_credit = "no"', "line 10: policy.partial_credit: 'no' is of the wrong type"),
    ("shuffle_choices = false", "one_at_a_time = 1", "line 12: policy.one_at_a_time: 1 is of the wrong type"),
    ('["k", "C_in"]', '["k", "2k"]', 'line 40: questions[5].variables: "2k" is no name for a variable'),
    ('["k", "C_in"]', "[]", "line 40: questions[5].variables: a formula needs 1 to 12 variables"),
    ('["k", "C_in"]', '"k"', "line 40: questions[5].variables: 'k' is of the wrong type; give a list"),
    ('"k^2 * C_in"', '"k^2 * C_out"', 'line 41: questions[5].answer: unknown name "C_out": the names are k, C_in'),
    ('"k^2 * C_in"', '"k^2 *"', "line 41: questions[5].answer: a number, a name or"),
    (
        '"k^2 * C_in"',
        '"k * C_in / 1"',
        'line 44: questions[5].wrong[1].answer: the wrong answer "k * C_in" is right too',
    ),
    (
        '    answer = "k * C_in"',
        '    answer = "k ** C_in"',
        "line 44: questions[5].wrong[1].answer: an exponent must be",
    ),
    ('    "activation",', "", 'line 56: questions[6].wrong[1].answer: "1, 3, 2" is no order of the items'),
    ('    "activation",', '    "normalisation",', "line 54: questions[6].items[3]: 'normalisation' stands there twice"),
    ('    "activation",', "    3,", "line 54: questions[6].items[3]: 3 is of the wrong type; give a list of texts"),
    ('"1, 3, 2"', '"1, 2, 3"', 'line 56: questions[6].wrong[1].answer: the wrong answer "1, 2, 3" is right too'),
    ('"1, 3, 2"', '"1, 3, 4"', 'line 56: questions[6].wrong[1].answer: "1, 3, 4" is no order of the items'),
    ('match = "nine" }', 'mach = "nine" }', "line 63: questions[7].pairs[2].mach: unknown key; did you mean match?"),
    (
        'match = "nine" },\n',
        'match = "nine" }, { item = "1×1", match = "nine" },\n',
        "line 63: questions[7].pairs[3].item: two items have",
    ),
    (
        'match = "nine", expl',
        'match = "ten", expl',
        'line 66: questions[7].wrong[1]: "ten" is neither the match of a pair',
    ),
    (
        'match = "nine", expl',
        'match = "one", expl',
        'line 66: questions[7].wrong[1]: the wrong pair "1×1", "one" is right',
    ),
    (
        '[{ text = "three", explanation = "two axes" }]',
        "[3]",
        "line 65: questions[7].distractors[1]: 3 is of the wrong type; give a table",
    ),
    (
        '[{ text = "three", explanation = "two axes" }]',
        '["one", "one"]',
        "line 65: questions[7].distractors[2]: 'one' stands there",
    ),
    (
        "print(torch.zeros(1, {k}).shape)",
        "print(torch.zeros(1, {k})",
        "line 72: questions[8].code: no valid Python for k=2",
    ),
    (
        'answer = "torch.Size([1, {k}])"',
        'anwser = "torch.Size([1, {k}])"',
        "line 76: questions[8].anwser: unknown key; did you mean answer?",
    ),
    (
        '"torch.Size([{k}])"',
        '"(1, {k})"',
        'line 78: questions[8].wrong[1].answer: the wrong answer "(1, {k})" is right for k=2',
    ),
    ('"k / 1024 / 100"', '"k / n"', 'line 85: questions[9].tolerance: "k / n": unknown name n'),
    ('"k / 1024 / 100"', '"0 - k"', "line 85: questions[9].tolerance: tolerance must not be negative"),
    ('"4 * k / 1024"', '"4 * k / (k - 1024)"', 'line 84: questions[9].answer: "4 * k / (k - 1024)": division by zero'),
    ('"CHW"', '"CWX"', 'line 92: questions[10].layout: the layout "CWX" is none, like CHW or NHWC'),
    ('"CHW"', '"NCHW"', 'line 91: questions[10].answers: "64, 28, 14" has 3 sizes, the layout NCHW has 4'),
    ('"64, 28, 14"', '"64, 28, 14 / 4"', 'line 91: questions[10].answers: "14 / 4": 3.5 is no whole number'),
    ('layout = "CHW"', "", "line 93: questions[10].any_layout: any_layout needs a layout with C"),
]


@pytest.mark.parametrize(("right", "wrong", "says"), MISTAKES)
def test_a_mistake_is_named(root: Path, right: str, wrong: str, says: str) -> None:
    path = root / "channels" / "quiz.toml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(BadExercise) as error:
        read_all(root)
    assert str(error.value).startswith(f"exercises/channels/quiz.toml: {says}")
    assert "; " in str(error.value), "what to do"
