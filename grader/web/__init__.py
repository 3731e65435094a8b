"""The web process: an API for programs; pages for people can be added beside it.

api/        one module for each resource of /api/v1: a view parses, calls one service, answers
auth        bearer tokens
bodies      request bodies, parsed once into types
converters  which parts of addresses can be right
errors      domain errors become HTTP here, and nowhere else
headers     what every answer tells the browser not to do
limits      how often one may submit
streams     server-sent events
openapi     finishes the API's description
context     what views reach for
health      whether this process can answer
serve       gunicorn around the app
command     `grader web`
"""

from __future__ import annotations

from apiflask import APIFlask

from grader import __version__
from grader.web import api, errors, headers, health, openapi
from grader.web.bodies import MOST_BYTES
from grader.web.context import Context, Services, attach
from grader.web.converters import CONVERTERS
from grader.web.limits import SubmitLimit
from grader.web.streams import Streams

__all__ = ["Services", "create_app"]


def create_app(services: Services) -> APIFlask:
    """Return the app; connects to nothing and starts nothing."""
    app = APIFlask(
        __name__,
        title="grader",
        version=__version__,
        spec_path=f"{api.PREFIX}/openapi.json",
        docs_path=None,  # APIFlask's pages load their scripts from other hosts
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]  # Flask takes None for "no such route"
    )
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.url_map.converters.update(CONVERTERS)
    attach(app, Context(services, Streams(services.streams), SubmitLimit(services.submit_limit)))
    openapi.describe(app, signed_in_below=api.PREFIX)
    errors.register(app)
    headers.register(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(api.blueprint)
    return app
