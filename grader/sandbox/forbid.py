"""Operators that an exercise forbids, refused in torch's dispatcher, however they are reached.

A refusing kernel is put over every registered operator of a family, under every dispatch key that has a name, so
modules, functional forms, `torch.ops`, `torch._C`, scripted graphs, `redispatch` and autograd all end there. What
TorchScript runs without the dispatcher is taken out of its registry.

The limit: a student who calls C++ symbols by address, through ctypes, brings machine code of their own, which no
dispatcher sees. Writing that takes far more than writing the exercise.
"""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

FAMILIES = {"convolution": re.compile(r"conv(?!ert)|_nnpack_spatial")}
"""Family → pattern of operator names. `convert_*` operators change dtypes and are no convolutions."""

MARK = "this exercise forbids"
"""Part of every refusal's message; a guest that sees it reports "refused"."""

_FUSED = ("oneDNNFusionGroup", "TensorExprGroup", "TensorExprDynamicGroup", "FusionGroup")
"""TorchScript operators that compile a graph of their own and run it past the dispatcher."""

_DEREGISTER = "_ZN5torch3jit18deregisterOperatorERKN3c1014FunctionSchemaE"
"""torch::jit::deregisterOperator(const c10::FunctionSchema&), which Python has no name for."""


class OperationRefusedError(RuntimeError):
    """A forbidden operator was called."""


def names(family: str) -> list[str]:
    """Return the qualified names, overloads included, of all operators of *family* that this torch registers."""
    every = torch._C._dispatch_get_all_op_names()  # noqa: SLF001 - torch lists them nowhere else
    return sorted(name for name in every if _is_of(family, name))


def interpreted(family: str) -> list[torch._C.FunctionSchema]:
    """Return what TorchScript knows beside the dispatcher and could compute *family* with."""
    dispatched = set(torch._C._dispatch_get_all_op_names())  # noqa: SLF001
    found = []
    for schema in torch._C._jit_get_all_schemas():  # noqa: SLF001 - the only list
        qualified = f"{schema.name}.{schema.overload_name}" if schema.overload_name else schema.name
        if qualified not in dispatched and (_is_of(family, schema.name) or schema.name.endswith(_FUSED)):
            found.append(schema)
    return found


def keys() -> list[str]:
    """Return the names of all dispatch keys, aliases included, under which a kernel can be put."""
    table = torch._C._dispatch_dump_table("aten::convolution")  # noqa: SLF001 - names keys that the enum lacks
    listed = torch._C.DispatchKey.__members__  # noqa: SLF001
    known = dict.fromkeys([*listed, *(line.split(":")[0] for line in table.splitlines())])
    return [key for key in known if torch._C._parse_dispatch_key(key) is not None]  # noqa: SLF001


def forbid(families: list[str]) -> None:
    """Refuse the operators of *families* in this process and all that are forked from it, for good."""
    for family in families:
        _cover(family)
        _deregister(family)
    _take_away_the_compiler()


def _is_of(family: str, qualified: str) -> bool:
    return FAMILIES[family].search(qualified.rsplit("::", maxsplit=1)[-1].split(".", maxsplit=1)[0]) is not None


def _cover(family: str) -> None:
    """Put a refusing kernel over every operator of *family*.

    `torch.library.Library` is not used: its finalizer keeps a handle by which the kernels could be taken off.
    """
    refuse = _refusal(family)
    by_namespace: dict[str, list[str]] = {}
    for qualified in names(family):
        namespace, operator = qualified.split("::")
        by_namespace.setdefault(namespace, []).append(operator)
    places = keys()
    for namespace, operators in by_namespace.items():
        library = torch._C._dispatch_library("IMPL", namespace, "", __file__, 0)  # noqa: SLF001
        for operator in operators:
            for key in places:
                if _stands(f"{namespace}::{operator}", key):
                    library.impl(operator, key, refuse)
        # Leaked on purpose: the registration stays, and no Python object leads to it.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))


def _stands(qualified: str, key: str) -> bool:
    """Say whether a kernel belongs under *key*: under composites, where "Undefined" counts, only in place of torch's.

    Compilers take what has a composite kernel apart themselves, and fail for everything when that holds for all.
    """
    composite = "CompositeImplicitAutograd" if key == "Undefined" else key
    return not composite.startswith("Composite") or torch._C._dispatch_has_kernel_for_dispatch_key(qualified, composite)  # noqa: SLF001


def _refusal(family: str) -> Callable[..., NoReturn]:
    def refuse(*_arguments: object, **_keywords: object) -> NoReturn:
        raise OperationRefusedError(f"{MARK} {family} operations, however they are called")

    return refuse


def _deregister(family: str) -> None:
    """Take TorchScript's own operators out of its registry; RuntimeError when one stays."""
    library = ctypes.CDLL(str(Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"))
    for schema in interpreted(family):
        # pybind11 keeps the pointer to the C++ object right behind the Python object's head.
        pointer = ctypes.c_void_p.from_address(id(schema) + object.__basicsize__)
        library[_DEREGISTER](pointer)
    if left := interpreted(family):
        raise RuntimeError(f"torch {torch.__version__} does not let go of {left[0].name}")


def _take_away_the_compiler() -> None:
    """Empty torch._C._te, which compiles loops for an operator and runs them itself."""

    def refuse(*_arguments: object, **_keywords: object) -> NoReturn:
        raise OperationRefusedError(f"{MARK} operations for which a compiler of loops would be a way round")

    compiler = sys.modules["torch._C._te"]
    for name, thing in list(vars(compiler).items()):
        if isinstance(thing, type):
            thing.__init__ = refuse  # type: ignore[misc] # the class can still be found among object's subclasses
        if not name.startswith("__"):
            delattr(compiler, name)
