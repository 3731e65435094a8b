"""Gives what nobody outside can know of a solution other names: its variables, parts, functions and classes."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

TORCHES_OWN = frozenset(dir(nn.Module())) | {"forward", "backward", "weight", "bias", "ctx"}
"""Attributes that torch gives a meaning to."""


def rename(tree: ast.Module, prefix: str, kept: AbstractSet[str]) -> None:
    """Change *tree*: *prefix* and a number for each name that is not in *kept*, nor known outside by its place."""
    names, attributes = _free_names(tree, kept), _free_attributes(tree, kept)
    given = fresh_names(tree, prefix)
    _Renamed({name: next(given) for name in names}, {name: next(given) for name in attributes}).visit(tree)


def fresh_names(tree: ast.AST, prefix: str) -> Iterator[str]:
    """Yield names that *tree* does not use."""
    used = {getattr(node, "id", None) or getattr(node, "arg", None) for node in ast.walk(tree)}
    number = 0
    while True:
        if f"{prefix}{number}" not in used:
            yield f"{prefix}{number}"
        number += 1


def _free_names(tree: ast.Module, kept: AbstractSet[str]) -> list[str]:
    """Return the names of variables, functions and classes that nobody outside can know, in order of appearance."""
    bound = dict.fromkeys(_bound(tree.body))
    known = set(kept) | set(dir(builtins)) | {"self", "forward", "backward"}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name, args=arguments):
                is_public = name not in {"forward", "backward"}
                names = [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
                known |= set(names) if is_public else set()
                bound |= dict.fromkeys([*([] if is_public else names), *_bound(node.body)])
            case ast.keyword(arg=str(name)) | ast.alias(asname=str(name)):
                known.add(name)
            case ast.alias(name=name):
                known.add(name.split(".", maxsplit=1)[0])
            case ast.Lambda(args=arguments):
                known |= {each.arg for each in arguments.args}
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                known |= set(names)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                known.add(name)
            case ast.ClassDef(body=body):
                known |= set(_bound(body))
    return [name for name in bound if name not in known]


def _bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield what these statements bind, functions' and classes' insides left out."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        waiting = [*ast.iter_child_nodes(node), *waiting]


def _free_attributes(tree: ast.Module, kept: AbstractSet[str]) -> list[str]:
    """Return the attributes that only `self` is asked for, and that it was given in this file."""
    given: dict[str, None] = {}
    of_others: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                given[name] = None
            case ast.Attribute(value=ast.Name(id="self")):
                pass
            case ast.Attribute(attr=name):
                of_others.add(name)
            case ast.ClassDef(body=body):
                of_others |= set(_bound(body))
    return [name for name in given if name not in kept | of_others | TORCHES_OWN]


class _Renamed(ast.NodeTransformer):
    """Gives each name its new one wherever it stands; the new ones are nowhere used yet."""

    def __init__(self, names: dict[str, str], attributes: dict[str, str]) -> None:
        self._names = names
        self._attributes = attributes

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self._names.get(node.arg, node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            node.attr = self._attributes.get(node.attr, node.attr)
        return self.generic_visit(node)
