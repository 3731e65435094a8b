"""Which names a source gives itself. Its author may give others, so they say nothing about who wrote it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class OwnNames:
    """Names that a source gives: to variables, and to what its objects hold; and what its methods call `self`."""

    variables: frozenset[str]
    attributes: frozenset[str]
    selves: frozenset[str]

    def has(self, node: ast.Attribute) -> bool:
        """Whether *node* asks for what this source named: anything of `self`, or what its classes give their own."""
        is_of_self = isinstance(node.value, ast.Name) and node.value.id in self.selves
        return is_of_self or node.attr in self.attributes


def own_names(nodes: list[ast.AST]) -> OwnNames:
    r"""Return what the source of these nodes, all there are, names itself.

    >>> found = own_names(list(ast.walk(ast.parse("import torch as t\ny = t.relu(x)\ny.z = 1"))))
    >>> sorted(found.variables), sorted(found.attributes)
    (['t', 'y'], ['z'])
    """
    parts = [part for node in nodes if isinstance(node, ast.ClassDef) for part in node.body]
    methods = [part for part in parts if isinstance(part, _FUNCTIONS)]
    stored = [node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    return OwnNames(
        variables=frozenset(name for node in nodes for name in _bound(node)),
        attributes=frozenset([*stored, *(method.name for method in methods), *_fields(parts)]),
        selves=frozenset(method.args.args[0].arg for method in methods if method.args.args),
    )


def _fields(parts: list[ast.stmt]) -> Iterator[str]:
    """Yield what a class's body gives to all its objects, or says that they will have."""
    for part in parts:
        targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=alias):
            yield alias or name.partition(".")[0]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
