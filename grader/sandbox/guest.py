"""The guest: holds one student's code and does what it is asked. The only file that ever runs a student's code.

It observes and never judges: it knows no test, no reference, no expected value. Everything here can be read and
changed by the student's code that runs beside it, so nothing here is trusted by the host.
"""

from __future__ import annotations

import errno
import inspect
import io
import json
import linecache
import os
import sys
import types
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from grader.sandbox import wire
from grader.sandbox.forbid import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FILE_NAME = "submission.py"
PRINT_LIMIT = 8192  # characters kept of what the student prints for one question
TEXT_LIMIT = 2000  # characters kept of an exception's message
MAX_FRAMES = 8  # lines kept of a traceback

_MOST_BUFFERS = 512  # the kernel takes 1024 at once
_DTYPES = {name: getattr(torch, name) for name in wire.ITEM_SIZES}
_DTYPE_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


class Printed(io.TextIOBase):
    """Stands in for stdout and stderr; keeps the first PRINT_LIMIT characters."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._room = PRINT_LIMIT

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, text: str) -> int:
        """Keep what still fits."""
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    def take(self) -> str:
        """Return what was printed since the last time."""
        text, self._kept, self._room = "".join(self._kept), [], PRINT_LIMIT
        return text


class Student:
    """The student's module and the layers made from it."""

    def __init__(self) -> None:
        self._module = types.ModuleType("submission")
        self._layers: dict[int, object] = {}
        self._names: dict[int, str] = {}

    def answer(self, verb: str, target: int, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401 - anything a student returns
        """Do one thing; returns whatever came of it, raises whatever the student's code raised."""
        if verb == "construct":
            return self._construct(target, name, arguments, keywords)
        layer = self._layers[target]
        if not isinstance(layer, nn.Module):
            raise WrongAnswerError(
                f"`{self._names[target]}(…)` gave an object of type {type(layer).__name__}; a torch.nn.Module was "
                "expected. Does your class inherit from nn.Module?"
            )
        if verb == "load" and arguments[1] != signature(layer):
            raise OtherSlots(target, layer)
        actions: dict[str, Callable[..., Any]] = {
            "load": load,
            "state": lambda layer: (json.dumps(slots(layer)), tuple(tensor for *_, tensor in _tensors(layer))),
            "call": lambda layer, *args, **kw: layer(*args, **kw),
            "call_and_inputs": lambda layer, *args, **kw: (layer(*args, **kw), args),
            "gradients": gradients,
            "mode": set_mode,
            "cast": cast,
        }
        return actions[verb](layer, *arguments, **keywords)

    def import_source(self, source: str) -> None:
        """Run the student's file as the module `submission`, with its lines at hand for tracebacks."""
        lines = io.StringIO(source, newline=None).readlines()  # as Python counts them
        linecache.cache[FILE_NAME] = (len(source), None, lines, FILE_NAME)
        self._module.__file__ = FILE_NAME
        sys.modules["submission"] = self._module
        exec(compile(source, FILE_NAME, "exec", dont_inherit=True), self._module.__dict__)

    def _construct(self, target: int, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        try:
            entry = getattr(self._module, name)
        except AttributeError:
            defined = [n for n, v in vars(self._module).items() if inspect.isclass(v) or inspect.isfunction(v)]
            own = [n for n in defined if getattr(vars(self._module)[n], "__module__", "") == "submission"]
            found = f"it defines {', '.join(own[:10])}" if own else "it defines no class and no function"
            raise WrongAnswerError(f"your file does not define `{name}`; {found}") from None
        made = entry(*arguments, **keywords)
        self._layers[target], self._names[target] = made, name
        return describe_layer(target, made) if isinstance(made, nn.Module) else made


class WrongAnswerError(Exception):
    """Not a crash: the question has no answer on this student's code, and the message says why."""


class OtherSlots(Exception):
    """The layer is not made like the one that these numbers were meant for; nothing was loaded."""

    def __init__(self, target: int, layer: nn.Module) -> None:
        super().__init__(target)
        self.answer = describe_layer(target, layer)


def describe_layer(target: int, layer: nn.Module) -> tuple[wire.Layer, str]:
    """Return the layer's number and its slots: as one text, which costs less than a tree."""
    return wire.Layer(target), json.dumps(slots(layer))


def _tensors(layer: nn.Module) -> Iterable[tuple[str, nn.Module, str, bool, torch.Tensor]]:
    """Yield (full name, owner, leaf name, is parameter, tensor): parameters first, then buffers, each once."""
    seen: set[int] = set()
    for is_parameter in (True, False):
        for prefix, owner in layer.named_modules():
            own = owner._parameters if is_parameter else owner._buffers  # noqa: SLF001 - with owner and order
            for leaf, tensor in own.items():
                if tensor is not None and id(tensor) not in seen:
                    seen.add(id(tensor))
                    yield f"{prefix}.{leaf}" if prefix else leaf, owner, leaf, is_parameter, tensor


def slots(layer: nn.Module) -> tuple[Any, ...]:
    """Describe each parameter and buffer: (full name, owner's kind, leaf name, is parameter, dtype, shape)."""
    return tuple(
        (name, _kind(owner), leaf, is_parameter, _DTYPE_NAMES.get(tensor.dtype, "?"), tuple(tensor.shape))
        for name, owner, leaf, is_parameter, tensor in _tensors(layer)
    )


def _kind(owner: nn.Module) -> str:
    if isinstance(owner, nn.modules.conv._ConvNd):  # noqa: SLF001 - torch's base of all convolutions
        return "convolution"
    if isinstance(owner, nn.modules.batchnorm._NormBase | nn.GroupNorm | nn.LayerNorm):  # noqa: SLF001
        return "normalisation"
    return "linear" if isinstance(owner, nn.Linear) else "other"


def signature(layer: nn.Module) -> str:
    """Say which parameters and buffers hold floating-point numbers, and their shapes without ones."""
    kinds = (("f" if t.is_floating_point() else "i", tuple(n for n in t.shape if n != 1)) for *_, t in _tensors(layer))
    return ";".join(f"{kind}{shape}" for kind, shape in kinds)


def load(layer: nn.Module, values: torch.Tensor, _signature: str = "", left: tuple[int, ...] = ()) -> None:
    """Fill the floating-point parameters and buffers from *values*, flat, in order, but for the numbers in *left*."""
    start = 0
    with torch.no_grad():
        for number, (*_, tensor) in enumerate(_tensors(layer)):
            if tensor.is_floating_point() and number not in left:
                tensor.copy_(values[start : start + tensor.numel()].view(tensor.shape))
                start += tensor.numel()


def set_mode(layer: nn.Module, training: bool) -> None:  # noqa: FBT001 - as nn.Module.train has it
    """Switch between training and evaluation."""
    layer.train(training)


def cast(layer: nn.Module, dtype: str) -> None:
    """Convert parameters and buffers."""
    layer.to(_DTYPES[dtype])


def gradients(layer: nn.Module, inputs: tuple[torch.Tensor, ...], upstream: torch.Tensor) -> tuple[Any, ...]:
    """Return (gradients of inputs, of parameters in order) of <layer(*inputs), upstream>; None where none flows."""
    leaves = tuple(tensor.detach().requires_grad_() for tensor in inputs)
    named = dict(layer.named_parameters())
    output = layer(*leaves)
    if not isinstance(output, torch.Tensor):
        what = "None (is a `return` missing?)" if output is None else f"an object of type {type(output).__name__}"
        raise WrongAnswerError(f"the layer returned {what}; a tensor was expected")
    if not output.requires_grad:
        raise WrongAnswerError("no gradient flows back from the output: is something detached, or under no_grad?")
    found = torch.autograd.grad(output, [*leaves, *named.values()], upstream, allow_unused=True)
    return tuple(found[: len(leaves)]), dict(zip(named, found[len(leaves) :], strict=True))


def to_torch(value: wire.Tree) -> Any:  # noqa: ANN401 - mirrors wire.Tree
    """Turn what the host sent into torch tensors and plain values."""
    match value:
        case wire.Tensor(dtype, shape, strides, data):
            flat = torch.frombuffer(data, dtype=_DTYPES[dtype]) if len(data) else torch.empty(0, dtype=_DTYPES[dtype])
            dense = flat.reshape(shape)
            return (
                dense.clone()
                if strides is None
                else torch.empty_strided(shape, strides, dtype=dense.dtype).copy_(dense)
            )
        case tuple():
            return tuple(to_torch(item) for item in value)
        case dict():
            return {key: to_torch(item) for key, item in value.items()}
    return value


def from_torch(value: object, depth: int = 0) -> wire.Tree:
    """Turn what the student returned into what the wire carries; what it can't carry is described."""
    match value:
        case wire.Layer() | None | bool() | str():
            return value
        case int():
            return value if -wire.MAX_INT <= value < wire.MAX_INT else wire.Opaque("an integer of over 63 bits")
        case float():
            return value
        case torch.Tensor():
            return _dense(value)
        case tuple() | list() if depth < wire.MAX_DEPTH and len(value) <= wire.MAX_ITEMS:
            return tuple(from_torch(item, depth + 1) for item in value)
        case dict() if depth < wire.MAX_DEPTH and len(value) <= wire.MAX_ITEMS:
            return {str(key): from_torch(item, depth + 1) for key, item in value.items()}
    return wire.Opaque(f"an object of type {type(value).__name__}")


def _dense(tensor: torch.Tensor) -> wire.Tree:
    if tensor.dtype not in _DTYPE_NAMES:
        return wire.Opaque(f"a tensor of dtype {tensor.dtype}")
    if tensor.layout is not torch.strided:
        return wire.Opaque(f"a sparse tensor ({tensor.layout})")
    if tensor.device.type == "meta":
        return wire.Opaque("a meta tensor, which holds no numbers")
    shape = tuple(tensor.shape)
    data = bytearray(tensor.numel() * tensor.element_size())
    if data:
        with torch.no_grad():
            torch.frombuffer(data, dtype=tensor.dtype).reshape(shape).copy_(
                tensor.detach().resolve_conj().resolve_neg()
            )
    return wire.Tensor(_DTYPE_NAMES[tensor.dtype], shape, None, data)


def describe(error: BaseException) -> dict[str, Any]:
    """Say what the student's code raised: type, message, lines of their own file, and of which sort it is."""
    try:
        text = str(error)[:TEXT_LIMIT]
    except BaseException:  # noqa: BLE001 - a student's __str__ may raise anything
        text = "(its message can't be shown)"
    return {
        "type": type(error).__name__[:100],
        "message": text,
        "lines": [] if isinstance(error, WrongAnswerError) else _lines(error),
        "sort": _sort(error, text),
    }


def _sort(error: BaseException, text: str) -> str:
    if isinstance(error, WrongAnswerError):
        return "wrong"
    if MARK in text:
        return "refused"
    is_memory = isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
    return "memory" if is_memory or "can't allocate memory" in text else "crashed"


def _lines(error: BaseException) -> list[list[Any]]:
    if isinstance(error, SyntaxError):
        return [[error.lineno or 0, (error.text or "").strip()[:200]]]
    found: list[list[Any]] = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE_NAME:
            found.append([trace.tb_lineno, linecache.getline(FILE_NAME, trace.tb_lineno).strip()[:200]])
        trace = trace.tb_next
    return found[-MAX_FRAMES:]


def serve(channel: int) -> None:
    """Say "ready", then answer until the host goes. *channel* is a descriptor; sockets' calls are forbidden here."""
    printed = Printed()
    sys.stdout = sys.stderr = printed
    student = Student()
    write(channel, wire.Message(0, "ready"))
    while True:
        try:
            request = wire.read(lambda view: _read_into(channel, view), payload_limit=2**40)
        except wire.PeerGoneError:
            return
        write(channel, _respond(student, request, printed))


def _respond(student: Student, request: wire.Message, printed: Printed) -> wire.Message:
    try:
        tree = from_torch(_obey(student, request))
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are the student's, too
        notes = describe(error)
        return wire.Message(request.call, "raised", None, {**notes, "printed": printed.take()})
    return wire.Message(request.call, "answer", tree, {"printed": printed.take()})


def _obey(student: Student, request: wire.Message) -> object:
    if isinstance(request.value, wire.Tensor):  # "import" sends the file's bytes, "do" a tuple of steps
        student.import_source(bytes(request.value.data).decode())
        return None
    outcome = None
    try:
        for verb, target, name, arguments, keywords in to_torch(request.value):
            outcome = student.answer(verb, target, name, arguments, keywords)
    except OtherSlots as other:
        return other.answer
    return outcome


REHEARSAL = "from torch import nn\nclass Layer(nn.Linear): pass\n"


def rehearse() -> None:
    """Go once through what a submission will go through, so that its first time is not the student's."""
    student, printed = Student(), Printed()
    value = wire.Tensor("float32", (1, 2), (2, 1), bytearray(8))
    requests: list[wire.Tree] = [
        wire.Tensor("uint8", (len(REHEARSAL),), None, REHEARSAL.encode()),
        (("construct", 0, "Layer", (2, 2), {}),),
        (("mode", 0, "", (False,), {}), ("call", 0, "", (value,), {})),
        (("gradients", 0, "", ((value,), value), {}),),
        (("call", 0, "", (1,), {}),),  # raises
    ]
    for request in requests:
        wire.pack(_respond(student, wire.Message(1, "do", request), printed))
    del sys.modules["submission"]


def _read_into(channel: int, view: memoryview) -> None:
    while view:
        count = os.readv(channel, [view])
        if count == 0:
            raise wire.PeerGoneError
        view = view[count:]


def write(channel: int, message: wire.Message) -> None:
    """Send a frame."""
    pending = [memoryview(buffer).cast("B") for buffer in wire.pack(message)]
    while pending:
        written = os.writev(channel, pending[:_MOST_BUFFERS])
        while pending and written >= len(pending[0]):
            written -= len(pending.pop(0))
        if written:
            pending[0] = pending[0][written:]
