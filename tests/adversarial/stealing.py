"""Stealing: answers, settings, secrets and other students' work are looked for wherever a process can look."""

from __future__ import annotations

from tests.adversarial.attack import CRASHED, POINTWISE, WRONG, Attack

ATTACKS = [
    Attack("stealing/everything_read", POINTWISE, 3, CRASHED),
    Attack("stealing/memory_reused", POINTWISE, 3, WRONG),
    Attack("stealing/seed_guessed", POINTWISE, 3, WRONG),
    Attack("stealing/state_left", POINTWISE, 3, WRONG),
    Attack("stealing/state_left", POINTWISE, 3, WRONG),  # and finds nothing of the first one's
]
