"""An exercise: its statement beside an editor, the draft, handing in."""

from __future__ import annotations

from apiflask import APIBlueprint

blueprint = APIBlueprint("exercise", __name__, enable_openapi=False)


@blueprint.get("/courses/<name:course>/exercises/<name:exercise>")
def exercise(course: str, exercise: str) -> str:
    """Show the statement and the editor."""
    raise NotImplementedError(course, exercise)
