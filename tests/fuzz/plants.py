"""Bugs as somebody could write them one day, put into the host's parser: the fuzzer must find each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.sandbox import account, session, wire

if TYPE_CHECKING:
    from collections.abc import Callable


def _sizes_unchecked() -> None:
    """A shape is taken as it comes: negative, fractional, a text."""

    def parse_ints(values: Any) -> tuple[Any, ...]:  # noqa: ANN401 - JSON
        return tuple(values)

    wire._parse_ints = parse_ints


def _payload_unlimited() -> None:
    """What a guest claims is allocated."""
    read = wire.read

    def read_all(read_into: Callable[[memoryview], None], *, payload_limit: int) -> wire.Message:
        return read(read_into, payload_limit=payload_limit * 2**20)

    wire.read = read_all


def _text_raw() -> None:
    """The student's words are shown as they are."""

    def shown(value: object, limit: int) -> str:
        return value[:limit] if isinstance(value, str) else ""

    account.shown = shown


def _endless() -> None:
    """A loop over escapes forgets to go on."""
    parse = wire._parse_text

    def parse_text(text: str) -> str:
        while "\x1b" in text:
            pass
        return parse(text)

    wire._parse_text = parse_text


def _leftovers_kept() -> None:
    """What was said too much is taken for the next answer."""
    session.GuestSession._refuse_early_words = lambda _: None  # type: ignore[method-assign,assignment]


PLANTS: dict[str, Callable[[], None]] = {
    "sizes-unchecked": _sizes_unchecked,
    "payload-unlimited": _payload_unlimited,
    "text-raw": _text_raw,
    "endless": _endless,
    "leftovers-kept": _leftovers_kept,
}
