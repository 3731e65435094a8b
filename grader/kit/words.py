"""What a value is, in words: openly, in the student's own names and texts, or plainly, in ours alone.

A hidden scenario is told plainly. What a student's code says there could hold what it saw there; of that only numbers
and shapes are repeated, which a report needs to be of any use.
"""

from __future__ import annotations

from typing import Any

import torch

from grader.domain.observation import LayerNumber, Opaque
from grader.kit import tensors

LONGEST = 60
"""Characters of plain values that are written out; more of them are only counted."""

LARGEST = 10**12
"""Whole numbers that are told plainly lie below."""

SHAPES = 4
"""Different shapes that are written out."""

UNKNOWN = "something that is no tensor, number, text, tuple or dict"


def shown(value: Any) -> str:  # noqa: ANN401 - any answer
    """Write a value out if it is short, else say what it is."""
    match value:
        case None:
            return "None (is a `return` missing?)"
        case bool() | int() | complex() | str():
            return f"{value!r}"
        case float():
            return _decimal(value)
        case tuple() if value and all(isinstance(item, bool | int | float | str) for item in value):
            return written if len(written := f"{value!r}") <= LONGEST else sort(value)
    return sort(value)


def plain(value: Any) -> str:  # noqa: ANN401 - any answer
    """Write short numbers out; of anything else say what it is, without a word of its own."""
    match value:
        case None | bool():
            return shown(value)
        case int():
            return f"{value}" if abs(value) < LARGEST else sort(value)
        case float():
            return _decimal(value)
        case tuple() if value and all(type(item) is int and abs(item) < LARGEST for item in value):
            return shown(value)
        case dict():
            return f"a dict of {len(value)} entr{'y' if len(value) == 1 else 'ies'}"
        case Opaque():
            return UNKNOWN
    return sort(value)


def sort(value: Any) -> str:  # noqa: ANN401 - any answer
    """Say what a value is, without its numbers."""
    match value:
        case torch.Tensor():
            return f"a tensor of shape {tuple(value.shape)}"
        case Opaque(description):
            return description
        case LayerNumber():
            return "a module"
        case tuple():
            return _sort_of_items(value)
        case dict():
            return f"{{{', '.join(map(str, value))}}}"
        case None:
            return "None"
    return _SORTS.get(type(value), f"a {type(value).__name__}")


def form(value: Any) -> str:  # noqa: ANN401 - a decoded answer
    """Describe an answer without its numbers: kinds, dtypes and shapes. Different forms read differently.

    >>> form((torch.ones(2, 3),))
    'a tuple or list holding a float32 tensor of shape (2, 3)'
    >>> form((torch.ones(2, 3), 4))
    'a tuple or list holding [a float32 tensor of shape (2, 3), a whole number]'
    """
    match value:
        case torch.Tensor():
            return f"a {tensors.NAMES[value.dtype]} tensor of shape {tuple(value.shape)}"
        case ():
            return "an empty tuple or list"
        case (only,):
            return f"a tuple or list holding {form(only)}"
        case tuple():
            return f"a tuple or list holding [{', '.join(form(item) for item in value)}]"
        case dict():
            return "a dict holding {" + ", ".join(f"{key}: {form(item)}" for key, item in value.items()) + "}"
        case None:
            return shown(None)
    return sort(value)


def has_words(value: Any) -> bool:  # noqa: ANN401 - a decoded answer
    """Whether a form of *value* holds words of the student's code: names of kinds, or keys."""
    return isinstance(value, Opaque | dict) or (isinstance(value, tuple) and any(map(has_words, value)))


_SORTS = {bool: "True or False", int: "a whole number", float: "a floating-point number", str: "a text"}


def _decimal(value: float) -> str:
    return written if len(written := f"{value!r}") <= len("0.123456") else f"{value:.6g}"


def _sort_of_items(values: tuple[Any, ...]) -> str:
    """Describe a tuple or list: a guest sends both alike."""
    count = len(values)
    if not values:
        return "an empty tuple or list"
    if all(isinstance(value, torch.Tensor) for value in values):
        shapes = list(dict.fromkeys(str(tuple(value.shape)) for value in values))
        of_shape = f"of shape {shapes[0]}" if len(shapes) == 1 else f"of shapes {', '.join(shapes[:SHAPES])}"
        more = ", …" if len(shapes) > SHAPES else ""
        return f"a tuple or list of {count} tensor{'s' * (count > 1)} {of_shape}{more}"
    what = "whole number" if all(type(value) is int for value in values) else "value"
    return f"a tuple or list of {count} {what}{'s' * (count > 1)}"
