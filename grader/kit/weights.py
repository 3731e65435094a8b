"""Which secret number goes into which of a layer's parameters and buffers.

The reference's slots are the plan. A student's layer may name its parts otherwise, write them functionally, or have
one too many; it gets the reference's numbers wherever its slots correspond, so that one extra bias does not turn all
answers to noise.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

import torch

from grader.domain.errors import StudentFault
from grader.domain.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from grader.kit.draw import Draw


MOST_NUMBERS = 16 * 1024 * 1024
"""Parameters and buffers that a layer may have in all: what a guest claims is made real on the host."""

MOST_DIMENSIONS = 16
"""Of a parameter's shape."""


@dataclass(frozen=True)
class Slot:
    """One parameter or buffer, as the guest describes it."""

    name: str
    owner: str  # "convolution", "normalisation", "linear", "other"
    leaf: str
    is_parameter: bool
    dtype: str
    shape: tuple[int, ...]

    @cached_property
    def is_floating(self) -> bool:
        """False for counters such as num_batches_tracked, which are never loaded."""
        return "float" in self.dtype

    @cached_property
    def squeezed(self) -> tuple[int, ...]:
        """The shape without ones: a (64, 256, 1, 1) kernel holds what a (64, 256) matrix holds."""
        return tuple(size for size in self.shape if size != 1)

    @property
    def fan_in(self) -> int:
        """The length of the sums that this parameter takes part in."""
        return math.prod(self.shape[1:])


@dataclass
class Plan:
    """What the reference did in a scenario, noted when it ran; everyone else is matched to it."""

    makes_layer: list[bool] = field(default_factory=list)  # for each entry called: a layer, or a function's value
    loads: list[tuple[Slot, ...]] = field(default_factory=list)  # the slots at each `load`
    largest: int = 0  # bytes of numbers in its largest answer
    is_complete: bool = False  # once the reference is done


@lru_cache(maxsize=32)
def signature(slots: tuple[Slot, ...]) -> str:
    """Say in one text what a flat load must fit: which slots hold numbers, and their shapes without ones.

    The guest writes the same text of its own layer (`guest.signature`).
    """
    return ";".join(f"{'f' if slot.is_floating else 'i'}{slot.squeezed}" for slot in slots)


def match(plan: Sequence[Slot], own: Sequence[Slot]) -> list[int | None]:
    """Return, for each of *own*, the index of the slot in *plan* that it corresponds to, or None.

    Equal shapes in order match one to one; else by owner's kind, leaf name and shape, in order; then what is left by
    shape alone, in order.
    """
    if [slot.squeezed for slot in plan] == [slot.squeezed for slot in own]:
        return list(range(len(own)))
    matched: list[int | None] = [None] * len(own)
    by_role: Callable[[Slot], Hashable] = lambda s: (s.owner, s.leaf, s.is_parameter, s.squeezed)  # noqa: E731
    by_shape: Callable[[Slot], Hashable] = lambda s: (s.is_parameter, s.squeezed)  # noqa: E731
    for key in (by_role, by_shape):
        free = [index for index in range(len(plan)) if index not in matched]
        for position, slot in enumerate(own):
            if matched[position] is None:
                found = next((index for index in free if key(plan[index]) == key(slot)), None)
                if found is not None:
                    matched[position] = found
                    free.remove(found)
    return matched


def values(
    draw: Draw,
    load: int,
    plan: Sequence[Slot],
    own: Sequence[Slot],
    overrides: Mapping[int, float | torch.Tensor],
) -> dict[int, torch.Tensor]:
    """Return the tensors (float32) to be put into *own*'s slots, by slot number; none for those `left_alone`.

    *overrides* replaces numbers by index among the plan's parameters (negative counts from the end).
    """
    parameters = [index for index, slot in enumerate(plan) if slot.is_parameter]
    fixed = {parameters[index]: value for index, value in overrides.items()}
    found = {}
    for position, (slot, index) in enumerate(zip(own, match(plan, own), strict=True)):
        if not slot.is_floating or _is_own(slot, index):
            continue
        if index is None:
            found[position] = draw.keep(f"load {load} extra {position} {slot.shape}", partial(_fresh, slot))
        elif index in fixed:
            found[position] = torch.as_tensor(fixed[index], dtype=torch.float32).expand(plan[index].shape)
        else:
            found[position] = draw.keep(f"load {load} slot {index}", partial(_fresh, plan[index]))
        found[position] = found[position].reshape(slot.shape)
    return found


def left_alone(plan: Sequence[Slot], own: Sequence[Slot]) -> tuple[int, ...]:
    """Return the numbers of *own*'s slots of floating-point numbers that no load fills."""
    pairs = enumerate(zip(own, match(plan, own), strict=True))
    return tuple(position for position, (slot, index) in pairs if slot.is_floating and _is_own(slot, index))


def _is_own(slot: Slot, index: int | None) -> bool:
    """Whether it is a buffer that the reference does without: a constant, say, whose value is the student's."""
    return index is None and not slot.is_parameter


def _fresh(slot: Slot, generator: torch.Generator) -> torch.Tensor:
    """Draw well-conditioned, non-zero numbers for the slot's role: outputs stay of size one."""
    if slot.leaf == "running_var" or (slot.owner == "normalisation" and slot.leaf == "weight"):
        return 0.5 + torch.rand(slot.shape, generator=generator)
    drawn = torch.randn(slot.shape, generator=generator)
    matrix_dimensions = 2
    if len(slot.shape) >= matrix_dimensions:
        return drawn / math.sqrt(slot.fan_in)
    return drawn / 2


def parse_slots(described: object) -> tuple[Slot, ...]:
    """Parse what a guest says of its slots, a JSON text; a lie is the student's fault."""
    try:
        items = json.loads(described if isinstance(described, str) else "")
        found = tuple(_slot(item) for item in items)
    except (ValueError, TypeError, RecursionError):
        raise StudentFault(Outcome.REFUSED, "Your layer's parameters could not be read.") from None
    if sum(math.prod(size or 1 for size in slot.shape) for slot in found) > MOST_NUMBERS:
        raise StudentFault(Outcome.WRONG, f"Your layer has over {MOST_NUMBERS:,} parameters.")
    return found


def _slot(item: object) -> Slot:
    match item:
        case [str() as name, str() as owner, str() as leaf, bool() as is_parameter, str() as dtype, list() as shape]:
            if len(shape) <= MOST_DIMENSIONS and all(type(size) is int and 0 <= size <= MOST_NUMBERS for size in shape):
                shown = "".join(c if c.isprintable() else "?" for c in name[:200])  # it appears in messages
                return Slot(shown, owner, leaf, is_parameter, dtype, tuple(shape))
    raise ValueError("no slot")
