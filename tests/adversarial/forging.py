"""Forging the channel: frames that nobody asked for, answers that are none, texts that act."""

from __future__ import annotations

from tests.adversarial.attack import (
    ANYHOW,
    BOTTLENECK,
    CRASHED,
    HANGS,
    NOTHING,
    OUT_OF_MEMORY,
    POINTWISE,
    REFUSED,
    WRONG,
    Attack,
)

UNREADABLE = frozenset({WRONG, REFUSED})
"""What was said is no frame, or a frame whose content is no answer."""

ATTACKS = [
    # frames before, between and after the real ones
    Attack("forging/frames_forged", POINTWISE, 0, REFUSED, NOTHING),
    Attack("forging/frames_between", BOTTLENECK, 0, UNREADABLE, NOTHING),
    Attack("forging/frames_after", POINTWISE, 3, ANYHOW),
    Attack("forging/frames_later", POINTWISE, 0, REFUSED, NOTHING),
    Attack("forging/answers_twice", BOTTLENECK, 1, UNREADABLE),
    Attack("forging/answers_early", BOTTLENECK, 1, UNREADABLE),
    Attack("forging/answers_late", POINTWISE, 0, REFUSED, NOTHING),
    Attack("forging/answers_to_other_calls", BOTTLENECK, 0, UNREADABLE, NOTHING),
    # another channel
    Attack("forging/channel_taken_over", POINTWISE, 0, ANYHOW, NOTHING),
    Attack("forging/channel_fuzzed", POINTWISE, 0, ANYHOW, NOTHING),
    Attack("forging/channel_replaced", POINTWISE, 0, CRASHED, NOTHING),
    Attack("forging/channel_interposed", BOTTLENECK, 0, WRONG, NOTHING),
    Attack("forging/channel_shut", POINTWISE, 2, CRASHED, frozenset({"parameters", "starts_at_random"})),
    Attack("forging/descriptors_sent", BOTTLENECK, 1, WRONG),
    # frames that are none
    Attack("forging/tensor_of_a_trillion", BOTTLENECK, 1, frozenset({OUT_OF_MEMORY, WRONG})),
    Attack("forging/header_of_a_trillion", POINTWISE, 0, UNREADABLE, NOTHING),
    Attack("forging/sizes_below_zero", BOTTLENECK, 0, UNREADABLE, NOTHING),
    Attack("forging/json_in_all_shapes", BOTTLENECK, 0, UNREADABLE, NOTHING),
    Attack("forging/frames_cut_off", POINTWISE, 0, frozenset({CRASHED, WRONG}), NOTHING),
    Attack("forging/frames_half_sent", BOTTLENECK, 0, HANGS, NOTHING),
    Attack("forging/frames_endless", BOTTLENECK, 0, HANGS, NOTHING),
    # answers that are none
    Attack("forging/pickles_sent", POINTWISE, 0, UNREADABLE, NOTHING),
    Attack("forging/objects_to_unpickle", BOTTLENECK, 1, WRONG),
    Attack("forging/kinds_of_answers", POINTWISE, 3, WRONG),
    Attack("forging/kinds_of_tensors", BOTTLENECK, 1, frozenset({WRONG, CRASHED, OUT_OF_MEMORY})),
    Attack("forging/kinds_of_values", BOTTLENECK, 1, UNREADABLE),
    Attack("forging/answers_of_many_bytes", BOTTLENECK, 1, HANGS | {WRONG, OUT_OF_MEMORY}),
    Attack("forging/layers_as_answers", BOTTLENECK, 0, UNREADABLE, NOTHING),
    Attack("forging/answers_mutated", POINTWISE, 3, UNREADABLE),
    # texts
    Attack("forging/text_that_acts", POINTWISE, 3, CRASHED),
    Attack("forging/names_that_act", BOTTLENECK, 1, WRONG),
    Attack("forging/stdout_flooded", BOTTLENECK, 1, WRONG),
    Attack("forging/verdicts_printed", BOTTLENECK, 1, WRONG),
    Attack("forging/accounts_forged", BOTTLENECK, 1, frozenset({CRASHED, WRONG, REFUSED, OUT_OF_MEMORY})),
    Attack(
        "forging/refusals_quoted",
        POINTWISE,
        2,
        frozenset({CRASHED, WRONG, REFUSED, OUT_OF_MEMORY}),
        frozenset({"parameters", "starts_at_random"}),
    ),
]
