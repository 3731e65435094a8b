"""Webhooks come in at `/hooks/<key>`: key, size, signature, body, and then one transaction, in this order.

messages  bodies become what they say

Nobody is signed in here: the signature says who sent a message, and the endpoint what it may do.
"""

from __future__ import annotations

import json

from apiflask import APIBlueprint
from flask import Response, request
from werkzeug.exceptions import Unauthorized, UnsupportedMediaType

from grader.domain.errors import TooLarge, Unavailable
from grader.domain.lms.incoming import SubmissionCreated
from grader.domain.lms.signature import BadSignature
from grader.services import receive
from grader.web.bodies import read_raw
from grader.web.context import context, services
from grader.web.hooks import messages

PREFIX = "/hooks"

blueprint = APIBlueprint("hooks", __name__, enable_openapi=False, url_prefix=PREFIX)


@blueprint.post("/<name:key>")
def take(key: str) -> Response:
    """Take one message from who holds the endpoint's secret."""
    needs, limits = services(), context()
    door = receive.door(needs.make_uow(), needs.catalogue, key)
    message_id, body = _signed(door)
    limits.hook_limit.count(door.endpoint.id)
    message = messages.read(body)
    if len(body) > receive.MOST_BYTES and not isinstance(message, SubmissionCreated):
        raise TooLarge(f"the message has {len(body):,} bytes; at most {receive.MOST_BYTES:,} are taken of this type")
    answer = receive.receive(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        needs.bell,
        endpoint=door.endpoint,
        message_id=message_id,
        message=message,
        admit=lambda student: limits.submit_limit.count(student.id),
    )
    return Response(json.dumps(dict(answer)), mimetype="application/json")


def _signed(door: receive.Door) -> tuple[str, bytes]:
    """Return id and body of a message that the endpoint signed.

    Who sends many that it did not is told to wait, by address: nobody keeps the endpoint itself from sending.
    """
    needs, limit = services(), context().forged_limit
    if needs.vault is None:
        raise Unavailable("this service can't open secrets: its operator sets GRADER_LMS_SECRET")
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send JSON, with Content-Type: application/json")
    sender = f"{door.endpoint.id} {request.remote_addr}"
    limit.require(sender)
    body = read_raw(door.most_bytes)
    headers = {name.lower(): value for name, value in request.headers}
    try:
        return receive.signed(needs.clock, needs.vault, door.endpoint, headers, body), body
    except BadSignature as error:
        limit.count(sender)
        raise Unauthorized(str(error)) from None
