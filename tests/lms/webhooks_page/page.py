"""docs/webhooks.md taken apart: its code, its examples, and the schemas beside it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "webhooks.md").read_text(encoding="utf-8")
_FORMATS = FormatChecker(formats=())
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^### ([a-z]+\.[a-z]+)\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def code(language: str) -> list[str]:
    """Return the page's blocks in *language*."""
    return [text for found, text in _BLOCK.findall(PAGE) if found == language]


def sections() -> dict[str, str]:
    """Return what the page says of each type of event and message."""
    return dict(_SECTION.findall(PAGE))


def example(kind: str) -> dict[str, Any]:
    """Return the page's example of one type."""
    (found,) = [text for language, text in _BLOCK.findall(sections()[kind]) if language == "json"]
    return dict(json.loads(found))


@cache
def schema(kind: str) -> dict[str, Any]:
    return dict(json.loads((DOCS / "schemas" / f"{kind}.json").read_text(encoding="utf-8")))


def problems(kind: str, body: object) -> list[str]:
    """Return what of *body* is not as the schema of *kind* says; a field that the schema doesn't name is, too."""
    told = _closed(schema(kind))
    Draft202012Validator.check_schema(told)
    checker = Draft202012Validator(told, format_checker=_FORMATS)
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(body)]


def _closed(part: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a schema that takes no field but those it names."""
    match part:
        case {"properties": _, **__}:
            return {"additionalProperties": False, **{name: _closed(each) for name, each in part.items()}}
        case dict():
            return {name: _closed(each) for name, each in part.items()}
        case list():
            return [_closed(each) for each in part]
    return part
