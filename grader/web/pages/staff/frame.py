"""The frame around the staff's pages: where one can go from here, as one's role allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import request, url_for

from grader.domain.permissions import Action, may
from grader.web.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.people import Course, Role


class Link(NamedTuple):
    """A page of the staff's; *here* is the one that is shown."""

    label: str
    address: str
    here: bool


@dataclass(frozen=True)
class Frame:
    """What `staff_base.html` needs; every page of the staff's passes one as *frame*."""

    course: Course
    role: Role

    @property
    def links(self) -> Sequence[Link]:
        """The pages that this role may see, in the order of their use."""
        pages = (
            (_("Class"), "pages.insight.overview", Action.SEE_INSIGHT),
            (_("Grades"), "pages.gradebook.gradebook", Action.SEE_GRADES),
            (_("People"), "pages.roster.roster", Action.SEE_ROSTER),
            (_("Assignments"), "pages.assignments.assignments", Action.SEE_WORK),
            (_("Regrades"), "pages.regrades.regrades", Action.REGRADE),
            (_("Board"), "pages.board.board", Action.SEE_BOARD),
            (_("Log"), "pages.audit.audit", Action.SEE_AUDIT),
            (_("Course"), "pages.course_settings.settings", Action.CHANGE_COURSE),
        )
        return [
            Link(label, url_for(endpoint, course=self.course.slug), _is_here(endpoint))
            for label, endpoint, action in pages
            if may(self.role, action)
        ]

    def may(self, action: str) -> bool:
        """Whether the reader may do the Action of this name: templates show no button that would be refused."""
        return may(self.role, Action[action])


def _is_here(endpoint: str) -> bool:
    """Whether this page is of *endpoint*'s blueprint, or of one that is named after it: roster, roster_import."""
    return f"{request.blueprint}_".startswith(f"{endpoint.rpartition('.')[0]}_")
