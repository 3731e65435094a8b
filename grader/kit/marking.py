"""Got against expected: equal or not, and in words that help a student."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from grader.kit import heat, tensors, tolerance, words

if TYPE_CHECKING:
    from collections.abc import Callable

PAIRS = 4
"""Got/expected pairs shown where a scenario is public."""


@dataclass(frozen=True)
class Expected:
    """One expected answer: *exact* as computed in float64, *native* as the scenario's own dtypes give it."""

    exact: Any
    native: Any


@dataclass(frozen=True)
class Mark:
    """A comparison's result; *message* is empty when all is equal.

    *brief* is for hidden scenarios. It never holds an expected value, which whoever reads it could hand back next time,
    nor words of the student's code, which could hold what it saw. Of an error it tells the size in one digit and no
    place: more of it, over many submissions, would spell out what is expected. *message* and *detail* may; the latter
    is computed when it is asked for, because most of it is never told.
    """

    message: str = ""
    tell: Callable[[], dict[str, object]] = dict
    brief: str = ""

    @property
    def detail(self) -> dict[str, object]:
        """Numbers of the comparison."""
        return self.tell()

    @property
    def passed(self) -> bool:
        """Whether nothing was wrong."""
        return not self.message


def mark(got: Any, expected: Expected, terms: int, *, slack: float = 1.0) -> Mark:  # noqa: ANN401 - decoded answers
    """Compare an answer, part by part; the first part that differs is described. *slack* widens the tolerance."""
    try:
        parts = list(_pair("", got, expected.exact, expected.native))
    except _FormError as error:
        return Mark(error.message, brief=error.brief)
    for label, found, exact, native in parts:
        if isinstance(exact, torch.Tensor):
            result = _mark_tensor(label, found, exact, native, _Bound(terms, slack))
        else:
            result = Mark() if _same_value(found, exact) else _differ(label, found, exact)
        if not result.passed:
            return result
    return Mark()


def as_native(answer: Any, native: Any) -> Any:  # noqa: ANN401 - decoded answers
    """Convert the tensors in *answer* to the dtypes of those in *native*, where both have the same parts."""
    match answer, native:
        case torch.Tensor(), torch.Tensor():
            return answer.to(native.dtype)
        case tuple(), tuple() if len(answer) == len(native):
            return tuple(as_native(a, n) for a, n in zip(answer, native, strict=True))
        case dict(), dict() if answer.keys() == native.keys():
            return {key: as_native(answer[key], native[key]) for key in answer}
    return answer


class _Bound(NamedTuple):
    terms: int
    slack: float


class _Errors(NamedTuple):
    """Of one shape: how far off each element is, how far it may be, whether that is wrong."""

    error: torch.Tensor
    allowed: torch.Tensor
    wrong: torch.Tensor


class _FormError(Exception):
    """An answer is not made of the parts that were expected."""

    def __init__(self, label: str, got: Any, exact: Any) -> None:  # noqa: ANN401 - decoded answers
        expected = words.sort(exact)
        self.message = _sentence(label, f"got {words.shown(got)}, expected {expected}")
        self.brief = _sentence(label, f"got {words.plain(got)}, expected {expected}")
        super().__init__(self.message)


def _pair(label: str, got: Any, exact: Any, native: Any) -> Any:  # noqa: ANN401 - a generator over nested answers
    """Yield (label, got, exact, native) for each leaf."""
    match exact:
        case tuple() if exact and all(type(item) is int for item in exact):  # a shape, say: better seen as a whole
            yield label, got, exact, native
        case tuple() if isinstance(got, tuple | list) and len(got) == len(exact):
            for index, (g, e, n) in enumerate(zip(got, exact, native, strict=True)):
                yield from _pair(f"{label}, part {index + 1}" if label else f"part {index + 1}", g, e, n)
        case dict() if isinstance(got, dict) and list(got) == list(exact):
            for key in exact:
                yield from _pair(f"{label}, `{key}`" if label else f"`{key}`", got[key], exact[key], native[key])
        case tuple() | dict():
            raise _FormError(label, got, exact)
        case _:
            yield label, got, exact, native


