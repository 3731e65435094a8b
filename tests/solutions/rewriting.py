"""Changes a solution's looks and not its meaning: other names, other spellings, other steps.

A diagnosis must rest on what code answers. So the tests hand in each wrong solution in looks that nobody compared it
with. Whatever is left alone here is left because changing it could change what the code does: names that the statement
or the scenarios use, names of arguments, the order in which layers are registered.

`rewrite(source, style, kept)` is all that others need; STYLES are the looks.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.solutions.renaming import fresh_names, rename

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

GIVES_TENSORS = frozenset(
    {"add", "einsum", "matmul", "relu", "sigmoid", "softmax", "stack", "cat", "tensordot", "where"}
)
GIVES_NONE = frozenset({"dim", "item", "numel", "size", "stride", "tolist"})
"""Functions of torch that give tensors, and methods of tensors that give none."""


@dataclass(frozen=True)
class Style:
    """How a rewritten solution looks."""

    name: str
    prefix: str
    """New names are the prefix and a number."""
    in_steps: bool
    """Operators and methods, each nested call on a line of its own; else functions in full, and choices as `if`."""


STYLES = (Style("in_steps", "part_", in_steps=True), Style("spelled_out", "q", in_steps=False))


def rewrite(source: str, style: Style, kept: AbstractSet[str] = frozenset()) -> str:
    """Return *source* in another look. Names in *kept* stay.

    >>> print(rewrite("def f(x):\\n    y = g(h(x))  # twice\\n    return y", STYLES[0], {"f"}))
    def f(x):
        part_0 = h(x)
        part_1 = g(part_0)
        return part_1
    >>> print(rewrite("def forward(self, x):\\n    return torch.relu(x + self.a(x))", STYLES[1]))
    import torch
    <BLANKLINE>
    def forward(self, q0):
        return torch.nn.functional.relu(torch.add(q0, self.a(q0)))
    """
    tree = ast.parse(source)
    _drop_docstrings(tree)
    tree = _Spelled(style).visit(tree)
    tree = (_Steps(fresh_names(tree, "then_")) if style.in_steps else _WrittenOut()).visit(tree)
    rename(tree, style.prefix, kept)
    _import_torch(tree)
    return ast.unparse(ast.fix_missing_locations(tree))


def _drop_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]


def _is_torch(node: ast.expr, *names: str) -> bool:
    """Whether *node* is `torch.nn` (written with dots, from `torch`, `nn` or `F`), for *names* such as "torch.nn"."""
    return ast.unparse(node) in names


class _Spelled(ast.NodeTransformer):
    """Spells the same operation otherwise."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._tensors: frozenset[str] = frozenset()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outside, self._tensors = self._tensors, _tensors_of(node)
        self.generic_visit(node)
        self._tensors = outside
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not self._style.in_steps and _is_torch(node.value, "nn"):
            node.value = _dotted("torch.nn")
        elif self._style.in_steps and _is_torch(node.value, "torch.nn"):
            node.value = _dotted("nn")
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=home, attr="relu"), args=[value], keywords=[]) if _is_torch(
                home, "torch", "F", "nn.functional", "torch.nn.functional"
            ):
                return self._relu(value)
            case ast.Call(func=ast.Attribute(value=value, attr="relu"), args=[], keywords=[]):
                return self._relu(value)
            case ast.Call(
                func=ast.Attribute(value=home, attr="matmul" | "add" as name), args=[left, right], keywords=[]
            ):
                if self._style.in_steps and _is_torch(home, "torch"):
                    return ast.BinOp(left, ast.MatMult() if name == "matmul" else ast.Add(), right)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        was_tensor = _is_tensor(node.left, self._tensors)
        self.generic_visit(node)
        if self._style.in_steps:
            return node
        match node.op:
            case ast.MatMult():
                return ast.Call(_dotted("torch.matmul"), [node.left, node.right], [])
            case ast.Add() if was_tensor:
                return ast.Call(_dotted("torch.add"), [node.left, node.right], [])
            case ast.Mult() if not any(isinstance(inner, ast.Call) for inner in ast.walk(node)):
                return ast.BinOp(node.right, node.op, node.left)
        return node

    def _relu(self, value: ast.expr) -> ast.Call:
        if self._style.in_steps:
            return ast.Call(ast.Attribute(value, "relu", ast.Load()), [], [])
        return ast.Call(_dotted("torch.nn.functional.relu"), [value], [])


