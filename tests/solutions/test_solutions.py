"""What students hand in, and the score that each must get: right ones in every style, and wrong ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.report import Outcome
from tests.solutions.shelf import EXERCISES, HERE, exercise_of, handed_in, named

if TYPE_CHECKING:
    from pathlib import Path

    from grader.domain.report import Report
    from grader.kit.examiner import KitExaminer

RIGHT = handed_in("right")

# solution, points of 20, severest outcome, what the first lost scenario says
WRONG = [
    ("pointwise-conv/wrong_syntax_error", 0, Outcome.CRASHED, "SyntaxError: expected ':'"),
    ("pointwise-conv/wrong_not_a_module", 0, Outcome.WRONG, "Does your class inherit from nn.Module?"),
    ("pointwise-conv/wrong_no_entry", 0, Outcome.WRONG, "does not define `PointwiseConv2d`; it defines PointwiseConv"),
    ("pointwise-conv/wrong_signature", 0, Outcome.CRASHED, "takes 2 positional arguments but 3 were given"),
    ("pointwise-conv/wrong_crash", 2, Outcome.CRASHED, "line 12: return x @ self.weight + self.bias"),
    ("pointwise-conv/wrong_calls_conv2d", 2, Outcome.REFUSED, "forbids convolution operations"),
    ("pointwise-conv/wrong_detached", 18, Outcome.WRONG, "No gradient reaches one of the parameters"),
    ("pointwise-conv/wrong_bfloat16", 6, Outcome.WRONG, "of the values are wrong"),
    ("pointwise-conv/wrong_first_image_only", 5, Outcome.CRASHED, "The shape is (1, 4, 3, 4), expected (2, 4, 3, 4)"),
    ("pointwise-conv/wrong_halves_the_size", 4, Outcome.CRASHED, "The shape is (2, 4, 2, 4), expected (2, 4, 3, 4)"),
    ("pointwise-conv/wrong_in_evaluation", 16, Outcome.WRONG, "of the values are wrong"),
    ("bottleneck/wrong_syntax_error", 0, Outcome.CRASHED, "SyntaxError: '(' was never closed"),
    ("bottleneck/wrong_not_a_module", 0, Outcome.WRONG, "int"),
    ("bottleneck/wrong_no_entry", 0, Outcome.WRONG, "does not define `Bottleneck`"),
    ("bottleneck/wrong_signature", 0, Outcome.CRASHED, "missing 1 required positional argument: 'stride'"),
    ("bottleneck/wrong_forgets_super_init", 0, Outcome.CRASHED, "before Module.__init__() call"),
    ("bottleneck/wrong_only_relu", 2, Outcome.WRONG, "of the values are wrong"),
    ("bottleneck/wrong_ignores_bn_parameters", 1, Outcome.WRONG, "of the values are wrong"),
    ("bottleneck/wrong_returns_the_input_when_the_block_is_small", 19, Outcome.WRONG, "of the values are wrong"),
    ("conv-parameters/wrong_syntax_error", 0, Outcome.CRASHED, "SyntaxError: expected ':'"),
    ("conv-parameters/wrong_no_entry", 0, Outcome.WRONG, "does not define `conv2d_parameters`"),
    ("conv-parameters/wrong_prints", 0, Outcome.WRONG, "got None (is a `return` missing?), expected 589824"),
    ("conv-parameters/wrong_tensor", 0, Outcome.WRONG, "got a tensor of shape (), expected 589824"),
    ("conv-parameters/wrong_numpy_number", 5, Outcome.WRONG, "gave an object of type int64, which is no answer"),
    ("conv-parameters/wrong_by_heart", 4, Outcome.WRONG, "Got 0, which is not the value"),
    ("conv-parameters/wrong_total_kept_between_calls", 5, Outcome.WRONG, "got 655360, expected 65536"),
    ("conv-parameters/wrong_other_names", 7, Outcome.CRASHED, "unexpected keyword argument 'bias'"),
    ("conv-parameters/wrong_one_function_only", 15, Outcome.WRONG, "does not define `bottleneck_parameters`"),
    ("conv-parameters/wrong_crashes_on_pairs", 16, Outcome.CRASHED, "line 2: return out_channels"),
    ("projection-bottleneck/wrong_syntax_error", 0, Outcome.CRASHED, "SyntaxError: expected ':'"),
    ("projection-bottleneck/wrong_no_entry", 0, Outcome.WRONG, "does not define `ProjectionBottleneck`"),
    ("projection-bottleneck/wrong_signature", 0, Outcome.CRASHED, "got an unexpected keyword argument 'stride'"),
    ("projection-bottleneck/wrong_no_shortcut", 2, Outcome.WRONG, "of the values are wrong"),
    ("projection-bottleneck/wrong_ignores_the_stride", 9, Outcome.CRASHED, "expected (2, 20, 3, 4)"),
    ("projection-bottleneck/wrong_stride_twice", 8, Outcome.CRASHED, "must match the size of tensor b"),
    ("projection-bottleneck/wrong_pads_at_the_end", 12, Outcome.WRONG, "of the values are wrong"),
    ("projection-bottleneck/wrong_only_in_evaluation", 14, Outcome.WRONG, "of the values are wrong"),
    ("channel-mixer/wrong_syntax_error", 0, Outcome.CRASHED, "IndentationError"),
    ("channel-mixer/wrong_no_entry", 0, Outcome.WRONG, "does not define `ChannelMixer`; it defines Mixer"),
    ("channel-mixer/wrong_signature", 0, Outcome.CRASHED, "takes 2 positional arguments but 3 were given"),
    ("channel-mixer/wrong_forgets_super_init", 0, Outcome.CRASHED, "before Module.__init__() call"),
    ("channel-mixer/wrong_no_return", 1, Outcome.WRONG, "Got None (is a `return` missing?)"),
    ("channel-mixer/wrong_other_layers", 3, Outcome.WRONG, "of the values are wrong"),
    ("channel-mixer/wrong_dropout", 5, Outcome.WRONG, "of the values are wrong"),
    ("channel-mixer/wrong_bfloat16", 5, Outcome.WRONG, "of the values are wrong"),
    ("channel-mixer/wrong_detached", 17, Outcome.WRONG, "No gradient reaches the input"),
    ("channel-mixer/wrong_only_without_gaps", 19, Outcome.CRASHED, "line 14: pixels = x.view"),
    ("inception/wrong_syntax_error", 0, Outcome.CRASHED, "SyntaxError: closing parenthesis"),
    ("inception/wrong_no_entry", 0, Outcome.WRONG, "does not define `Inception`; it defines InceptionModule"),
    ("inception/wrong_signature", 0, Outcome.CRASHED, "takes 3 positional arguments but 8 were given"),
    ("inception/wrong_three_branches", 5, Outcome.CRASHED, "The shape is (2, 18, 6, 5), expected (2, 33, 6, 5)"),
    ("inception/wrong_square_images", 3, Outcome.CRASHED, "is invalid for input of size"),
    ("inception/wrong_pool_of_the_whole_image", 6, Outcome.WRONG, "of the values are wrong"),
    ("inception/wrong_two_threes_for_a_five", 4, Outcome.WRONG, "of the values are wrong"),
    ("inception/wrong_dropout", 3, Outcome.WRONG, "of the values are wrong"),
    ("layer-norm/wrong_syntax_error", 0, Outcome.CRASHED, "SyntaxError: '(' was never closed"),
    ("layer-norm/wrong_no_entry", 0, Outcome.WRONG, "does not define `LayerNorm`; it defines LayerNormalisation"),
    ("layer-norm/wrong_signature", 2, Outcome.CRASHED, "missing 1 required positional argument: 'eps'"),
    ("layer-norm/wrong_forgets_super_init", 0, Outcome.CRASHED, "before Module.__init__() call"),
    ("layer-norm/wrong_no_parameters", 3, Outcome.WRONG, "of the values are wrong"),
    ("layer-norm/wrong_first_mean_for_ever", 3, Outcome.WRONG, "of the values are wrong"),
    ("layer-norm/wrong_length_one", 4, Outcome.WRONG, "of the values are wrong"),
    ("layer-norm/wrong_bfloat16", 4, Outcome.WRONG, "of the values are wrong"),
    ("layer-norm/wrong_only_three_axes", 9, Outcome.CRASHED, "line 13: n, t, f = x.shape"),
    ("layer-norm/wrong_only_in_training", 16, Outcome.WRONG, "of the values are wrong"),
    ("layer-norm/wrong_detached", 18, Outcome.WRONG, "No gradient reaches the input"),
    ("layer-norm/wrong_only_without_gaps", 19, Outcome.CRASHED, "line 14: rows = x.view"),
    ("attention-mask/wrong_syntax_error", 0, Outcome.CRASHED, "SyntaxError: expected ':'"),
    ("attention-mask/wrong_no_entry", 0, Outcome.WRONG, "does not define `attention`; it defines masked_attention"),
    ("attention-mask/wrong_signature", 0, Outcome.CRASHED, "takes 3 positional arguments but 4 were given"),
    ("attention-mask/wrong_returns_weights_too", 0, Outcome.WRONG, "Got a tuple or list of 2 tensors of shapes"),
    ("attention-mask/wrong_as_wide_as_the_query", 0, Outcome.CRASHED, "The expanded size of the tensor (4)"),
    ("attention-mask/wrong_first_sequence_only", 2, Outcome.WRONG, "The shape is (1, 3, 2), expected (2, 3, 2)"),
    ("attention-mask/wrong_bfloat16", 4, Outcome.WRONG, "of the values are wrong"),
    ("attention-mask/wrong_only_masks_of_three_axes", 13, Outcome.CRASHED, "line 2: n, t, s = mask.shape"),
    ("attention-mask/wrong_two_axes_are_causal", 17, Outcome.WRONG, "of the values are wrong"),
    ("attention-mask/wrong_clamps_the_scores", 18, Outcome.WRONG, "of the values are wrong"),
]  # fmt: skip


def grade(examiner: KitExaminer, path: Path) -> Report:
    return examiner.examine(exercise_of(path), path.read_text(encoding="utf-8"), seed_id="solutions")


@pytest.mark.jail
@pytest.mark.parametrize("path", RIGHT, ids=named)
def test_a_right_solution_gets_everything_in_any_style(examiner: KitExaminer, path: Path) -> None:
    report = grade(examiner, path)
    assert [(check.name, check.message) for check in report.checks if check.outcome is not Outcome.PASSED] == []
    assert (report.points, report.misconception) == (20, None)


@pytest.mark.jail
@pytest.mark.parametrize(("solution", "points", "outcome", "says"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_solution_gets_what_its_honest_part_earns(
    examiner: KitExaminer, solution: str, points: int, outcome: Outcome, says: str
) -> None:
    report = grade(examiner, HERE / f"{solution}.py")
    assert (report.points, report.outcome) == (points, outcome)
    first = next(check for check in report.checks if check.outcome is not Outcome.PASSED)
    assert says in first.message


@pytest.mark.parametrize("slug", [exercise.slug for exercise in EXERCISES])
def test_every_exercise_has_right_solutions_in_many_styles(slug: str) -> None:
    assert len([path for path in RIGHT if path.parent.name == slug]) >= 6


def test_every_wrong_solution_stands_in_the_table() -> None:
    assert sorted(map(named, handed_in("wrong"))) == sorted(row[0] for row in WRONG)
