"""Our public keys, for platforms to verify what we sign."""

from __future__ import annotations

import json

from apiflask import APIBlueprint
from flask import Response

from grader.domain.errors import Unavailable
from grader.services import tool_keys
from grader.web.context import services
from grader.web.lti.addresses import launches

blueprint = APIBlueprint("keys", __name__, enable_openapi=False)

_CACHE = "public, max-age=300"


@blueprint.get("/jwks")
def key_set() -> Response:
    """Return the key set; the first key is made when somebody first asks."""
    needs, reads = services(), launches()
    if needs.vault is None:
        raise Unavailable("this service is not set up for an LMS: its operator sets GRADER_LMS_SECRET")
    public = tool_keys.public(needs.make_uow(), needs.clock, needs.vault, reads.new_key)
    answer = Response(json.dumps(reads.key_set(public)), mimetype="application/json")
    answer.headers["Cache-Control"] = _CACHE
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
