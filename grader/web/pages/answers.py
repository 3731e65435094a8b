"""Answers as forms hold them.

A question's field has one value for each thing that is filled in: a text; the keys that are ticked; an item's key for
each place; an item's and a choice's key, "1=b", for each item. Beside it the form carries what was saved when the
page was made, so that a page that is old changes nothing but what its reader changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.questions import Kind, keys_in, pairs_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.datastructures import MultiDict

    from grader.domain.questions import Answer, Shown
    from grader.services.shown_attempt import AskedQuestion

FIELD, WAS = "answer-", "was-"


def values_of(asked: AskedQuestion, answer: Answer | None) -> list[str]:
    """Return what the field of *asked* holds for *answer*, in whatever form that was sent."""
    texts = [answer] if isinstance(answer, str) else list(answer or ())
    shown = asked.shown
    match asked.kind:
        case Kind.SINGLE | Kind.MULTIPLE:
            chosen = keys_in(texts, [choice.key for choice in shown.choices]) or ()
            return [choice.key for choice in shown.choices if choice.key in chosen]
        case Kind.ORDERING:
            return _places(texts, shown)
        case Kind.MATCHING:
            pairs = pairs_in(texts, shown.items, shown.choices) or {}
            return [f"{item.key}={pairs[item.key]}" if item.key in pairs else "" for item in shown.items]
        case _:
            return ["\n".join(texts)]


def _places(texts: Sequence[str], shown: Shown) -> list[str]:
    keys = [item.key for item in shown.items]
    found = texts if all(text in {*keys, ""} for text in texts) else keys_in(texts, keys) or ()
    return [*found, *("" for _ in keys)][: len(keys)]


def changed(form: MultiDict[str, str]) -> dict[str, Answer]:
    """Return the answers in *form* that differ from what was saved when its page was made, by question."""
    names = [name.removeprefix(WAS) for name in form if name.startswith(WAS)]
    return {
        name: value_in(form, name) for name in names if "\n".join(_values_in(form, name)) != _unix(form[WAS + name])
    }


def value_in(form: MultiDict[str, str], question: str) -> Answer:
    """Return the answer to *question* in *form*: one text, or a list of several; a blank text for none."""
    values = _values_in(form, question)
    if not any(value.strip() for value in values):
        return ""
    return values[0] if len(values) == 1 else values


def _values_in(form: MultiDict[str, str], question: str) -> list[str]:
    return [_unix(value) for value in form.getlist(FIELD + question)]


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")  # forms send lines as the network does
