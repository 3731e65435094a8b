"""Run by test_ordinary_user.py only: that the user was really changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def test_i_am_an_ordinary_user() -> None:
    assert 0 not in {*os.getresuid(), *os.getresgid()}
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    assert int(status["CapPrm"], 16) == 0
    with pytest.raises(PermissionError):
        Path("/etc/shadow").read_text()
