"""What use cases need of other systems: to seal secrets, to send, to ask platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.lms.delivery import Answer
    from grader.domain.lms.launch import (
        Choice,
        DeepLink,
        Launch,
        LoginRequest,
        NewKey,
        Person,
        Registration,
        ToolAddresses,
    )
    from grader.domain.lms.platform import Context, LineItem, Platform
    from grader.domain.lms.score import LmsScore


class Vault(Protocol):
    """Seals what the database must not tell by itself."""

    def seal(self, text: str) -> str:
        """Return *text* so that only this service can read it."""
        ...

    def open(self, sealed: str) -> str:
        """Return what was sealed; Unavailable when another key sealed it."""
        ...


class Courier(Protocol):
    """Sends one HTTP request. Never raises: whatever happens is an answer."""

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes, hidden: Sequence[str] = ()) -> Answer:
        """POST *body*; the headers named in *hidden* keep their values out of what the answer says was sent."""
        ...


class Gradebooks(Protocol):
    """Platforms' services: AGS and NRPS. Each call brings a token, renewed once when it is refused."""

    def post_score(self, platform: Platform, line_item: LineItem, score: LmsScore) -> Answer:
        """Send a score; never raises."""
        ...

    def results(self, platform: Platform, line_item: LineItem) -> Mapping[str, float | None]:
        """Return what the platform shows, by subject, in points of *line_item*; Unavailable says why it can't."""
        ...

    def make_line_item(
        self, platform: Platform, context: Context, *, label: str, max_points: int, resource: str, tag: str
    ) -> str:
        """Make a line item; return its address. One with the same resource and tag is found again. Unavailable."""
        ...

    def members(self, platform: Platform, context: Context) -> Sequence[Person]:
        """Return everybody in a platform's course, all pages; Unavailable when one can't be read."""
        ...

    def check(self, platform: Platform, context: Context | None) -> Sequence[tuple[str, str]]:
        """Try each step of a connection; return its name and what is wrong, empty when it works.

        *context* is a course of the platform's, whose services are tried; None when none has launched yet. Later steps
        than one that fails are left out. Never raises.
        """
        ...


class Launches(Protocol):
    """LTI messages: read and written."""

    def redirect(self, platform: Platform, asked: LoginRequest, *, state: str, nonce: str, back: str) -> str:
        """Return where a browser goes to sign in at the platform; *back* is where it then brings the message."""
        ...

    def read(self, platform: Platform, id_token: str, *, nonce: str) -> Launch:
        """Return what a platform's message says; Invalid when it is not signed by it, not for us, or not from now."""
        ...

    def answer(self, platform: Platform, deep_link: DeepLink, choices: Sequence[Choice]) -> str:
        """Return the signed token that answers a deep linking request."""
        ...

    def key_set(self, public: Sequence[str]) -> Mapping[str, object]:
        """Return the JWKS of these public keys (PEM)."""
        ...

    def new_key(self) -> NewKey:
        """Return a new RSA key of ours."""
        ...

    def register(self, configuration_url: str, token: str | None, tool: ToolAddresses) -> Registration:
        """Register by itself (LTI Dynamic Registration); Unavailable says at which step it failed."""
        ...
