"""The stand-in for a module in a guest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, overload

import torch

from grader.domain.errors import StudentFault
from grader.domain.observation import LayerNumber, Question, Verb
from grader.domain.report import Outcome
from grader.kit import tensors, weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.kit.draw import Draw
    from grader.kit.exchange import Exchange, Record


class _OfInputs(Sequence[torch.Tensor]):
    """Gradients by the position of the input."""

    def __init__(self, found: tuple[torch.Tensor | None, ...]) -> None:
        self._found = found

    @overload
    def __getitem__(self, index: int) -> torch.Tensor: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[torch.Tensor, ...]: ...
    def __getitem__(self, index: int | slice) -> torch.Tensor | tuple[torch.Tensor, ...]:
        numbers = range(len(self._found))[index]
        return tuple(map(self._read, numbers)) if isinstance(numbers, range) else self._read(numbers)

    def __len__(self) -> int:
        return len(self._found)

    def _read(self, number: int) -> torch.Tensor:
        return _flows(self._found[number], "the input" if len(self._found) == 1 else f"input {number + 1}")


class _OfParameters(Mapping[str, torch.Tensor]):
    """Gradients by the parameter's name, in the order of registration."""

    def __init__(self, found: dict[str, torch.Tensor | None]) -> None:
        self._found = found

    def __getitem__(self, name: str) -> torch.Tensor:
        if name not in self._found:
            raise _no_parameter(name, self._found)
        return _flows(self._found[name], "one of the parameters", f"`{name}`")

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True)
class Gradients:
    """Gradients of <layer(inputs), upstream>; each has the shape of what it is taken for.

    To read one that does not flow is the student's fault; what a scenario does not read costs nobody points.
    """

    inputs: Sequence[torch.Tensor]
    parameters: Mapping[str, torch.Tensor]

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"gradients have .inputs[0] and .parameters[name], and no .{name}")


def _note(record: Record, verb: Verb, value: Any) -> None:  # noqa: ANN401 - a guest's answer
    """Keep an answer without the names that a student gave to parameters: they are free."""
    match verb, value:
        case Verb.STATE, (str(), tuple() as found):
            record.note(found, "a layer whose parameters and buffers are ")
        case Verb.GRADIENTS, (tuple() as of_inputs, dict() as of_parameters):
            record.note((of_inputs, tuple(of_parameters.values())))
        case _:
            record.note(value)


def _no_parameter(name: str, found: Iterable[str]) -> StudentFault:
    there = ", ".join(f"`{other}`" for other in found) or "none"
    brief = f"Your layer has no parameter `{name}`."
    return StudentFault(Outcome.WRONG, f"{brief[:-1]}; it has {there}.", brief=brief)


def _flows(gradient: torch.Tensor | None, what: str, name: str = "") -> torch.Tensor:
    if gradient is None:
        why = "is it detached, or not used in forward?"
        brief = f"No gradient reaches {what}: {why}"
        raise StudentFault(Outcome.WRONG, f"No gradient reaches {name}: {why}" if name else brief, brief=brief)
    return gradient


@dataclass(frozen=True)
class _Load:
    """A load that was asked for: how to fill a layer with other slots, should this one have them."""

    number: int
    draw: Draw
    overrides: Mapping[int, float | torch.Tensor]


