"""A quiz, and attempts at it."""

from __future__ import annotations

from apiflask import APIBlueprint

blueprint = APIBlueprint("quiz", __name__, enable_openapi=False)


@blueprint.get("/courses/<name:course>/quizzes/<name:quiz>")
def quiz(course: str, quiz: str) -> str:
    """Show the quiz, its rules and the reader's attempts."""
    raise NotImplementedError(course, quiz)
