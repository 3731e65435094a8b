"""The web process: pages for people, an API for programs.

pages/      one module for each page or form: a view parses, calls one service, shows a template
api/        one module for each resource of /api/v1: a view parses, calls one service, answers
lti/        links in learning management systems lead here
hooks/      their webhooks come in here
prose/      Markdown and maths as safe HTML
plots/      numbers as pictures
auth        bearer tokens
bodies      request bodies, parsed once into types
lms_calls   what pages and API share of calls about LMSes
lms_words   what each family of platforms calls its fields
converters  which parts of addresses can be right
errors      domain errors become HTTP here, and nowhere else
headers     what every answer tells the browser not to do
gradebook_query  which rows of a gradebook an address wants
gradebook_table  how its page shows them
gradebook_files  how it leaves the service
limits      how often somebody may do something
framing     who may show a page in a frame, where its forms may go
sessions    what a browser holds: one cookie, and one for frames
streams     server-sent events
watch       those of one submission
waiting     how far it is and how long it takes, in words
result      what it got, as its page tells it
evidence    the numbers of a test, in words and as a picture
openapi     finishes the API's description
context     what views reach for
i18n        the reader's language
look        what every template may use
heat        a small picture of an error
health      whether this process can answer
serve       gunicorn around the app
connection  clients that are slow, or gone
command     `grader web`

static/     styles and scripts; those of others in static/vendor/
templates/  pages; `base.html` is around each
translations/  one file for each language but English
"""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from grader import __version__
from grader.services.sign_in import SESSION
from grader.web import api, errors, headers, health, hooks, i18n, look, lti, openapi, pages
from grader.web.bodies import MOST_BYTES
from grader.web.context import Context, Services, attach
from grader.web.converters import CONVERTERS
from grader.web.limits import Limit
from grader.web.sessions import Sessions
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
    )
    _configure(app, services)
    app.session_interface = Sessions()
    app.url_map.converters.update(CONVERTERS)
    attach(
        app,
        Context(
            services,
            Streams(services.streams),
            submit_limit=Limit(services.submit_limit, "submissions"),
            sign_in_limit=Limit(services.sign_in_limit, "tries to sign in"),
            change_limit=Limit(services.change_limit, "changes"),
            launch_limit=Limit(services.launch_limit, "launches from your network"),
            hook_limit=Limit(services.hook_limit, "webhooks"),
            forged_limit=Limit(services.forged_limit, "webhooks with a wrong signature"),
        ),
    )
    openapi.describe(app, signed_in_below=api.PREFIX)
    errors.register(app, api_below=("/api/", "/healthz", f"{hooks.PREFIX}/"))
    headers.register(app)
    i18n.register(app)
    look.register(app)
    pages.register(app)
    lti.register(app)
    app.register_blueprint(hooks.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(api.blueprint)
    Compress(app)
    if services.proxies:  # of what they tell, the client's address alone
        wsgi_app = ProxyFix(app.wsgi_app, x_for=services.proxies, x_proto=0, x_host=0)
        app.wsgi_app = wsgi_app  # type: ignore[method-assign]
    return app


def _configure(app: APIFlask, services: Services) -> None:
    is_secure = services.url.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        SECRET_KEY=services.session_secret,
        SESSION_COOKIE_NAME="__Host-grader" if is_secure else "grader",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION,
        SESSION_REFRESH_EACH_REQUEST=False,  # else static files, which caches keep, would bring the reader's cookie
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),  # addresses of static files change with their content
        WTF_CSRF_TIME_LIMIT=None,  # a form is good for as long as its reader is signed in
        WTF_CSRF_SSL_STRICT=False,  # the token tells; referrers are often held back
        WTF_CSRF_CHECK_DEFAULT=False,  # programs send no cookies; `pages` checks
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "image/svg+xml"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "deflate"],
        COMPRESS_STREAMS=True,  # static files come as streams; events are of no type above
    )
