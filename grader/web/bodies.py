"""Request bodies, parsed once into types; sizes are checked before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from grader.domain.errors import Invalid, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


MOST_BYTES = 64 * 1024
"""Of any body but a submission's."""

MOST_FORM_BYTES = 4 * 1024 * 1024
"""Of a page's form that holds a source, of which some bytes are written as three: %3D."""

_LONGEST_ESCAPE = 6  # bytes that JSON may spend on one byte of source: \u000a
_ENVELOPE = 16 * 1024  # bytes around the source: braces, or multipart's boundaries and headers
_SHOWN_NAME = 60  # characters of a name that a caller made up


class Body(BaseModel):
    """A JSON object of exactly these fields; a field's description completes "must be …"."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


AnyBody = TypeVar("AnyBody", bound=Body)


class SourceIn(Body):
    """A submission as JSON."""

    source: str = Field(description="the Python source as a string")


def read_json(model: type[AnyBody]) -> AnyBody:
    """Return the body as *model*: 415 when it is no JSON, 400 when malformed, Invalid when it does not fit."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send JSON, with Content-Type: application/json")
    return fit_json(model, request.get_data(cache=False))


def fit_json(model: type[AnyBody], body: bytes) -> AnyBody:
    """Return JSON as *model*: 400 when malformed, Invalid when it does not fit."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _refusal(model, error, "") from None


def fit(model: type[AnyBody], given: object, *, within: str) -> AnyBody:
    """Return a part of JSON that was read as *model*; Invalid, which names the field *within* the body."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _refusal(model, error, f"{within}.") from None


def read_source(limit_kib: int) -> bytes:
    """Return the source that was sent in one of three ways; TooLarge for a body that no such source needs."""
    read = _READERS.get(request.mimetype)
    if read is None:
        kinds = ", ".join(_READERS)
        raise UnsupportedMediaType(f"send the source with a Content-Type that is one of: {kinds}")
    try:
        return read(limit_kib * 1024)
    except RequestEntityTooLarge:  # names a limit in bytes, of the body rather than of the source
        raise TooLarge(f"the source is too large: at most {limit_kib} KiB are taken") from None


def _from_json(limit: int) -> bytes:
    request.max_content_length = limit * _LONGEST_ESCAPE + _ENVELOPE
    return read_json(SourceIn).source.encode()


def _from_file(limit: int) -> bytes:
    request.max_content_length = limit + _ENVELOPE
    files = request.files.getlist("file")
    for name in {*request.files, *request.form} - {"file"}:
        raise Invalid(f"unknown field {name[:_SHOWN_NAME]!r}; send one file, as field 'file'", field=name[:_SHOWN_NAME])
    if len(files) != 1:
        raise Invalid(f"send one file, as field 'file'; there are {len(files)}", field="file")
    return files[0].stream.read()


def read_raw(limit: int) -> bytes:
    """Return the body as it is, of at most *limit* bytes: 413 before more is read, 400 when it was cut off."""
    request.max_content_length = limit + 1  # a longer body without a length is cut there: not at the limit
    data = request.get_data(cache=False)
    if request.content_length not in {None, len(data)}:
        raise BadRequest(f"the body was cut off after {len(data):,} bytes")
    return data


def read_csv(most_bytes: int) -> bytes:
    """Return a table that was sent as it is; TooLarge for a larger one."""
    if request.mimetype not in _TABLES:
        raise UnsupportedMediaType(f"send the table with a Content-Type that is one of: {', '.join(_TABLES)}")
    try:
        return read_raw(most_bytes)
    except RequestEntityTooLarge:
        raise TooLarge(f"the table is too large: at most {most_bytes // 1024} KiB are taken") from None


_TABLES = ("text/csv", "text/plain", "application/octet-stream")

_READERS: Mapping[str, Callable[[int], bytes]] = {
    "application/json": _from_json,
    "multipart/form-data": _from_file,
    "text/x-python": read_raw,
    "text/plain": read_raw,
    "application/octet-stream": read_raw,
}


def _refusal(model: type[Body], problem: ValidationError, within: str) -> Exception:
    error = problem.errors(include_url=False, include_input=False)[0]
    if error["type"] == "json_invalid":
        return BadRequest(f"malformed JSON: {error['ctx']['error']}")
    if not error["loc"]:
        return Invalid(f"the body must be a JSON object with: {', '.join(model.model_fields)}")
    name = str(error["loc"][0])[:_SHOWN_NAME]
    path = within + name
    if error["type"] == "extra_forbidden":
        return Invalid(f"unknown field {path!r}; known: {', '.join(model.model_fields)}", field=path)
    if error["type"] == "missing":
        return Invalid(f"{path!r} is missing", field=path)
    return Invalid(f"{path!r} must be {model.model_fields[name].description}", field=path)


def described(model: type[Body]) -> dict[str, Any]:
    """Return OpenAPI's request body for JSON of *model*."""
    return {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}


def described_source() -> dict[str, Any]:
    """Return OpenAPI's request body for a submission, in all three ways."""
    file = {
        "type": "object",
        "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
        "required": ["file"],
        "additionalProperties": False,
    }
    schemas = {"application/json": SourceIn.model_json_schema(), "multipart/form-data": file}
    raw = {"type": "string", "description": "The source itself, in UTF-8."}
    return {
        "required": True,
        "content": {kind: {"schema": schemas.get(kind, raw)} for kind in _READERS},
    }


def described_csv() -> dict[str, Any]:
    """Return OpenAPI's request body for a table."""
    raw = {"type": "string", "description": "The table itself, in UTF-8, or in UTF-16 with its mark."}
    return {"required": True, "content": {kind: {"schema": raw} for kind in _TABLES}}