def _dotted(name: str) -> ast.expr:
    return ast.parse(name, mode="eval").body


def _tensors_of(function: ast.FunctionDef) -> frozenset[str]:
    """Return the local names of a `forward` that only ever hold tensors, as far as its text tells."""
    if function.name != "forward":
        return frozenset()
    found = {argument.arg for argument in function.args.args} - {"self", "ctx"}
    given: dict[str, list[ast.expr | None]] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                given.setdefault(name, []).append(value)
            case ast.Name(id=name, ctx=ast.Store()):
                given.setdefault(name, []).append(None)  # once more for each assignment above
    for name, values in given.items():
        plain = [value for value in values if value is not None]
        sure = 2 * len(plain) == len(values) and all(_is_tensor(value, frozenset(found)) for value in plain)
        found = found | {name} if sure else found - {name}
    return frozenset(found)


def _is_tensor(node: ast.expr, names: AbstractSet[str]) -> bool:
    match node:
        case ast.Name(id=name):
            return name in names
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"))):
            return True  # a layer
        case ast.Call(func=ast.Attribute(value=home, attr=name)):
            of_torch = _is_torch(home, "torch", "F", "nn.functional", "torch.nn.functional")
            return name in GIVES_TENSORS if of_torch else _is_tensor(home, names) and name not in GIVES_NONE
        case ast.BinOp(left=left, right=right):
            return _is_tensor(left, names) or _is_tensor(right, names)
    return False


class _Steps(ast.NodeTransformer):
    """Gives each nested call a line of its own, in the order in which Python would make the calls."""

    def __init__(self, given: Iterator[str]) -> None:
        self._given = given

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        before: list[ast.stmt] = []
        if node.value is not None:
            node.value = self._inside(node.value, before)
        return [*before, node]

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        before: list[ast.stmt] = []
        node.value = self._inside(node.value, before)
        return [*before, node]

    def _inside(self, node: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """Take out what *node* computes first; stop where something stays inside that may not wait."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Attribute()) | ast.BinOp() as home) as func):
                func.value = self._outside(home, before)
        match node:
            case ast.Call(args=parts):
                for index, part in enumerate(parts):
                    parts[index] = self._outside(part, before)
                    if not _can_wait(parts[index]):
                        break
            case ast.BinOp(left=left):
                node.left = self._outside(left, before)
                if _can_wait(node.left):
                    node.right = self._outside(node.right, before)
        return node

    def _outside(self, node: ast.expr, before: list[ast.stmt]) -> ast.expr:
        if not isinstance(node, ast.Call | ast.BinOp):
            return node
        value = self._inside(node, before)
        name = next(self._given)
        before.append(ast.Assign([ast.Name(name, ast.Store())], value, lineno=0))
        return ast.Name(name, ast.Load())


def _can_wait(node: ast.expr) -> bool:
    """Whether *node* gives the same a little later."""
    return isinstance(node, ast.Name | ast.Constant) or (isinstance(node, ast.Attribute) and _can_wait(node.value))


class _WrittenOut(ast.NodeTransformer):
    """Writes `a if c else b` as a statement."""

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        match node.value:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ast.If(test, [ast.Return(body)], [ast.Return(orelse)])
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        match node:
            case ast.Assign(
                targets=[ast.Name() | ast.Attribute()], value=ast.IfExp(test=test, body=body, orelse=orelse)
            ):
                return ast.If(test, [_assigned(node, body)], [_assigned(node, orelse)])
        return node


def _assigned(node: ast.Assign, value: ast.expr) -> ast.stmt:
    return ast.Assign(node.targets, value, lineno=node.lineno)


def _import_torch(tree: ast.Module) -> None:
    """Import what other spellings need."""
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - imported
    place = 1 if tree.body and isinstance(tree.body[0], ast.ImportFrom) and tree.body[0].module == "__future__" else 0
    lines = {"nn": "from torch import nn", "torch": "import torch"}
    for name, line in lines.items():
        if name in used:
            tree.body.insert(place, ast.parse(line).body[0])
