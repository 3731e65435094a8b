"""Dying and hanging: what ends the process, never ends, or eats the machine."""

from __future__ import annotations

from tests.adversarial.attack import (
    BOTTLENECK,
    CRASHED,
    HANGS,
    NOTHING,
    OUT_OF_MEMORY,
    POINTWISE,
    REFUSED,
    TIMED_OUT,
    UNCALLED,
    WRONG,
    Attack,
)

BEFORE_THE_END = frozenset({"parameters"})
"""What of it is asked before hanging uses up the time."""

STARVED = HANGS | {OUT_OF_MEMORY, CRASHED}
"""Where memory is short, chance decides who misses it first: torch, a thread's stack, or the guest's own answer."""

EXITS = [
    Attack("dying/exits_at_import", POINTWISE, 0, CRASHED, NOTHING),
    Attack("dying/exits_by_exception_at_import", BOTTLENECK, 0, CRASHED, NOTHING),
    Attack("dying/exits_in_init", POINTWISE, 0, CRASHED, NOTHING),
    Attack("dying/exits_at_once_in_init", BOTTLENECK, 0, CRASHED, NOTHING),
    Attack("dying/exits_in_forward", POINTWISE, 2, CRASHED, UNCALLED),
    Attack("dying/exits_by_exception_in_forward", POINTWISE, 2, CRASHED, UNCALLED),
    Attack(
        "dying/exits_in_backward",
        BOTTLENECK,
        17,
        CRASHED,
        frozenset(
            {
                "evaluation",
                "weights",
                "lesson_widths",
                "training",
                "running_statistics",
                "evaluation_after_training",
                "silent_block",
                "border",
                "odd_sizes",
                "one_pixel",
                "double_precision",
                "memory_layouts",
                "input_unchanged",
                "images_are_independent",
            }
        ),
    ),
    Attack("dying/exits_in_state", BOTTLENECK, 0, CRASHED, NOTHING),
]

KILLS = [
    Attack("dying/segfaults", POINTWISE, 2, CRASHED, UNCALLED),
    Attack("dying/aborts", BOTTLENECK, 1, CRASHED),
    Attack("dying/kills_everyone", POINTWISE, 3, WRONG),
    Attack("dying/kills_its_parent", BOTTLENECK, 1, WRONG),
    Attack("dying/kills_its_group", BOTTLENECK, 1, WRONG),
    Attack("dying/stops_itself", BOTTLENECK, 1, WRONG),
]

HANGING = [
    Attack("dying/hangs_at_import", POINTWISE, 0, TIMED_OUT, NOTHING),
    Attack("dying/hangs_in_forward", POINTWISE, 1, HANGS, BEFORE_THE_END),
    Attack("dying/hangs_in_c", POINTWISE, 1, HANGS, BEFORE_THE_END),
    Attack("dying/hangs_in_thread", BOTTLENECK, 1, HANGS),
    Attack("dying/hangs_in_del", BOTTLENECK, 1, HANGS),
    Attack("dying/hangs_in_handler", BOTTLENECK, 1, HANGS),
    Attack("dying/hangs_at_exit", BOTTLENECK, 1, WRONG),
    Attack("dying/sleeps", BOTTLENECK, 1, HANGS),
]

RECURSES = [
    Attack("dying/recurses", POINTWISE, 2, CRASHED, UNCALLED),
    Attack("dying/recurses_in_python", BOTTLENECK, 1, CRASHED),
    Attack("dying/recurses_in_c", BOTTLENECK, 1, HANGS | {CRASHED}),
    Attack("dying/recurses_in_the_compiler", BOTTLENECK, 1, OUT_OF_MEMORY),
]

EATS = [
    Attack("dying/eats_memory", POINTWISE, 2, HANGS | {OUT_OF_MEMORY}, UNCALLED),
    Attack("dying/eats_memory_in_small_bites", BOTTLENECK, 1, STARVED),
    Attack("dying/eats_memory_by_threads", BOTTLENECK, 1, STARVED),
    Attack("dying/eats_memory_by_mmap", BOTTLENECK, 1, STARVED),
    Attack("dying/eats_memory_by_files", BOTTLENECK, 1, WRONG),
    Attack("dying/eats_stack", BOTTLENECK, 1, CRASHED),
    Attack("dying/eats_descriptors", BOTTLENECK, 1, WRONG),
    Attack("dying/eats_threads", POINTWISE, 2, CRASHED, UNCALLED),
    Attack("dying/eats_processes", BOTTLENECK, 1, WRONG),
    Attack("dying/eats_files", POINTWISE, 3, WRONG),
    Attack("dying/eats_inodes", BOTTLENECK, 1, WRONG),
]

RAISES = [
    Attack("dying/error_without_text", POINTWISE, 1, HANGS, BEFORE_THE_END),
    Attack("dying/error_with_a_trap", POINTWISE, 2, CRASHED, UNCALLED),
    Attack("dying/error_that_raises", BOTTLENECK, 1, CRASHED),
    Attack("dying/error_of_megabytes", BOTTLENECK, 1, CRASHED),
    Attack("dying/error_disguised", BOTTLENECK, 1, frozenset({WRONG, CRASHED})),
    Attack("dying/error_in_circles", BOTTLENECK, 1, CRASHED),
    Attack("dying/own_else_library", POINTWISE, 2, REFUSED, UNCALLED),
]

ATTACKS = [*EXITS, *KILLS, *HANGING, *RECURSES, *EATS, *RAISES]
