"""Grading without a service: an examiner of this process, for `grade` and `check-exercise`."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.kit.examiner import KitExaminer
from grader.sandbox.host import BwrapSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET_BYTES = 32


@contextmanager
def local_examiner(device: str = "cpu") -> Iterator[KitExaminer]:
    """Start a nursery and give an examiner with a fresh secret; end it in the end."""
    sandbox = BwrapSandbox(device)
    try:
        yield KitExaminer(sandbox, secret=os.urandom(SECRET_BYTES), node=os.uname().nodename)
    finally:
        sandbox.close()
