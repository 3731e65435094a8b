"""What a subject and its layers share: the guest they talk to, how they compute, what was said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from grader.domain.errors import StudentFault
from grader.domain.report import Outcome
from grader.kit import tensors
from grader.kit.words import form

if TYPE_CHECKING:
    from grader.domain.observation import Question
    from grader.kit.weights import Plan
    from grader.ports import Session


MOST_TIMES = 16
"""An answer may be so many times as large as the reference's largest: of a wider dtype, of a wrong shape."""

ROOM = 4 * 1024 * 1024
"""Bytes that an answer may have besides. What is larger is never right, and judging it would cost the worker memory."""


@dataclass(frozen=True)
class Precision:
    """How a subject computes: as the scenario says, or everything in float64, or that with inputs moved a little.

    The reference's answers are taken in float64. Moving its numbers by a few units in the last place of the dtype that
    the scenario names shows where an answer hangs on rounding (a ReLU at zero): such draws are not used.
    """

    exact: bool = False
    jitter: int | None = None  # a seed

    _UNITS = 4

    def apply(self, tensor: torch.Tensor, nominal: torch.dtype, salt: int) -> torch.Tensor:
        """Return *tensor* as this subject gets to see it; *nominal* is the dtype that the scenario names."""
        if not self.exact or not tensor.dtype.is_floating_point:
            return tensor
        wide = tensor.double()
        if self.jitter is None:
            return wide
        generator = torch.Generator().manual_seed(self.jitter * 1000 + salt)
        noise = torch.rand(wide.shape, generator=generator, dtype=torch.float64) * 2 - 1
        return wide * (1 + self._UNITS * torch.finfo(nominal).eps * noise)


@dataclass
class Record:
    """What a subject said, for comparison with what the reference said."""

    printed: str = ""
    forms: list[str] = field(default_factory=list)  # of each answer
    answers: list[Any] = field(default_factory=list, repr=False)
    largest_fan_in: int = 1

    def note(self, answer: Any, what: str = "") -> None:  # noqa: ANN401 - a decoded answer
        """Keep an answer; *what* leads its form."""
        self.forms.append(what + form(answer))
        self.answers.append(answer)


@dataclass
class Exchange:
    """One run of one scenario on one subject."""

    session: Session
    plan: Plan
    precision: Precision
    record: Record
    made: int = 0  # entries called so far
    loads: int = 0  # layers filled with secret numbers so far

    def ask(self, *questions: Question) -> Any:  # noqa: ANN401 - a guest's answer
        """Have the guest do these in order; return its answer to the last as tensors and plain values."""
        try:
            answer = self.session.ask(*questions)
        except StudentFault as fault:
            self.record.printed += fault.printed
            raise
        self.record.printed += answer.printed
        self._measure(tensors.size(answer.value))
        return tensors.decode(answer.value)

    def _measure(self, size: int) -> None:
        """Note how large the reference's answer is; StudentFault for another's that is larger by far."""
        if not self.plan.is_complete:
            self.plan.largest = max(self.plan.largest, size)
        elif size > MOST_TIMES * self.plan.largest + ROOM:
            raise StudentFault(Outcome.WRONG, f"Your code answered {size:,} bytes, far more than were asked for.")
