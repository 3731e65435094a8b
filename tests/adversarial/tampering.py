"""Tampering inside the student's process: the checker's functions, classes, frames and modules are lied about."""

from __future__ import annotations

from tests.adversarial.attack import ANYHOW, NOTHING, POINTWISE, WRONG, Attack

ATTACKS = [
    Attack("tampering/equal_to_everything", POINTWISE, 3, WRONG),
    Attack("tampering/checks_patched", POINTWISE, 3, WRONG),
    Attack("tampering/frames_walked", POINTWISE, 3, WRONG),
    Attack("tampering/guest_rewritten", POINTWISE, 0, ANYHOW, NOTHING),
    Attack("tampering/names_assembled", POINTWISE, 3, WRONG),
    Attack("tampering/lazy_tensors", POINTWISE, 3, WRONG),
    Attack("tampering/globals_patched", POINTWISE, 3, ANYHOW),
    Attack("tampering/files_shadowed", POINTWISE, 3, WRONG),
    Attack("tampering/classes_disguised", POINTWISE, 3, ANYHOW),
    Attack("tampering/slots_that_lie", POINTWISE, 3, ANYHOW),
]
