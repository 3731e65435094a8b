"""The stand-in for a student's file: a scenario drives it like a local module.

The same stand-in serves the reference, the student and the misconceptions: all of them run in guests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.domain.errors import StudentFault
from grader.domain.observation import LayerNumber, Opaque, Question, Verb
from grader.domain.report import Outcome
from grader.kit import tensors, weights
from grader.kit.layer import Layer
from grader.kit.words import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.kit.exchange import Exchange


class Subject:
    """The student's file: `subject.Name(…)` makes a layer, or calls a function and returns its value."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._layers: list[Layer] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def construct(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401 - the lecturer's and the student's
            encoded = tuple(tensors.encode(item) for item in arguments)
            named = {key: tensors.encode(item) for key, item in keywords.items()}
            number = self._exchange.made
            self._exchange.made += 1
            return self._make(Question(Verb.CONSTRUCT, number, name, encoded, named))

        return construct

    def finish_scenario(self) -> None:
        """Hear of every layer that was made and never used."""
        for layer in self._layers:
            layer.finish()

    def _make(self, question: Question) -> Any:  # noqa: ANN401 - a layer or a function's value
        """Make a layer later, with its first question, where the reference made one; else ask at once."""
        plan = self._exchange.plan
        if plan.is_complete and question.target < len(plan.makes_layer) and plan.makes_layer[question.target]:
            return self._keep(Layer(self._exchange, question, None))
        made = self._exchange.ask(question)
        match made:
            case (LayerNumber(number), str() as described) if number == question.target:
                slots = weights.parse_slots(described)
                self._note(slots)
                return self._keep(Layer(self._exchange, question, slots))
            case Opaque(description):
                said, brief = (f"`{question.name}(…)` gave {it}, which is no answer." for it in (description, UNKNOWN))
                raise StudentFault(Outcome.WRONG, said, brief=brief)
        if not plan.is_complete:
            plan.makes_layer.append(False)
        self._exchange.record.note(made)
        return made

    def _keep(self, layer: Layer) -> Layer:
        self._exchange.record.note(LayerNumber(0))
        self._layers.append(layer)
        return layer

    def _note(self, slots: tuple[weights.Slot, ...]) -> None:
        record = self._exchange.record
        record.largest_fan_in = max([record.largest_fan_in, *(slot.fan_in for slot in slots if slot.is_parameter)])
        if not self._exchange.plan.is_complete:
            self._exchange.plan.makes_layer.append(True)
