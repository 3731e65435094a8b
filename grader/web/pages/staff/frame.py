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
    """A page of the staff's, or an area of several; *here* is the one that is shown."""

    label: str
    address: str
    here: bool


_Page = tuple[str, str, Action]
"""What a page is called, its view, and what one must be allowed to do."""


@dataclass(frozen=True)
class Frame:
    """What `staff_base.html` needs; every page of the staff's passes one as *frame*."""

    course: Course
    role: Role

    @property
    def links(self) -> Sequence[Link]:
        """The areas that this role may see, in the order of their use; each leads to its first page."""
        areas = [(label, self._of(pages)) for label, pages in _areas()]
        return [Link(label, links[0].address, any(link.here for link in links)) for label, links in areas if links]

    @property
    def beside(self) -> Sequence[Link]:
        """The pages of the area that is shown, none where it has only one."""
        for _label, pages in _areas():
            links = self._of(pages)
            if len(pages) > 1 and any(link.here for link in links):
                return links
        return ()

    def _of(self, pages: Sequence[_Page]) -> Sequence[Link]:
        return [
            Link(label, url_for(endpoint, course=self.course.slug), _is_here(endpoint))
            for label, endpoint, action in pages
            if may(self.role, action)
        ]

    def may(self, action: str) -> bool:
        """Whether the reader may do the Action of this name: templates show no button that would be refused."""
        return may(self.role, Action[action])


def _areas() -> Sequence[tuple[str, Sequence[_Page]]]:
    """Return what stands in the menu, each area with its pages."""
    connections = (
        (_("LMS"), "pages.lms.lms", Action.SEE_DELIVERIES),
        (_("Endpoints"), "pages.endpoints.endpoints", Action.SEE_DELIVERIES),
        (_("Deliveries"), "pages.deliveries.deliveries", Action.SEE_DELIVERIES),
    )
    return (
        _alone(_("Class"), "pages.insight.overview", Action.SEE_INSIGHT),
        _alone(_("Grades"), "pages.gradebook.gradebook", Action.SEE_GRADES),
        _alone(_("People"), "pages.roster.roster", Action.SEE_ROSTER),
        _alone(_("Assignments"), "pages.assignments.assignments", Action.SEE_WORK),
        _alone(_("Regrades"), "pages.regrades.regrades", Action.REGRADE),
        (_("Connections"), connections),
        _alone(_("Board"), "pages.board.board", Action.SEE_BOARD),
        _alone(_("Log"), "pages.audit.audit", Action.SEE_AUDIT),
        _alone(_("Course"), "pages.course_settings.settings", Action.CHANGE_COURSE),
    )


def _alone(label: str, endpoint: str, action: Action) -> tuple[str, Sequence[_Page]]:
    return label, ((label, endpoint, action),)


def _is_here(endpoint: str) -> bool:
    """Whether this page is of *endpoint*'s blueprint, or of one that is named after it: roster, roster_import."""
    return f"{request.blueprint}_".startswith(f"{endpoint.rpartition('.')[0]}_")
