"""Whose solutions share long passages: a list for each exercise, and two side by side."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template

from grader.services import similarity
from grader.services.class_passages import MOST_PAIRS
from grader.web.context import current_user, services
from grader.web.lines import marked, numbered
from grader.web.pages.staff.frame import Frame

blueprint = APIBlueprint("similar", __name__, enable_openapi=False)

SIDES = ("one", "other")


@blueprint.get("/courses/<name:course>/staff/exercises/<name:exercise>/similar")
def similar(course: str, exercise: str) -> str:
    """List the pairs that share most."""
    needs = services()
    found = similarity.similar(
        needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, exercise_slug=exercise
    )
    return render_template("staff_similar.html", frame=Frame(found.course, found.role), found=found, most=MOST_PAIRS)


@blueprint.get("/courses/<name:course>/staff/similar/<int:one>/<int:other>")
def side_by_side(course: str, one: int, other: int) -> str:
    """Show two submissions beside each other, what they share marked."""
    needs = services()
    found = similarity.side_by_side(
        needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, one_id=one, other_id=other
    )
    works = (found.one, found.other)
    spans = ([passage.one for passage in found.passages], [passage.other for passage in found.passages])
    stretches = [marked(numbered(work.submission.source), each) for work, each in zip(works, spans, strict=True)]
    sides = zip(SIDES, reversed(SIDES), works, stretches, strict=True)
    return render_template("staff_side_by_side.html", frame=Frame(found.course, found.role), found=found, sides=sides)