class Layer:
    """A module in a guest.

    Making it and setting it up (load, train, eval, to) travel with the first question, in one exchange: the
    layer is taken to have the reference's slots, and only if the guest says otherwise is it filled once more.
    """

    def __init__(self, exchange: Exchange, construct: Question, slots: tuple[weights.Slot, ...] | None) -> None:
        self._exchange = exchange
        self._number = construct.target
        self._slots = slots
        self._pending: list[Question | _Load] = [] if slots is not None else [construct]
        self._nominal = torch.float32
        self._sent = 0
        if exchange.precision.exact:
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

        *upstream* has the shape of the output.
        """
        each = inputs if isinstance(inputs, tuple) else (inputs,)
        of_inputs, of_parameters = self._now(Verb.GRADIENTS, (each, upstream), {})
        return Gradients(_OfInputs(of_inputs), _OfParameters(of_parameters))

    def load(self, draw: Draw, *, overrides: Mapping[int, float | torch.Tensor] | None = None) -> Layer:
        """Fill parameters and floating-point buffers with secret numbers, the same for every subject.

        *overrides* sets some by index among the reference's parameters: `{-1: 0.0}` zeroes the last.
        """
        exchange = self._exchange
        if not exchange.plan.is_complete and self._slots is not None:
            exchange.plan.loads.append(self._slots)
        self._pending.append(_Load(exchange.loads, draw, overrides or {}))
        exchange.loads += 1
        return self

    def train(self) -> Layer:
        """Switch to training."""
        return self._later(Verb.MODE, True)

    def eval(self) -> Layer:
        """Switch to evaluation."""
        return self._later(Verb.MODE, False)

    def to(self, dtype: torch.dtype) -> Layer:
        """Convert parameters and buffers to a floating-point *dtype*."""
        self._nominal = dtype
        return self if self._exchange.precision.exact else self._later(Verb.CAST, dtype)

    def parameters(self) -> dict[str, torch.Tensor]:
        """Return the parameters by name, in the order in which they were registered."""
        return {slot.name: tensor for slot, tensor in self._state() if slot.is_parameter}

    def parameter(self, name: str) -> torch.Tensor:
        """Return one parameter; the student's fault when there is none of that name."""
        found = self.parameters()
        if name not in found:
            raise _no_parameter(name, found)
        return found[name]

    def buffers(self) -> tuple[torch.Tensor, ...]:
        """Return the floating-point buffers (running means and variances) in the order of registration."""
        return tuple(tensor for slot, tensor in self._state() if not slot.is_parameter and slot.is_floating)

    def finish(self) -> None:
        """Make the layer if nothing was asked of it: a constructor that fails must be heard."""
        if self._slots is None and any(isinstance(step, Question) for step in self._pending):
            self._state()

    def _state(self) -> list[tuple[weights.Slot, torch.Tensor]]:
        described, found = self._now(Verb.STATE, (), {})
        slots = weights.parse_slots(described)
        if not isinstance(found, tuple) or len(found) != len(slots):
            raise StudentFault(Outcome.REFUSED, "Your layer's parameters could not be read.")
        return list(zip(slots, found, strict=True))

    def _later(self, verb: Verb, *arguments: Any) -> Layer:  # noqa: ANN401 - of many kinds
        self._pending.append(self._question(verb, arguments, {}))
        return self

    def _now(self, verb: Verb, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        steps = [*self._pending, self._question(verb, arguments, keywords)]
        self._pending = []
        value = self._exchange.ask(*(self._filled(step) for step in steps))
        match value:
            case (LayerNumber(number), str() as described) if number == self._number and self._slots is None:
                self._slots = weights.parse_slots(described)  # not the reference's: the load was not done
                rest = [step for step in steps if isinstance(step, _Load) or step.verb is not Verb.CONSTRUCT]
                value = self._exchange.ask(*(self._filled(step) for step in rest))
        _note(self._exchange.record, verb, value)
        return value

    def _filled(self, step: Question | _Load) -> Question:
        """Return *step* as a question; a load gets its numbers now, when the dtype is known."""
        if isinstance(step, Question):
            return step
        plan = self._exchange.plan.loads[step.number]
        own = plan if self._slots is None else self._slots

        def fill(_: torch.Generator) -> torch.Tensor:
            found = weights.values(step.draw, step.number, plan, own, step.overrides)
            return torch.cat([torch.empty(0), *(tensor.flatten() for tensor in found.values())])

        fits = weights.signature(own)
        flat = step.draw.keep(f"load {step.number} of {fits}", fill)
        return self._question(Verb.LOAD, (flat, fits, weights.left_alone(plan, own)), {})

    def _question(self, verb: Verb, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Question:
        encoded = tuple(tensors.encode(self._send(item)) for item in arguments)
        named = {key: tensors.encode(self._send(item)) for key, item in keywords.items()}
        return Question(verb, self._number, "", encoded, named)

    def _send(self, value: Any) -> Any:  # noqa: ANN401 - tensors, or what holds them
        if isinstance(value, torch.Tensor):
            self._sent += 1
            return self._exchange.precision.apply(value, self._nominal, self._sent)
        return tuple(self._send(item) for item in value) if isinstance(value, tuple) else value
