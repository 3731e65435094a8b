"""Not doing the exercise: the library does it, or only what is seen to be tested is done."""

from __future__ import annotations

from tests.adversarial.attack import (
    BOTTLENECK,
    CRASHED,
    HANGS,
    PASSED,
    POINTWISE,
    REFUSED,
    UNCALLED,
    WRONG,
    ZEROS,
    Attack,
)

ZEROS_HERE = ZEROS[POINTWISE]

ALL_OF_POINTWISE = ZEROS_HERE | {
    "definition",
    "lesson_sizes",
    "odd_sizes",
    "one_pixel",
    "bias_of_black",
    "input_gradient",
    "weight_gradient",
    "bias_gradient",
    "double_precision",
    "memory_layouts",
    "input_unchanged",
    "mixes_no_space",
    "follows_its_weights",
}

GRADIENTS_OF_POINTWISE = {"input_gradient", "weight_gradient", "bias_gradient"}

ALL_OF_BOTTLENECK = frozenset(
    {
        "evaluation",
        "weights",
        "lesson_widths",
        "training",
        "running_statistics",
        "evaluation_after_training",
        "input_gradient",
        "parameter_gradients",
        "silent_block",
        "border",
        "odd_sizes",
        "one_pixel",
        "double_precision",
        "memory_layouts",
        "input_unchanged",
        "images_are_independent",
    }
)

IN_TRAINING = frozenset(
    {"weights", "training", "running_statistics", "parameter_gradients", "silent_block", "odd_sizes"}
)
"""Scenarios of the bottleneck that are right where training is, with no look at evaluation."""

FORBIDDEN = [
    Attack("evading/conv_called", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_by_alias", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_by_built_name", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_of_ops", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_of_c", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_of_one_axis", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_transposed", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_by_functional_call", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_scripted", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_traced", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_compiled", POINTWISE, 2, HANGS | {REFUSED}, UNCALLED),  # to load the compiler takes a second
    Attack("evading/conv_in_a_function", POINTWISE, 2, REFUSED, UNCALLED),
    Attack("evading/conv_of_torchscript", POINTWISE, 2, CRASHED, UNCALLED),
    Attack("evading/library_if_possible", POINTWISE, 2, WRONG, UNCALLED),
    Attack("evading/unfold_is_allowed", POINTWISE, 20, PASSED, ALL_OF_POINTWISE),
]

BY_HEART = [
    Attack("evading/answers_by_heart", BOTTLENECK, 1, WRONG),
    Attack("evading/right_at_first", POINTWISE, 9, WRONG, ZEROS_HERE | {"definition", "lesson_sizes", "odd_sizes"}),
    Attack("evading/only_at_first", BOTTLENECK, 4, WRONG, frozenset({"evaluation", "weights", "lesson_widths"})),
    Attack("evading/right_for_public_shapes", POINTWISE, 5, WRONG, ZEROS_HERE | {"definition"}),
    Attack("evading/only_public_sizes", BOTTLENECK, 2, WRONG, frozenset({"evaluation", "weights"})),
    Attack(
        "evading/cached_by_size",
        POINTWISE,
        17,
        WRONG,
        ALL_OF_POINTWISE - {"memory_layouts", "mixes_no_space", "follows_its_weights"},
    ),
    Attack(
        "evading/cached_by_shape",
        BOTTLENECK,
        18,
        WRONG,
        ALL_OF_BOTTLENECK - {"evaluation_after_training", "memory_layouts"},
    ),
]

INPUT_AND_WEIGHTS = [
    Attack("evading/input_zeroed", POINTWISE, 3, WRONG),
    Attack("evading/input_and_weights_zeroed", BOTTLENECK, 1, WRONG),
    Attack(
        "evading/input_overwritten",
        BOTTLENECK,
        18,
        WRONG,
        ALL_OF_BOTTLENECK - {"input_unchanged", "parameter_gradients"},
    ),
    Attack("evading/weights_of_others", BOTTLENECK, 1, WRONG),
    Attack("evading/weights_taken", BOTTLENECK, 1, WRONG),
    Attack("evading/input_when_small", BOTTLENECK, 19, WRONG, ALL_OF_BOTTLENECK - {"odd_sizes"}),
    Attack(
        "evading/bias_ignored",
        POINTWISE,
        13,
        WRONG,
        ALL_OF_POINTWISE - {"definition", "odd_sizes", "bias_of_black", "bias_gradient", "double_precision"},
    ),
    Attack(
        "evading/zeros_ignored", BOTTLENECK, 3, WRONG, frozenset({"weights", "silent_block", "images_are_independent"})
    ),
]

