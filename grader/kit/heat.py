"""Where an answer is wrong, as a grid that is small enough to be drawn; for what may be told in full only.

    {"cells": [[0.02, 12.0], [null, 1.3]],                                  rows of columns
     "axes": [{"axis": 2, "covers": 5}, {"axis": 3, "covers": 4}]}          what rows are, and what columns are

A cell says how many times the allowed error its worst element is off, in three digits: above 1 exactly where one is
wrong, null where no number says it (an infinity, NaN, or an error where none is allowed, as with integers). Rows and
columns are the answer's last two axes, *axis* counted from 0 and null where the answer has too few; a cell *covers* so
many elements of each, and all of every axis before them.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional

ROWS, COLUMNS = 12, 16
"""At most so many cells: the grid is drawn and sent, in less than 4 kB."""

_BARELY_WRONG = 1.01
"""The least above 1 that three digits can say."""

_LEAST = 5e-324
"""Stands for 0 where nothing is allowed: no error is none of it, any other is very many times it."""


def heat_map(error: torch.Tensor, allowed: torch.Tensor, wrong: torch.Tensor) -> dict[str, object]:
    """Return the grid for three tensors of one shape, which has at least one element; *wrong* is of truth values."""
    times = _last_two(error / allowed.clamp(min=_LEAST)).amax(0)
    is_wrong = _last_two(wrong).any(0)
    plane = torch.where(is_wrong, times.nan_to_num(nan=math.inf, posinf=math.inf).clamp(min=_BARELY_WRONG), times)
    covers = [math.ceil(size / most) for size, most in zip(plane.shape, (ROWS, COLUMNS), strict=True)]
    axes = [
        {"axis": axis if axis >= 0 else None, "covers": size} for axis, size in enumerate(covers, start=error.dim() - 2)
    ]
    return {"cells": [[_told(cell) for cell in row] for row in _blocks(plane, *covers).tolist()], "axes": axes}


def _last_two(tensor: torch.Tensor) -> torch.Tensor:
    """Join all axes but the last two, as the first of three; a tensor of fewer than two is one row, or one cell."""
    return tensor.reshape(-1, *(1, 1, *tensor.shape)[-2:])


def _blocks(plane: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Take the maximum over blocks of so many rows and columns; the last ones may be smaller."""
    whole = functional.pad(plane, (0, -plane.shape[1] % columns, 0, -plane.shape[0] % rows))
    return whole.reshape(whole.shape[0] // rows, rows, -1, columns).amax((1, 3))


def _told(times: float) -> float | None:
    return float(f"{times:.3g}") if math.isfinite(times) else None
