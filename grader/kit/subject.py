"""Stand-ins for code that runs in a guest: a scenario drives them like local modules.

The same stand-ins serve the reference, the student and the misconceptions: all of them run in guests.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from grader.domain.errors import StudentFault
from grader.domain.observation import LayerNumber, Opaque, Question, Verb
from grader.domain.report import Outcome
from grader.kit import tensors, weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.kit.draw import Draw
    from grader.ports import Session


MOST_NUMBERS = 16 * 1024 * 1024
"""Parameters and buffers that a layer may have in all: what a guest claims is made real on the host."""


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
    """What a subject said, for comparison with what the reference said: text printed, forms of the answers."""

    printed: str = ""
    forms: list[str] = field(default_factory=list)
    largest_fan_in: int = 1


@dataclass(frozen=True)
class Gradients:
    """Gradients of <layer(inputs), upstream>; each has the shape of what it is taken for."""

    inputs: tuple[torch.Tensor, ...]
    parameters: dict[str, torch.Tensor]


class Subject:
    """The student's file: `subject.Name(…)` makes a layer, or calls a function and returns its value."""

    def __init__(self, session: Session, plan: weights.Plan, precision: Precision, record: Record) -> None:
        self._session = session
        self._plan = plan
        self._precision = precision
        self._record = record
        self._loads = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def construct(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401 - the lecturer's and the student's
            encoded = tuple(tensors.encode(item) for item in arguments)
            question = Question(
                Verb.CONSTRUCT, 0, name, encoded, {key: tensors.encode(item) for key, item in keywords.items()}
            )
            made = self._ask(question)
            match made:
                case (LayerNumber(number), str() as slots):
                    return Layer(self, number, _slots(slots))
                case Opaque(description):
                    raise StudentFault(
                        Outcome.WRONG,
                        f"`{name}(…)` gave {description}; a torch.nn.Module was expected. "
                        "Does your class inherit from nn.Module?",
                    )
            self._record.forms.append(form(made))
            return made

        return construct

    def _ask(self, *questions: Question) -> Any:  # noqa: ANN401 - a guest's answer
        try:
            answer = self._session.ask(*questions)
        except StudentFault as fault:
            self._record.printed += fault.printed
            raise
        self._record.printed += answer.printed
        return tensors.decode(answer.value)


class Layer:
    """A module in a guest. Set-up (load, train, eval, to) travels with the next question, in one exchange."""

    def __init__(self, subject: Subject, number: int, slots: tuple[weights.Slot, ...]) -> None:
        self._subject = subject
        self._number = number
        self._slots = slots
        self._pending: list[tuple[Verb, tuple[Any, ...]]] = []
        self._nominal = torch.float32
        self._sent = 0
        subject._record.largest_fan_in = max(  # noqa: SLF001 - the two are one stand-in
            [subject._record.largest_fan_in, *(_fan_in(slot) for slot in slots if slot.is_parameter)]  # noqa: SLF001
        )
        if subject._precision.exact:  # noqa: SLF001
            self._later(Verb.CAST, "float64")

    def __call__(self, *inputs: Any, **keywords: Any) -> Any:  # noqa: ANN401 - a layer's answer
        """Run the layer forward; tensors in and out."""
        return self._now(Verb.CALL, inputs, keywords)

    def call_and_inputs(self, *inputs: torch.Tensor) -> Any:  # noqa: ANN401 - (a layer's answer, input or inputs)
        """Run forward; return (output, input as it is afterwards), or a tuple of inputs when there are several."""
        output, after = self._now(Verb.CALL_AND_INPUTS, inputs, {})
        return output, (after[0] if len(inputs) == 1 else after)

    def gradients(self, inputs: torch.Tensor | tuple[torch.Tensor, ...], upstream: torch.Tensor) -> Gradients:
        """Return the gradients of <layer(inputs), upstream> for each input and parameter.

        *upstream* has the shape of the output. No gradient where one should be is the student's fault.
        """
        each = inputs if isinstance(inputs, tuple) else (inputs,)
        of_inputs, of_parameters = self._now(Verb.GRADIENTS, (each, upstream), {})
        for name, gradient in [*((f"input {n}", g) for n, g in enumerate(of_inputs)), *of_parameters.items()]:
            if gradient is None:
                raise StudentFault(
                    Outcome.WRONG, f"No gradient reaches `{name}`: is it detached, or not used in forward?"
                )
        return Gradients(of_inputs, of_parameters)

    def load(self, draw: Draw, *, overrides: Mapping[int, float | torch.Tensor] | None = None) -> Layer:
        """Fill parameters and floating-point buffers with secret numbers, the same for every subject.

        *overrides* sets some by index among the reference's parameters: `{-1: 0.0}` zeroes the last.
        """
        subject = self._subject
        if not subject._plan.is_complete:  # noqa: SLF001
            subject._plan.loads.append(self._slots)  # noqa: SLF001
        plan = subject._plan.loads[subject._loads]  # noqa: SLF001
        found = weights.values(draw, subject._loads, plan, self._slots, overrides or {})  # noqa: SLF001
        subject._loads += 1  # noqa: SLF001
        flat = torch.cat([tensor.flatten() for tensor in found.values()]) if found else torch.empty(0)
        return self._later(Verb.LOAD, tuple(found), flat)

    def train(self) -> Layer:
        """Switch to training."""
        return self._later(Verb.MODE, True)

    def eval(self) -> Layer:
        """Switch to evaluation."""
        return self._later(Verb.MODE, False)

    def to(self, dtype: torch.dtype) -> Layer:
        """Convert parameters and buffers to a floating-point *dtype*."""
        self._nominal = dtype
        return self if self._subject._precision.exact else self._later(Verb.CAST, dtype)  # noqa: SLF001

    def parameters(self) -> dict[str, torch.Tensor]:
        """Return the parameters by name, in the order in which they were registered."""
        return {slot.name: tensor for slot, tensor in self._state() if slot.is_parameter}

    def parameter(self, name: str) -> torch.Tensor:
        """Return one parameter; the student's fault when there is none of that name."""
        found = self.parameters()
        if name not in found:
            there = ", ".join(f"`{other}`" for other in found) or "none"
            raise StudentFault(Outcome.WRONG, f"Your layer has no parameter `{name}`; it has {there}.")
        return found[name]

    def buffers(self) -> tuple[torch.Tensor, ...]:
        """Return the floating-point buffers (running means and variances) in the order of registration."""
        return tuple(tensor for slot, tensor in self._state() if not slot.is_parameter and slot.is_floating)

    def _state(self) -> list[tuple[weights.Slot, torch.Tensor]]:
        found = self._now(Verb.STATE, (), {})
        if not isinstance(found, tuple) or len(found) != len(self._slots):
            raise StudentFault(Outcome.WRONG, "Your layer's parameters changed in number while it ran.")
        return list(zip(self._slots, found, strict=True))

    def _later(self, verb: Verb, *arguments: Any) -> Layer:  # noqa: ANN401 - of many kinds
        self._pending.append((verb, arguments))
        return self

    def _now(self, verb: Verb, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        steps = [*((verb, arguments, {}) for verb, arguments in self._pending), (verb, arguments, keywords)]
        self._pending = []
        value = self._subject._ask(*(self._question(*step) for step in steps))  # noqa: SLF001
        self._subject._record.forms.append(form(value))  # noqa: SLF001
        return value

    def _question(self, verb: Verb, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Question:
        encoded = tuple(tensors.encode(self._send(item)) for item in arguments)
        named = {key: tensors.encode(self._send(item)) for key, item in keywords.items()}
        return Question(verb, self._number, "", encoded, named)

    def _send(self, value: Any) -> Any:  # noqa: ANN401 - tensors, or what holds them
        if isinstance(value, torch.Tensor):
            self._sent += 1
            return self._subject._precision.apply(value, self._nominal, self._sent)  # noqa: SLF001
        return tuple(self._send(item) for item in value) if isinstance(value, tuple) else value


def form(value: Any) -> str:  # noqa: ANN401 - a decoded answer
    """Describe an answer without its numbers: kinds and shapes (float64 and float32 count as one kind).

    >>> form((torch.ones(2, 3), 4))
    '(float(2, 3), int)'
    """
    match value:
        case torch.Tensor():
            return f"{'float' if value.dtype.is_floating_point else tensors.NAMES[value.dtype]}{tuple(value.shape)}"
        case tuple():
            return f"({', '.join(form(item) for item in value)})"
        case dict():
            return "{" + ", ".join(f"{key}: {form(item)}" for key, item in value.items()) + "}"
        case Opaque(description):
            return description
    return type(value).__name__


def _fan_in(slot: weights.Slot) -> int:
    return math.prod(slot.shape[1:])


def _slots(described: str) -> tuple[weights.Slot, ...]:
    """Parse what a guest says of its slots, a JSON text; a lie is the student's fault."""
    try:
        items = json.loads(described)
        found = tuple(_slot(item) for item in items)
    except (ValueError, TypeError, RecursionError):
        raise StudentFault(Outcome.REFUSED, "Your layer's parameters could not be read.") from None
    if sum(math.prod(slot.shape) for slot in found) > MOST_NUMBERS:
        raise StudentFault(Outcome.WRONG, f"Your layer has over {MOST_NUMBERS:,} parameters.")
    return found


def _slot(item: object) -> weights.Slot:
    match item:
        case [str() as name, str() as owner, str() as leaf, bool() as is_parameter, str() as dtype, list() as shape]:
            if all(type(size) is int and 0 <= size <= MOST_NUMBERS for size in shape):
                shown = "".join(c if c.isprintable() else "?" for c in name[:200])  # it appears in messages
                return weights.Slot(shown, owner, leaf, is_parameter, dtype, tuple(shape))
    raise ValueError("no slot")
