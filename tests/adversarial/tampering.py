"""Tampering inside the student's process: the checker's functions, classes, frames and modules are lied about."""

from __future__ import annotations

from tests.adversarial.attack import (
    ANYHOW,
    BOTTLENECK,
    CRASHED,
    HANGS,
    NOTHING,
    POINTWISE,
    REFUSED,
    WRONG,
    ZEROS,
    Attack,
)

ATTACKS = [
    # comparisons and what they look at
    Attack("tampering/equal_to_everything", POINTWISE, 3, WRONG),
    Attack("tampering/equal_numbers", BOTTLENECK, 1, WRONG),
    Attack("tampering/objects_that_convert", BOTTLENECK, 1, WRONG),
    Attack("tampering/checks_patched", POINTWISE, 3, WRONG),
    Attack("tampering/kernels_replaced", POINTWISE, 2, WRONG, frozenset({"parameters", "no_bias"})),
    Attack("tampering/claims_humoured", BOTTLENECK, 2, WRONG, ZEROS[BOTTLENECK] | {"images_are_independent"}),
    Attack("tampering/claims_by_infinity", POINTWISE, 2, WRONG, frozenset({"parameters", "starts_at_random"})),
    Attack("tampering/claims_by_overflow", BOTTLENECK, 1, WRONG),
    # builtins, frames, functions, modules
    Attack("tampering/builtins_shadowed", BOTTLENECK, 1, WRONG),
    Attack("tampering/builtins_replaced", POINTWISE, 0, WRONG, NOTHING),
    Attack("tampering/constants_rewritten", POINTWISE, 2, ANYHOW, frozenset({"parameters", "starts_at_random"})),
    Attack("tampering/frames_walked", POINTWISE, 3, WRONG),
    Attack("tampering/frames_of_callers", BOTTLENECK, 1, frozenset({WRONG, CRASHED})),
    Attack("tampering/guest_rewritten", POINTWISE, 0, ANYHOW, NOTHING),
    Attack("tampering/guest_reloaded", POINTWISE, 3, WRONG),
    Attack("tampering/functions_found_by_gc", BOTTLENECK, 0, WRONG, NOTHING),
    Attack("tampering/names_assembled", POINTWISE, 3, WRONG),
    Attack("tampering/files_shadowed", POINTWISE, 3, WRONG),
    # tensors and modules
    Attack("tampering/lazy_tensors", POINTWISE, 3, WRONG),
    Attack("tampering/shapes_that_lie", BOTTLENECK, 1, frozenset({WRONG, CRASHED})),
    Attack("tampering/modes_left_on", BOTTLENECK, 1, WRONG),
    Attack("tampering/dispatch_left_on", POINTWISE, 2, HANGS | {WRONG}, frozenset({"parameters", "no_bias"})),  # slow
    Attack("tampering/hooks_everywhere", BOTTLENECK, 1, WRONG),
    Attack("tampering/globals_patched", POINTWISE, 3, ANYHOW),
    Attack("tampering/classes_disguised", POINTWISE, 3, ANYHOW),
    Attack("tampering/entry_in_disguise", BOTTLENECK, 0, WRONG, NOTHING),
    Attack("tampering/instances_overridden", BOTTLENECK, 1, WRONG),
    Attack("tampering/module_in_motion", BOTTLENECK, 1, WRONG, frozenset({"images_are_independent"})),
    # parameters
    Attack(
        "tampering/parameters_renamed",
        POINTWISE,
        15,
        WRONG,
        frozenset(
            {
                "definition",
                "lesson_sizes",
                "odd_sizes",
                "one_pixel",
                "bias_of_black",
                "no_bias",
                "input_gradient",
                "double_precision",
                "memory_layouts",
                "input_unchanged",
                "mixes_no_space",
                "follows_its_weights",
            }
        ),
    ),
    Attack("tampering/slots_that_lie", POINTWISE, 3, ANYHOW),
    Attack("tampering/slots_of_a_right_layer", BOTTLENECK, 1, WRONG),
    Attack("tampering/slots_by_the_thousand", BOTTLENECK, 0, frozenset({WRONG, REFUSED}), NOTHING),
    Attack(
        "tampering/slots_without_measure",
        POINTWISE,
        1,
        frozenset({WRONG, CRASHED}),
        frozenset({"no_bias"}),  # its answers are all zero
    ),
]
