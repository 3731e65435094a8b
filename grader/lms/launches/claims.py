"""A message's claims: each is of the kind and length that it must be, or the message is not taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grader.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LTI = "https://purl.imsglobal.org/spec/lti/claim"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

LONGEST_ID = 255  # characters, by LTI 1.3 §5
LONGEST = 2000  # of any other text
_LONGEST_URL = 4000
_MOST = 200  # entries of a list or an object


@dataclass(frozen=True)
class Claims:
    """An object of a message; *name* is how a sentence calls it."""

    told: Mapping[str, object]
    name: str = ""

    def text(self, key: str, longest: int = LONGEST) -> str:
        """Return a text, empty when there is none; Invalid when it is something else or too long."""
        value = self.told.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Invalid(f"{self._called(key)} must be a text")
        if len(value) > longest:
            raise Invalid(f"{self._called(key)} is longer than {longest} characters")
        if "\x00" in value or not _is_unicode(value):
            raise Invalid(f"{self._called(key)} holds what is no character")
        return value

    def required(self, key: str, longest: int = LONGEST) -> str:
        """Return a text; Invalid when there is none."""
        value = self.text(key, longest)
        if not value.strip():
            raise Invalid(f"{self._called(key)} is missing")
        return value

    def url(self, key: str) -> str:
        """Return an address of the web, empty when there is none."""
        value = self.text(key, _LONGEST_URL)
        if value and not is_web(value):
            raise Invalid(f"{self._called(key)} must be an address that begins with https://")
        return value

    def texts(self, key: str) -> Sequence[str]:
        """Return a list of texts, empty when there is none."""
        value = self.told.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > _MOST:
            raise Invalid(f"{self._called(key)} must be a list of at most {_MOST} texts")
        return tuple(Claims({"": each}, self._called(key)).text("") for each in value)

    def section(self, key: str) -> Claims:
        """Return an object, empty when there is none."""
        value = self.told.get(key)
        if value is None:
            return Claims({}, self._called(key))
        if not isinstance(value, dict) or len(value) > _MOST:
            raise Invalid(f"{self._called(key)} must be an object of at most {_MOST} entries")
        return Claims(value, self._called(key))

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a yes or no, which some platforms write as text."""
        value = self.told.get(key)
        if value is None:
            return default
        return str(value).lower() == "true"

    def seconds(self, key: str) -> float:
        """Return a moment in Unix seconds; Invalid when there is none."""
        value = self.told.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 2**40:
            raise Invalid(f"{self._called(key)} must be a time in Unix seconds")
        return value

    def _called(self, key: str) -> str:
        leaf = key.rsplit("/", 1)[-1]
        if not self.name:
            return f"the message's {leaf}"
        return f"{self.name} → {leaf}" if leaf else f"an entry of {self.name}"


def is_web(url: str) -> bool:
    r"""Whether *url* is an address of the web, and a browser would read it so.

    >>> [is_web(url) for url in ("https://lms.example/a?b", "javascript:alert(1)", "https:///x", "https://a\tb/")]
    [True, False, False, False]
    """
    if not url.isprintable() or any(character in url for character in " \\<>\"'`"):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and parts.username is None and _has_port(url)
    except ValueError:
        return False


def _has_port(url: str) -> bool:
    """Whether the port, if there is one, is a number; ValueError when not."""
    port = urlsplit(url).port
    return port is None or port > 0


def _is_unicode(text: str) -> bool:
    """Whether *text* can be kept: JSON can spell halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