PRECISION = [
    Attack(
        "evading/low_precision",
        POINTWISE,
        6,
        WRONG,
        ZEROS_HERE | {"bias_of_black", "bias_gradient", "mixes_no_space"},
    ),
    Attack(
        "evading/short_mantissa",
        POINTWISE,
        7,
        WRONG,
        ZEROS_HERE | {"bias_of_black", "bias_gradient", "mixes_no_space", "double_precision"},
    ),
    Attack("evading/gradients_rounded", POINTWISE, 16, WRONG, ALL_OF_POINTWISE - GRADIENTS_OF_POINTWISE),
    Attack(
        "evading/half_inside", BOTTLENECK, 3, WRONG, frozenset({"weights", "silent_block", "images_are_independent"})
    ),
    Attack(
        "evading/bfloat16_inside",
        BOTTLENECK,
        4,
        WRONG,
        frozenset({"weights", "silent_block", "images_are_independent", "double_precision"}),
    ),
    Attack("evading/float32_inside", BOTTLENECK, 19, WRONG, ALL_OF_BOTTLENECK - {"double_precision"}),
]

ONLY_SOMETIMES = [
    Attack("evading/only_one_image", BOTTLENECK, 4, WRONG, frozenset({"weights", "lesson_widths", "one_pixel"})),
    Attack(
        "evading/first_image_only",
        BOTTLENECK,
        8,
        WRONG,
        frozenset(
            {"weights", "lesson_widths", "running_statistics", "silent_block", "one_pixel", "images_are_independent"}
        ),
    ),
    Attack(
        "evading/first_image_for_all",
        POINTWISE,
        9,
        WRONG,
        ZEROS_HERE | {"lesson_sizes", "one_pixel", "bias_of_black", "bias_gradient", "mixes_no_space"},
    ),
    Attack(
        "evading/only_square",
        BOTTLENECK,
        13,
        WRONG,
        ALL_OF_BOTTLENECK
        - {"training", "parameter_gradients", "border", "odd_sizes", "double_precision", "memory_layouts"},
    ),
    Attack(
        "evading/only_even_sizes",
        BOTTLENECK,
        10,
        WRONG,
        frozenset(
            {
                "evaluation",
                "weights",
                "lesson_widths",
                "training",
                "input_gradient",
                "input_unchanged",
                "images_are_independent",
            }
        ),
    ),
    Attack("evading/only_contiguous", BOTTLENECK, 19, WRONG, ALL_OF_BOTTLENECK - {"memory_layouts"}),
    Attack(
        "evading/right_in_training_only",
        POINTWISE,
        16,
        WRONG,
        ALL_OF_POINTWISE - {"follows_its_weights", "odd_sizes", "input_gradient"},
    ),
    Attack("evading/right_in_evaluation_only", POINTWISE, 6, WRONG, ZEROS_HERE | {"odd_sizes", "input_gradient"}),
    Attack("evading/only_in_training", BOTTLENECK, 8, WRONG, IN_TRAINING),
    Attack(
        "evading/only_in_evaluation",
        BOTTLENECK,
        12,
        WRONG,
        ALL_OF_BOTTLENECK - IN_TRAINING - {"evaluation_after_training"} | {"weights"},
    ),
    Attack("evading/gradient_detached", POINTWISE, 16, WRONG, ALL_OF_POINTWISE - GRADIENTS_OF_POINTWISE),
    Attack("evading/detached_in_evaluation", POINTWISE, 19, WRONG, ALL_OF_POINTWISE - {"input_gradient"}),
    Attack("evading/detached_with_bias", POINTWISE, 18, WRONG, ALL_OF_POINTWISE - {"weight_gradient"}),
    Attack("evading/shortcut_detached_in_training", BOTTLENECK, 19, WRONG, ALL_OF_BOTTLENECK - {"parameter_gradients"}),
    Attack("evading/parameters_detached_in_evaluation", BOTTLENECK, 18, WRONG, ALL_OF_BOTTLENECK - {"input_gradient"}),
    Attack("evading/weights_remembered", BOTTLENECK, 19, WRONG, ALL_OF_BOTTLENECK - {"evaluation_after_training"}),
    Attack(
        "evading/block_detached", BOTTLENECK, 17, WRONG, ALL_OF_BOTTLENECK - {"input_gradient", "parameter_gradients"}
    ),
]

ATTACKS = [*FORBIDDEN, *BY_HEART, *INPUT_AND_WEIGHTS, *PRECISION, *ONLY_SOMETIMES]
