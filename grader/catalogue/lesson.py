"""lesson.toml and lesson.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.lesson import Lesson

if TYPE_CHECKING:
    from grader.catalogue.files import Folder

SETTINGS, PAGE = "lesson.toml", "lesson.md"


def read_lesson(folder: Folder, *, slug: str) -> Lesson:
    """Return the lesson in *folder*; BadExercise names the file, the key and what to do."""
    table = folder.toml(SETTINGS)
    lesson = Lesson(
        slug=slug,
        title=table.text("title"),
        order=table.whole("order"),
        minutes=table.whole("minutes"),
        page=folder.text(PAGE),
    )
    table.end()
    return lesson
