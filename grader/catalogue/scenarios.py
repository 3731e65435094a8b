"""What scenarios.py declares, read from its tree: a process that shows pages has no torch to import it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.catalogue.table import Table, bad
from grader.domain.exercise import Scenario, Visibility

if TYPE_CHECKING:
    from grader.catalogue.files import Folder

FILE = "scenarios.py"
KIT = "grader.kit"
DECORATORS = ("scenario", "claim")


def read_scenarios(folder: Folder) -> tuple[Scenario, ...]:
    """Return the scenarios of *folder* in the order in which they run."""
    tree = folder.python(FILE)
    file = folder.called(FILE)
    _refuse_other_spellings(tree, file)
    marked = [(node, call) for node in tree.body if (call := _decorator(node, file)) is not None]
    scenarios = tuple(_scenario(node, call, file) for node, call in marked)
    if not scenarios:
        raise bad(file, "scenarios", "none", "decorate a function with @scenario(points=1, title=...)")
    _refuse_twins(scenarios, file)
    return scenarios


def _decorator(node: ast.AST, file: str) -> ast.Call | None:
    """Return the @scenario(...) or @claim(...) of a function, None when it has none."""
    found = []
    for decorator in getattr(node, "decorator_list", ()):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Name) and called.id in DECORATORS:
            if not isinstance(decorator, ast.Call):
                remedy = f"write @{called.id}(points=1, title=...)"
                raise bad(file, f"line {decorator.lineno}", f"@{called.id} without arguments", remedy)
            found.append(decorator)
    if len(found) > 1:
        line = f"line {found[1].lineno}"
        raise bad(file, line, "two decorators of the kit on one function", "keep one")
    if found and not isinstance(node, ast.FunctionDef):
        raise bad(file, f"line {found[0].lineno}", "decorates no plain function", "use def")
    return found[0] if found else None


def _refuse_other_spellings(tree: ast.Module, file: str) -> None:
    """Refuse what this reading and a running file would understand differently."""
    imported = set[str]()
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == KIT:
            imported |= _imported(node, file)
        for decorator in getattr(node, "decorator_list", ()):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(called, ast.Attribute) and called.attr in DECORATORS:
                remedy = f"write @{called.attr}(...) after from {KIT} import {called.attr}"
                raise bad(file, f"line {decorator.lineno}", "a decorator by another name", remedy)
        call = _decorator(node, file)
        if call is None or not isinstance(call.func, ast.Name):
            continue
        if id(node) not in top:
            remedy = "move the function to the top level"
            raise bad(file, f"line {call.lineno}", f"@{call.func.id} inside another block", remedy)
        if call.func.id not in imported:
            remedy = f"write from {KIT} import {call.func.id}"
            raise bad(file, f"line {call.lineno}", f"{call.func.id} is not the kit's", remedy)


def _imported(node: ast.ImportFrom, file: str) -> set[str]:
    for alias in node.names:
        if alias.name in DECORATORS and alias.asname not in (None, alias.name):
            problem = f"{alias.name} under another name"
            raise bad(file, f"line {node.lineno}", problem, f"import {alias.name} as it is called")
    return {alias.name for alias in node.names}


def _scenario(node: ast.AST, call: ast.Call, file: str) -> Scenario:
    assert isinstance(node, ast.FunctionDef)  # noqa: S101 - _decorator has seen to it
    assert isinstance(call.func, ast.Name)  # noqa: S101 - the same
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    if names != ["subject", "draw"] or node.args.kwonlyargs or node.args.vararg or node.args.kwarg:
        problem = f"{node.name} takes other arguments"
        raise bad(file, f"line {node.lineno}", problem, f"write def {node.name}(subject, draw)")
    if call.args:
        raise bad(file, f"line {call.lineno}", "arguments without names", "write points=1, title=...")
    values = {keyword.arg or "**": _literal(keyword, file) for keyword in call.keywords}
    table = Table(file, values, where=f"{node.name} (line {call.lineno}): ")
    is_claim = call.func.id == "claim"
    table.text("otherwise", default=" ") if is_claim else table.whole("terms", default=1)
    scenario = Scenario(
        name=node.name,
        title=table.text("title"),
        points=table.whole("points"),
        visibility=table.one_of("visibility", Visibility, default=Visibility.HIDDEN),
        is_claim=is_claim,
    )
    table.end()
    return scenario


def _literal(keyword: ast.keyword, file: str) -> object:
    try:
        return ast.literal_eval(keyword.value)
    except ValueError as error:
        where = f"line {keyword.value.lineno}"
        problem = f"{keyword.arg or '**'} is computed"
        raise bad(file, where, problem, "write the value itself: pages are made without running this") from error


def _refuse_twins(scenarios: tuple[Scenario, ...], file: str) -> None:
    names = [scenario.name for scenario in scenarios]
    titles = [scenario.title for scenario in scenarios]
    for scenario in scenarios:
        if names.count(scenario.name) > 1:
            raise bad(file, scenario.name, "defined twice", "give each scenario a name of its own")
        if titles.count(scenario.title) > 1:
            raise bad(file, scenario.name, f"title {scenario.title!r} used twice", "students tell them apart by it")
