"""The floor: the same scenarios on the same solution in one warm process, without a jail, a wire or a copy.

`LocalSubject` is what a scenario would drive if there were no jail: modules of this process. It shares the kit's
draws, weights and marking, so what it does not do is exactly what isolation costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from grader.kit import marking, weights
from grader.kit.draw import Draw
from grader.kit.layer import Gradients
from grader.sandbox import guest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.kit.oracle import Tape


class LocalSubject:
    """Duck-typed `grader.kit.Subject` over modules of this process."""

    def __init__(self, student: guest.Student, plan: weights.Plan) -> None:
        self.student = student
        self.plan = plan
        self.loads = 0

    def __getattr__(self, name: str) -> Callable[..., LocalLayer]:
        def construct(*arguments: Any, **keywords: Any) -> LocalLayer:  # noqa: ANN401 - a scenario's
            self.student.answer("construct", 0, name, arguments, keywords)
            return LocalLayer(self, self.student._layers[0])  # type: ignore[arg-type]  # noqa: SLF001 - no wire

        return construct


class LocalLayer:
    """Duck-typed `grader.kit.Layer` over one module."""

    def __init__(self, subject: LocalSubject, module: torch.nn.Module) -> None:
        self._subject = subject
        self._module = module

    def __call__(self, *inputs: Any, **keywords: Any) -> Any:  # noqa: ANN401 - a layer's
        output = self._module(*inputs, **keywords)
        return output.detach() if isinstance(output, torch.Tensor) else output

    def call_and_inputs(self, *inputs: torch.Tensor) -> Any:  # noqa: ANN401 - a layer's
        copies = tuple(tensor.clone(memory_format=torch.preserve_format) for tensor in inputs)
        output = self(*copies)
        return output, (copies[0] if len(copies) == 1 else copies)

    def gradients(self, inputs: torch.Tensor | tuple[torch.Tensor, ...], upstream: torch.Tensor) -> Gradients:
        each = inputs if isinstance(inputs, tuple) else (inputs,)
        return Gradients(*guest.gradients(self._module, each, upstream))

    def load(self, draw: Draw, *, overrides: Mapping[int, float | torch.Tensor] | None = None) -> LocalLayer:
        plan = self._subject.plan.loads[self._subject.loads]
        own = tuple(weights.Slot(*slot) for slot in guest.slots(self._module))
        found = weights.values(draw, self._subject.loads, plan, own, overrides or {})
        self._subject.loads += 1
        guest.load(self._module, torch.cat([tensor.flatten() for tensor in found.values()]))
        return self

    def train(self) -> LocalLayer:
        self._module.train()
        return self

    def eval(self) -> LocalLayer:
        self._module.eval()
        return self

    def to(self, dtype: torch.dtype) -> LocalLayer:
        self._module.to(dtype)
        return self

    def parameters(self) -> dict[str, torch.Tensor]:
        return {name: parameter.detach() for name, parameter in self._module.named_parameters()}

    def parameter(self, name: str) -> torch.Tensor:
        return self.parameters()[name]

    def buffers(self) -> tuple[torch.Tensor, ...]:
        return tuple(buffer for buffer in self._module.buffers() if buffer.is_floating_point())


def run(source: str, tapes: Mapping[str, Tape]) -> int:
    """Import *source*, drive every scenario, mark every answer; return how many passed."""
    student = guest.Student()
    student.import_source(source)
    passed = 0
    for tape in tapes.values():
        answer = tape.test.drive(LocalSubject(student, tape.plan), Draw(tape.key, tape.kept))  # type: ignore[arg-type]
        held = answer is True if tape.test.is_claim else marking.mark(answer, tape.expected, tape.terms).passed
        passed += held
    return passed