def _mark_tensor(label: str, got: Any, exact: torch.Tensor, native: torch.Tensor, bound: _Bound) -> Mark:  # noqa: ANN401
    if not isinstance(got, torch.Tensor):
        error = _FormError(label, got, exact)
        return Mark(error.message, brief=error.brief)
    if got.shape != exact.shape:
        return _plain(_sentence(label, f"the shape is {tuple(got.shape)}, expected {tuple(exact.shape)}"))
    if got.dtype != native.dtype:
        names = tensors.NAMES
        return _plain(_sentence(label, f"the dtype is {names[got.dtype]}, expected {names[native.dtype]}"))
    return _mark_numbers(label, got, tolerance.widen(exact), native.dtype, bound)


def _mark_numbers(label: str, got: torch.Tensor, exact: torch.Tensor, dtype: torch.dtype, bound: _Bound) -> Mark:
    error = (tolerance.widen(got) - exact).abs()
    allowed = bound.slack * tolerance.allowed(exact, dtype, bound.terms)
    wrong = ~(error <= allowed)  # NaN is wrong
    count = int(wrong.sum())
    if count == 0:
        return Mark()
    unusable = ~torch.isfinite(tolerance.widen(got).abs())
    worst = int(unusable.flatten().int().argmax()) if unusable.any() else int(error.flatten().argmax())
    index = tuple(int(i) for i in torch.unravel_index(torch.tensor(worst), exact.shape)) if exact.dim() else ()
    share = 100 * count / exact.numel()
    told = f"{share:.3g} % of the values are wrong"
    if unusable.any():
        what = f"{_number(got.flatten()[worst])} at {list(index)}; {told}"
        brief = f"some values are no finite numbers; {told}"
    else:
        largest = float(error.flatten()[worst])
        what = f"the largest error is {largest:.3g}, at {list(index)}; {told}"
        brief = f"the largest error is about {float(f'{largest:.0e}'):g}; {told}"
    tell = partial(_detail, got, exact, _Errors(error, allowed, wrong), index)
    return Mark(_sentence(label, what), tell, _sentence(label, brief))


def _detail(got: torch.Tensor, exact: torch.Tensor, errors: _Errors, worst: tuple[int, ...]) -> dict[str, object]:
    """Numbers for a public scenario: pairs at the first wrong places, the worst one first; where errors are."""
    places = [worst, *(tuple(int(i) for i in place) for place in errors.wrong.nonzero()[:PAIRS])]
    pairs = [
        {"index": list(place), "got": _number(got[place]), "expected": _number(exact[place])}
        for place in list(dict.fromkeys(places))[:PAIRS]
    ]
    finite = errors.error[torch.isfinite(errors.error)]
    return {
        "shape": list(got.shape),
        "largest_error": float(finite.max()) if finite.numel() else None,
        "index": list(worst),
        "share_wrong": float(errors.wrong.double().mean()),
        "pairs": pairs,
        "heat": heat.heat_map(*errors),
    }


def _number(value: torch.Tensor) -> str:
    item = value.item()
    return f"{item:.6g}" if isinstance(item, float | complex) else str(item)


def _differ(label: str, got: Any, exact: Any) -> Mark:  # noqa: ANN401 - plain values
    """Name what was got and what was expected; briefly, of the expected value only its sort."""
    found, value = words.shown(got), words.shown(exact)
    same_sort = words.sort(got) == words.sort(exact)
    brief = f"got {words.plain(got)}, {'which is not the value' if same_sort else f'expected {words.sort(exact)}'}"
    pair = {"index": [], "got": found, "expected": value}
    message = _sentence(label, f"got {found}, expected {value}")
    return Mark(message, lambda: {"pairs": [pair]}, _sentence(label, brief))


def _same_value(got: Any, exact: Any) -> bool:  # noqa: ANN401 - plain values
    """Numbers of one kind and equal; True is not 1, and a float answer to a whole number must be asked for."""
    if isinstance(exact, tuple):
        same_length = isinstance(got, tuple) and len(got) == len(exact)
        return same_length and all(map(_same_value, got, exact))
    if isinstance(exact, float) and isinstance(got, float):
        return abs(got - exact) <= tolerance.relative(torch.float64, tolerance.DEFAULT_TERMS) * abs(exact)
    return type(got) is type(exact) and got == exact


def _plain(message: str) -> Mark:
    """Return a mark whose message is of our own words, and may be told anywhere."""
    return Mark(message, brief=message)


def _sentence(label: str, what: str) -> str:
    text = f"{label}: {what}" if label else what[0].upper() + what[1:]
    return text[0].upper() + text[1:] + "."
