"""Operators that an exercise forbids, refused in torch's dispatcher, however they are reached.

A refusing kernel is put over every registered operator of a family, under every dispatch key that could run it,
so modules, functional forms, `torch.ops`, `torch._C`, scripted graphs, `redispatch` and autograd all end there.
The registration's only handle is leaked on purpose: nothing in the process can take it off again.
"""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, NoReturn

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

FAMILIES = {"convolution": re.compile(r"conv(?!ert)|_nnpack_spatial")}
"""Family → pattern of operator names. `convert_*` operators change dtypes and are no convolutions."""

MARK = "this exercise forbids"
"""Part of every refusal's message; a guest that sees it reports "refused"."""

_KEYS = (
    "CPU", "CUDA", "Meta", "MkldnnCPU", "QuantizedCPU", "QuantizedCUDA", "SparseCPU", "SparseCUDA",
    "SparseCsrCPU", "SparseCsrCUDA", "NestedTensorCPU", "NestedTensorCUDA",
    "CompositeExplicitAutograd", "CompositeImplicitAutograd",
    "AutogradCPU", "AutogradCUDA", "AutogradMeta",
)  # fmt: skip


class OperationRefusedError(RuntimeError):
    """A forbidden operator was called."""


def names(family: str) -> list[str]:
    """Return the qualified names, overloads included, of all operators of *family* that this torch registers."""
    pattern = FAMILIES[family]
    every = torch._C._dispatch_get_all_op_names()  # noqa: SLF001 - torch lists them nowhere else
    return sorted(name for name in every if pattern.search(name.split("::")[1].split(".")[0]))


def forbid(families: list[str]) -> None:
    """Refuse the operators of *families* in this process and all that are forked from it, for good.

    `torch.library.Library` is not used: its finalizer keeps a handle by which the kernels could be taken off.
    """
    for family in families:
        refuse = _refusal(family)
        by_namespace: dict[str, list[str]] = {}
        for qualified in names(family):
            namespace, operator = qualified.split("::")
            by_namespace.setdefault(namespace, []).append(operator)
        for namespace, operators in by_namespace.items():
            library = torch._C._dispatch_library("IMPL", namespace, "", __file__, 0)  # noqa: SLF001
            for operator in operators:
                for key in _KEYS:
                    library.impl(operator, key, refuse)
            # Leaked on purpose: the registration stays, and no Python object leads to it.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))


def _refusal(family: str) -> Callable[..., NoReturn]:
    def refuse(*_arguments: object, **_keywords: object) -> NoReturn:
        raise OperationRefusedError(f"{MARK} {family} operations, however they are called")

    return refuse
