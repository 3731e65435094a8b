"""Whether this process can answer: it can when its database does."""

from typing import Literal

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.web.context import services

blueprint = APIBlueprint("health", __name__, tag="Health")


class HealthOut(BaseModel):
    """All is well; otherwise the answer is 503."""

    status: Literal["ok"]


@blueprint.get("/healthz")
@blueprint.output(HealthOut)
def health() -> HealthOut:
    """Tell whether the service can answer."""
    uow = services().make_uow()
    with uow.reading():
        uow.courses.by_slug("health")  # which need not exist
    return HealthOut(status="ok")
