"""Forging the channel: frames that nobody asked for, answers that are none, texts that act."""

from __future__ import annotations

from tests.adversarial.attack import ANYHOW, CRASHED, NOTHING, POINTWISE, REFUSED, WRONG, Attack

ATTACKS = [
    Attack("forging/frames_forged", POINTWISE, 0, REFUSED, NOTHING),
    Attack("forging/frames_later", POINTWISE, 0, REFUSED, NOTHING),
    Attack("forging/channel_taken_over", POINTWISE, 0, ANYHOW, NOTHING),
    Attack("forging/channel_fuzzed", POINTWISE, 0, ANYHOW, NOTHING),
    Attack("forging/channel_replaced", POINTWISE, 0, CRASHED, NOTHING),
    Attack("forging/kinds_of_answers", POINTWISE, 3, WRONG),
    Attack("forging/text_that_acts", POINTWISE, 3, CRASHED),
]
