"""Open edX's own LTI platform (`lti-consumer-xblock`) in a small Django site, for the tests to talk to over HTTP.

Runs by the interpreter of build/openedx-env, which is apart from ours: `campus.py FOLDER`. A line of JSON on standard
input says who the tool is (its public key, its addresses), one on standard output where the platform's services are.
Then it serves until standard input is closed. What Open edX itself would do around it, the courses and their grade
book, is not there: scores are kept by the package's tables, which is what its services answer from.
"""
# mypy: ignore-errors

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import include, path

SUBJECT = "edx-ada"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: standard error is for faults."""


def launch(request: HttpRequest) -> JsonResponse:
    """Answer a tool's login as the platform's launch does: with the message that its consumer signs."""
    from lti_consumer.models import LtiConfiguration  # noqa: PLC0415 - after setup

    consumer = LtiConfiguration.objects.get().get_lti_consumer()
    consumer.set_user_data(user_id=SUBJECT, role="student", full_name="Ada", email_address="ada@edx.example")
    consumer.set_resource_link_claim("link-1", title="Pointwise")
    consumer.set_context_claim("course-1", ["course_offering"], context_title="Networks", context_label="N")
    consumer.set_custom_parameters({"item": "exercise:pointwise-conv"})
    return JsonResponse(consumer.generate_launch_request(request.GET.dict()))


def _configure(folder: str, base: str) -> None:
    settings.configure(
        SECRET_KEY="of a test",  # noqa: S106 - protects nothing
        ALLOWED_HOSTS=["127.0.0.1"],
        LTI_API_BASE=base,
        LMS_ROOT_URL=base,
        PLATFORM_NAME="Campus",
        USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(folder) / "campus.db")}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "lti_consumer"],
    )
    django.setup()
    settings.ROOT_URLCONF = (path("api/", include("lti_consumer.plugin.urls")), path("launch", launch))
    call_command("migrate", verbosity=0)


def _connect(tool: dict[str, str]) -> Any:  # noqa: ANN401 - a model, known after setup
    from lti_consumer.models import Lti1p3Passport, LtiConfiguration  # noqa: PLC0415 - after setup

    passport = Lti1p3Passport.objects.create(name="grader", lti_1p3_tool_public_key=tool["public_key"])
    return LtiConfiguration.objects.create(
        version=LtiConfiguration.LTI_1P3,
        config_store=LtiConfiguration.CONFIG_ON_DB,
        lti_1p3_passport=passport,
        lti_1p3_oidc_url=tool["login_url"],
        lti_1p3_launch_url=tool["launch_url"],
        lti_1p3_redirect_uris=[tool["launch_url"]],
        lti_advantage_ags_mode=LtiConfiguration.LTI_ADVANTAGE_AGS_PROGRAMMATIC,
    )


def main() -> None:
    """Serve on loopback, on a port of the system's choice."""
    tool = json.loads(sys.stdin.readline())
    server = make_server("127.0.0.1", 0, None, server_class=WSGIServer, handler_class=_Quiet)
    base = f"http://127.0.0.1:{server.server_port}"
    _configure(sys.argv[1], base)
    kept = _connect(tool)
    server.set_app(get_wsgi_application())
    told = {
        "issuer": base,
        "client_id": kept.lti_1p3_client_id,
        "auth_url": f"{base}/launch",
        "token_url": f"{base}/api/lti_consumer/v1/token/{kept.passport_id}",
        "jwks_url": f"{base}/api/lti_consumer/v1/public_keysets/{kept.passport_id}",
    }
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
