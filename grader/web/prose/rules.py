"""What becomes of each kind of token that Markdown's own rules don't do as we need it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.web.prose import figures, listing
from grader.web.prose.katex import BadMathsError
from grader.web.prose.maths import typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

    from grader.web.prose.page import Page

_FIGURE = re.compile(r"figures/([a-z0-9-]+\.svg)")


def _figure(page: Page, token: Token) -> str:
    name = _FIGURE.fullmatch(str(token.attrs.get("src", "")))
    found = page.figure(name[1]) if name else None
    if found is None:
        return Markup("<p>{}</p>\n").format(_no_figure(token.content))
    return page.keep(figures.drawn(found, alt=token.content, caption=str(token.attrs.get("title", token.content))))


def _image(_: Page, token: Token) -> str:
    return _no_figure(token.content)  # one that shares its paragraph


def _no_figure(alt: str) -> Markup:
    return Markup('<span class="no-figure">{}</span>').format(alt)


def _place(page: Page, token: Token) -> str:
    card = page.place(token.meta["kind"], token.meta["slug"], token.content)
    return Markup("<p>{}</p>\n").format(token.content) if card is None else page.keep(card)


def _code(page: Page, token: Token) -> str:
    language = (token.info.split() or [""])[0].lower()
    code = listing.listed(token.content, language=language)
    scrolls = page.scrolls("Code", role="group")  # no landmark: a quiz has many
    return Markup("<pre {}><code>{}</code></pre>\n").format(scrolls, code)


def _table_open(page: Page, _: Token) -> str:
    return Markup('<div class="scroll" {}><table>\n').format(page.scrolls("Table"))


def _table_close(_: Page, __: Token) -> str:
    return "</table></div>\n"


def _inline_maths(page: Page, token: Token) -> str:
    return _maths(page, token.content, display=False)


def _display_maths(page: Page, token: Token) -> str:
    return _maths(page, token.content, display=True)


def _maths(page: Page, tex: str, *, display: bool) -> str:
    try:
        formula = typeset(tex.strip(), display=display)
    except BadMathsError:
        return Markup('<code class="maths-error">{}</code>').format(tex)
    page.rules |= formula.rules
    if not display:
        return page.keep(formula.html)
    return page.keep(Markup('<span class="maths" {}>{}</span>').format(page.scrolls("Formula"), formula.html))


def _rule(make: Any) -> Any:  # noqa: ANN401 - a rule is bound to the renderer, whose types don't foresee an env of ours
    def rule(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:  # noqa: ANN401 - as above
        return str(make(env["page"], tokens[index]))

    return rule


RULES = {
    "figure": _rule(_figure),
    "place": _rule(_place),
    "image": _rule(_image),
    "fence": _rule(_code),
    "code_block": _rule(_code),
    "table_open": _rule(_table_open),
    "table_close": _rule(_table_close),
    "math_inline": _rule(_inline_maths),
    "math_inline_double": _rule(_display_maths),
    "math_block": _rule(_display_maths),
}
