"""`@scenario` and `@claim`: a function that drives a subject, with its points and its title."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from grader.domain.errors import BadExercise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.kit.draw import Draw
    from grader.kit.subject import Subject

Drive: TypeAlias = "Callable[[Subject, Draw], Any]"

FILE = "scenarios.py"


@dataclass(frozen=True)
class ScenarioCode:
    """A hidden test's inside: *drive* is the lecturer's function."""

    name: str
    drive: Drive
    is_claim: bool
    terms: int | None  # length of the longest sum, for the tolerance; None: the largest fan-in
    otherwise: str  # what a student is told when a claim does not hold

    def place(self, error: BaseException | None = None) -> str:
        """Say where it stands in its file, or which of the file's lines *error* passed through last."""
        code = getattr(self.drive, "__code__", None)
        if code is None:
            return self.name
        line = _line_in(code.co_filename, error) or code.co_firstlineno
        return f"{self.name} ({FILE}, line {line})"


def scenario(
    *, points: int, title: str, visibility: str = "hidden", terms: int | None = None
) -> Callable[[Drive], ScenarioCode]:
    """Mark a function whose answers are compared with the reference's.

    It returns a tensor, number or truth value, or a tuple or dict of them (names make better feedback).
    *points*, *title* and *visibility* ("public", "hidden", "after_due") are read by the catalogue, from the text.
    *terms*: the number of products in the longest sum, when it is not the largest fan-in (a weight's gradient sums
    over N, H and W).
    """
    del points, title, visibility
    return lambda drive: ScenarioCode(drive.__name__, drive, is_claim=False, terms=terms, otherwise="")


def claim(
    *, points: int, title: str, visibility: str = "hidden", otherwise: str = "This does not hold for your code."
) -> Callable[[Drive], ScenarioCode]:
    """Mark a function that returns whether a property holds; *otherwise* is told to a student when it does not."""
    del points, title, visibility
    return lambda drive: ScenarioCode(drive.__name__, drive, is_claim=True, terms=None, otherwise=otherwise)


def load_tests(path: Path, content_hash: str) -> dict[str, ScenarioCode]:
    """Run a `scenarios.py` and return its tests by name; BadExercise when it does not run."""
    name = f"grader_exercise_{content_hash}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadExercise(f"{path}: can't be read as Python; name it scenarios.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = _line_in(str(path), error)
        raise BadExercise(f"{path}: line {line}: does not run: {type(error).__name__}: {error}") from error
    finally:
        del sys.modules[name]
    return {test.name: test for test in vars(module).values() if isinstance(test, ScenarioCode)}


def _line_in(file: str, error: BaseException | None) -> int | None:
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return next((frame.lineno for frame in reversed(frames) if frame.filename == file), None)
