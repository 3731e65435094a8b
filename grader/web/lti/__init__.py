"""Links in learning management systems (LMS) lead here: logins, launches, keys, picking content, connecting.

login       a platform begins a login, its message comes back
begun       logins under way, for who must begin anew
arriving    where somebody goes after a launch
picking     an instructor picks content (deep linking)
connecting  a platform or a course of its is connected by a code
tab         out of the frame, into a tab of one's own
keys        our public keys
problem     what did not work, as a page

Nobody is signed in before a launch: these routes are limited by address, and take little at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import request

from grader.domain.errors import GraderError
from grader.web.context import context
from grader.web.lti import begun, connecting, keys, login, picking, problem, tab
from grader.web.pages import session

if TYPE_CHECKING:
    from flask import Flask

_MOST_BYTES = 256 * 1024
"""Of a form: a message of 64 kB, and what a registration or a choice carries around."""

_OPEN = (login, connecting, tab, keys)

blueprint = APIBlueprint("lti", __name__, enable_openapi=False, url_prefix="/lti")


def _limit() -> None:
    request.max_content_length = request.max_form_memory_size = _MOST_BYTES
    context().launch_limit.count(request.remote_addr)


for _page in _OPEN:
    _page.blueprint.before_request(_limit)
picking.blueprint.before_request(_limit)
picking.blueprint.before_request(session.require_reader)
for _page in (*_OPEN, picking):
    blueprint.register_blueprint(_page.blueprint)
blueprint.register_error_handler(GraderError, problem.shown)


def register(app: Flask) -> None:
    """Add them to *app*."""
    begun.register(app)
    tab.register(app)
    app.register_blueprint(blueprint)
