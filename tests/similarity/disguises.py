"""Ways to make a solution look like another one. Each is done by hand or by an editor in minutes; none changes it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = {
    "PointwiseConv2d": "Layer",
    "in_channels": "c",
    "out_channels": "k",
    "bias": "with_offset",
    "weight": "w",
    "self": "this",
    "forward": "run",
    "reset_parameters": "begin",
    "out": "result",
    "layer": "made",
    "x": "images",
    "y": "maps",
}


def renamed(source: str) -> str:
    """Give all names that are the author's others."""
    return re.sub(r"(?<![\w\"'])[A-Za-z_]\w*", lambda found: NAMES.get(found[0], found[0]), source)


def commented(source: str) -> str:
    """Add a comment to each line, and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            node.body.insert(0, ast.Expr(ast.Constant(f"What {node.name} does.\n\nAll by myself.")))
    lines = ast.unparse(ast.fix_missing_locations(tree)).split("\n")
    is_code = [not any(mark in line for mark in ('"""', "All by", "'")) and bool(line) for line in lines]
    return "\n".join(line + ("  # my own idea" if is_ else "") for line, is_ in zip(lines, is_code, strict=True))


def reformatted(source: str) -> str:
    """Have it written anew: other blank lines, quotes and brackets."""
    return "\n\n\n".join(ast.unparse(ast.parse(source)).replace("\n    ", "\n        ").split("\n\n"))


def split(source: str) -> str:
    """Break lines after each comma in brackets."""
    written = list[str]()
    depth, last = 0, (1, 0)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in {tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}:
            continue
        gap = token.start[1] - last[1] if token.start[0] == last[0] else token.start[1]
        written.append(" " * gap + token.string)
        depth += (token.string in {"(", "["}) - (token.string in {")", "]"})
        if token.string == "," and depth:
            written.append("\n")
        last = token.end
    return "".join(written)


def methods_reordered(source: str) -> str:
    """Turn the order of each class's parts round."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            node.body.reverse()
    return ast.unparse(tree)


def padded(source: str) -> str:
    """Put a statement that does nothing behind every third line of a function."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = [
                each
                for place, statement in enumerate(node.body, start=1)
                for each in ([statement] if place % 3 else [statement, *ast.parse("unused = [1, 2]").body])
            ]
    return ast.unparse(ast.fix_missing_locations(tree))


def other_literals(source: str) -> str:
    """Change each number and each text."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                node.value = value + 17
            case ast.Constant(value=str(value)):
                node.value = f"{value}, or so"
    return ast.unparse(tree)


def annotated(source: str) -> str:
    """Give each argument and result a type."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = ast.Name("Tensor")
            for each in node.args.args:
                each.annotation = ast.Name("Tensor")
    return ast.unparse(ast.fix_missing_locations(tree))


def imported_otherwise(source: str) -> str:
    """Import the same under other names, in another order, and more."""
    lines = source.split("\n")
    imports = [line for line in lines if line.startswith(("import ", "from ")) and "__future__" not in line]
    known = {"import torch": "import torch as t", "from torch import nn": "from torch import nn as layers"}
    code = "\n".join(line for line in lines if line not in imports)
    for plain, other in known.items():
        if plain in imports:
            code = re.sub(rf"\b{plain.split()[-1]}\b", other.split()[-1], code)
    return "\n".join(["import math", *(known.get(line, line) for line in reversed(imports)), code])


def in_all_ways(source: str) -> str:
    """Do all at once."""
    for disguise in DISGUISES:
        source = disguise(source)
    return source


DISGUISES: dict[Callable[[str], str], float] = {
    renamed: 1.0,
    commented: 1.0,
    reformatted: 1.0,
    split: 1.0,
    other_literals: 1.0,
    annotated: 1.0,
    imported_otherwise: 1.0,
    methods_reordered: 0.7,
    padded: 0.7,
}
"""How alike each must still be at least; 1 is: not told from the original."""
