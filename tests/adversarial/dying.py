"""Dying and hanging: what ends the process, never ends, or eats the machine."""

from __future__ import annotations

from tests.adversarial.attack import (
    ANYHOW,
    CRASHED,
    HANGS,
    NOTHING,
    OUT_OF_MEMORY,
    POINTWISE,
    TIMED_OUT,
    WRONG,
    Attack,
)

ATTACKS = [
    Attack("dying/exits_at_import", POINTWISE, 0, CRASHED, NOTHING),
    Attack("dying/exits_in_init", POINTWISE, 0, CRASHED, NOTHING),
    Attack("dying/exits_in_forward", POINTWISE, 3, CRASHED),
    Attack("dying/segfaults", POINTWISE, 3, CRASHED),
    Attack("dying/hangs_at_import", POINTWISE, 0, TIMED_OUT, NOTHING),
    Attack("dying/hangs_in_forward", POINTWISE, 3, HANGS),
    Attack("dying/hangs_in_c", POINTWISE, 3, HANGS),
    Attack("dying/kills_everyone", POINTWISE, 3, WRONG),
    Attack("dying/eats_memory", POINTWISE, 3, OUT_OF_MEMORY),
    Attack("dying/eats_threads", POINTWISE, 3, CRASHED),
    Attack("dying/eats_files", POINTWISE, 3, WRONG),
    Attack("dying/recurses", POINTWISE, 3, CRASHED),
    Attack("dying/error_without_text", POINTWISE, 3, HANGS),
    Attack("dying/error_with_a_trap", POINTWISE, 3, ANYHOW),
]
