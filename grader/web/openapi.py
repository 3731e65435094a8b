"""Finish what APIFlask writes about the API: sign-in, short names, the errors that any call may end with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.web.auth import SECURITY_SCHEME
from grader.web.errors import ProblemOut

if TYPE_CHECKING:
    from apiflask import APIFlask

_SCHEMAS = "#/components/schemas/"
_DEFAULT_ERROR = "HTTPError"  # APIFlask's name for the body of an error
_ANY_CALL = {500: "A fault of ours, noted under a reference", 503: "Try again in a moment"}
_SIGNED_IN_CALL = {401: "No token, or none that is valid", **_ANY_CALL}


def describe(app: APIFlask, *, signed_in_below: str) -> None:
    """Set what the description says about *app*, whose addresses below *signed_in_below* want a token."""
    about = "Hand in exercises and quizzes of a lesson, follow their grading, read the gradebook."
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        INFO={"description": about},
        SECURITY_SCHEMES=SECURITY_SCHEME,
        SERVERS=[{"url": "/"}],  # not the Host header of whoever asks first
        AUTO_OPERATION_ID=True,
        AUTO_VALIDATION_ERROR_RESPONSE=False,  # each view says which errors it has
        NOT_FOUND_DESCRIPTION="No such thing, or none that you may see",
        HTTP_ERROR_SCHEMA=ProblemOut.model_json_schema(ref_template=_SCHEMAS + "{model}"),
    )

    def finish(spec: dict[str, Any] | str) -> dict[str, Any]:
        if isinstance(spec, str):
            raise TypeError("the description is written as JSON")
        problem = spec["components"]["schemas"].pop(_DEFAULT_ERROR)
        spec["components"]["schemas"] |= {**problem.pop("$defs"), ProblemOut.__name__: problem}
        tags = set[str]()
        for path, operations in spec["paths"].items():
            for operation in operations.values():
                _finish_operation(operation, signed_in=path.startswith(signed_in_below))
                tags.update(operation["tags"])
        spec["tags"] = [{"name": tag} for tag in sorted(tags)]
        spec["components"]["schemas"] = {_short(name): schema for name, schema in spec["components"]["schemas"].items()}
        finished: dict[str, Any] = _with_short_names(spec)
        return finished

    app.spec_processor(finish)


def _finish_operation(operation: dict[str, Any], *, signed_in: bool) -> None:
    operation["security"] = [{name: [] for name in SECURITY_SCHEME}] if signed_in else []
    schema = {"$ref": _SCHEMAS + ProblemOut.__name__}
    for status, description in (_SIGNED_IN_CALL if signed_in else _ANY_CALL).items():
        operation["responses"].setdefault(str(status), {"description": description})
    for status, answer in operation["responses"].items():
        if status >= "400":
            answer["content"] = {"application/json": {"schema": schema}}


def _with_short_names(part: Any) -> Any:  # noqa: ANN401 - any part of a JSON document
    """Return *part* of the description with all references renamed as `_short` does."""
    match part:
        case {"$ref": str(ref), **others}:
            return {"$ref": _SCHEMAS + _short(ref.removeprefix(_SCHEMAS)), **others}
        case dict():
            return {key: _with_short_names(value) for key, value in part.items()}
        case list():
            return [_with_short_names(value) for value in part]
    return part


def _short(name: str) -> str:
    """Return a schema's own name: APIFlask puts the name of whatever contains it before it.

    >>> _short("ExercisesOut.ScenarioOut"), _short("HTTPError")
    ('ScenarioOut', 'ProblemOut')
    """
    return ProblemOut.__name__ if name == _DEFAULT_ERROR else name.rpartition(".")[2]
