"""One exercise's folder, read and validated."""

from __future__ import annotations

import ast
import dataclasses
import keyword
from typing import TYPE_CHECKING

from grader.catalogue.scenarios import FILE as SCENARIOS
from grader.catalogue.scenarios import read_scenarios
from grader.catalogue.table import SLUG, Table, bad, suggestion
from grader.domain.exercise import Device, Exercise, Limits, Misconception

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.catalogue.files import Folder

SETTINGS, STATEMENT, STARTER, REFERENCE = "exercise.toml", "statement.md", "starter.py", "reference.py"
MISCONCEPTIONS = "misconceptions"
FORBIDDEN_FAMILIES = ("convolution",)
"""Families of operators that the jail knows how to refuse."""


def files_of(folder: Folder) -> tuple[str, ...]:
    """Return every file that an Exercise is made from, whether it is there or not."""
    return (SETTINGS, STATEMENT, STARTER, REFERENCE, SCENARIOS, *_misconception_files(folder))


def order_of(folder: Folder) -> int:
    """Return the exercise's place in its lesson."""
    return folder.toml(SETTINGS).whole("order", default=100)


def read_exercise(folder: Folder, *, lesson: str, slug: str) -> Exercise:
    """Return the exercise in *folder*; BadExercise names the file, the key and what to do."""
    table = folder.toml(SETTINGS)
    table.whole("order", default=100)
    entry = _entry(table)
    scenarios = read_scenarios(folder)
    exercise = Exercise(
        lesson=lesson,
        slug=slug,
        title=table.text("title"),
        entry=entry,
        scenarios=scenarios,
        misconceptions=_misconceptions(table, folder, [scenario.name for scenario in scenarios]),
        limits=_limits(table.table("limits")),
        device=table.one_of("device", Device, default=Device.CPU),
        forbidden=_forbidden(table),
        statement=folder.text(STATEMENT),
        starter=folder.text(STARTER),
        content_hash=folder.digest((SETTINGS, REFERENCE, SCENARIOS, *_misconception_files(folder))),
        folder=folder.path,
    )
    table.end()
    for file in (REFERENCE, STARTER, *_misconception_files(folder)):
        _require_entry(folder, file, entry)
    return exercise


def _entry(table: Table) -> str:
    entry = table.text("entry")
    if not entry.isidentifier() or keyword.iskeyword(entry):
        raise table.bad("entry", f"{entry!r} is no Python name", "name the class or function to hand in")
    return entry


def _forbidden(table: Table) -> tuple[str, ...]:
    families = table.texts("forbidden", default=())
    for family in families:
        if family not in FORBIDDEN_FAMILIES:
            raise table.bad("forbidden", f"unknown family {family!r}", suggestion(family, FORBIDDEN_FAMILIES))
    return families


def _limits(table: Table) -> Limits:
    known = {field.name: field.default for field in dataclasses.fields(Limits)}
    given: dict[str, float] = {}
    for name in table.names():
        if name not in known:
            raise table.bad(name, "unknown key", suggestion(name, list(known)))
        given[name] = table.whole(name) if isinstance(known[name], int) else float(table.number(name))
        if given[name] <= 0:
            raise table.bad(name, f"{given[name]:g} is no limit", "give a number above 0")
    return dataclasses.replace(Limits(), **given)  # type: ignore[arg-type]  # each is of its default's type


def _misconception_files(folder: Folder) -> tuple[str, ...]:
    found = (folder.path / MISCONCEPTIONS).glob("*.py")
    return tuple(sorted(f"{MISCONCEPTIONS}/{path.name}" for path in found))


def _misconceptions(table: Table, folder: Folder, scenarios: Sequence[str]) -> tuple[Misconception, ...]:
    listed = tuple(_misconception(each, scenarios) for each in table.tables(MISCONCEPTIONS, default=()))
    names = [misconception.name for misconception in listed]
    for number, name in enumerate(names, start=1):
        key = f"{MISCONCEPTIONS}[{number}].name"
        if name in names[: number - 1]:
            raise table.bad(key, f"{name!r} stands there twice", "list it once")
        if not folder.has(f"{MISCONCEPTIONS}/{name}.py"):
            file = folder.called(f"{MISCONCEPTIONS}/{name}.py")
            raise table.bad(key, f"{name!r} has no file", f"write {file}")
    for file in _misconception_files(folder):
        name = file.removeprefix(f"{MISCONCEPTIONS}/").removesuffix(".py")
        if name not in names:
            remedy = f'list it in {SETTINGS} under [[{MISCONCEPTIONS}]] with name = "{name}"'
            raise bad(folder.called(file), "file", "not listed", remedy)
    return listed


def _misconception(table: Table, scenarios: Sequence[str]) -> Misconception:
    name = table.text("name")
    if not SLUG.fullmatch(name.replace("_", "-")):
        raise table.bad("name", f"{name!r} is no slug", "use lower-case letters, digits and hyphens")
    fails = table.texts("fails")
    if not fails:
        raise table.bad("fails", "empty", "a misconception that loses nothing teaches nothing: name a scenario")
    for scenario in fails:
        if scenario not in scenarios:
            raise table.bad("fails", f"no scenario {scenario!r}", suggestion(scenario, scenarios))
    found = Misconception(name, table.text("belief"), table.text("hint"), frozenset(fails))
    table.end()
    return found


def _require_entry(folder: Folder, file: str, entry: str) -> None:
    """Refuse a file that defines no *entry* at its top level."""
    defined = set[str]()
    for node in folder.python(file).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                defined.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                defined.add(name)
    if entry not in defined:
        raise bad(folder.called(file), entry, "not defined", f"{SETTINGS} says entry = {entry!r}; define it")
