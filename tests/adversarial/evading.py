"""Not doing the exercise: the library does it, or only what is seen to be tested is done."""

from __future__ import annotations

from tests.adversarial.attack import CRASHED, POINTWISE, REFUSED, WRONG, ZEROS, Attack

ZEROS_HERE = ZEROS[POINTWISE]

ATTACKS = [
    Attack("evading/library_if_possible", POINTWISE, 3, WRONG),
    Attack("evading/conv_by_built_name", POINTWISE, 3, REFUSED),
    Attack("evading/conv_of_torchscript", POINTWISE, 3, CRASHED),
    Attack("evading/conv_transposed", POINTWISE, 3, REFUSED),
    Attack("evading/input_zeroed", POINTWISE, 3, WRONG),
    Attack(
        "evading/low_precision",
        POINTWISE,
        6,
        WRONG,
        ZEROS_HERE | {"bias_of_black", "bias_gradient", "mixes_no_space"},
    ),
    Attack("evading/right_at_first", POINTWISE, 9, WRONG, ZEROS_HERE | {"definition", "lesson_sizes", "odd_sizes"}),
    Attack("evading/right_for_public_shapes", POINTWISE, 5, WRONG, ZEROS_HERE | {"definition"}),
    Attack(
        "evading/gradient_detached",
        POINTWISE,
        16,
        WRONG,
        ZEROS_HERE
        | {
            "definition",
            "lesson_sizes",
            "odd_sizes",
            "one_pixel",
            "bias_of_black",
            "double_precision",
            "memory_layouts",
            "input_unchanged",
            "mixes_no_space",
            "follows_its_weights",
        },
    ),
]
