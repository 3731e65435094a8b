"""Whatever a page says, what comes out can run nothing, load nothing and look like nothing else of the page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from grader.web.prose import Figure, Prose, render, render_inline
from grader.web.prose.page import Page
from tests.web.prose.seen import dangers, elements

RULE = re.compile(r"\.k-[0-9a-f]{10}\{(?: ?[a-z-]+:[#\w.% +()-]+!important;)+\}")

ATTACKS = {
    "a script": "<script>alert(1)</script>",
    "a script in words": "a <script>alert(1)</script> b",
    "an event": "<img src=x onerror=alert(1)>",
    "an event on a broken tag": "<img src=x onerror=alert(1) //",
    "a style": '<p style="position:fixed;inset:0">x</p>',
    "a style sheet": "<style>*{display:none}</style>",
    "a frame": "<iframe src=https://example.org></iframe>",
    "a form": "<form action=https://example.org><input name=password></form>",
    "a base": "<base href=https://example.org>",
    "a refresh": '<meta http-equiv=refresh content="0;url=https://example.org">',
    "a comment that ends early": "<!--><script>alert(1)</script>-->",
    "a declaration": "<![CDATA[<script>alert(1)</script>]]>",
    "a script link": "[x](javascript:alert(1))",
    "a script link in capitals": "[x](JaVaScRiPt:alert(1))",
    "a script link with a tab": "[x](java&Tab;script:alert(1))",
    "a script link in numbers": "[x](&#106;avascript:alert(1))",
    "a script link between brackets": "[x](<javascript:alert(1)>)",
    "a script address": "<javascript:alert(1)>",
    "a script link by reference": "[x][y]\n\n[y]: javascript:alert(1)",
    "a data link": "[x](data:text/html,<script>alert(1)</script>)",
    "a data picture's link": "[x](data:image/png;base64,AAAA)",
    "a data picture": "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "a picture from elsewhere": "![x](https://example.org/seen.png)",
    "a picture from above": "![x](figures/../../secret.svg)",
    "a link without a scheme": "[x](//example.org)",
    "a link to a page of ours": "[x](/sign-out)",
    "a file": "[x](file:///etc/passwd)",
    "a title that closes": '[x](https://example.org "\\" onclick=alert(1) x=\\"")',
    "a link that closes": '[x](https://example.org/"onclick="alert(1))',
    "alternatives that close": '![" onerror="alert(1)](figures/known.svg)',
    "a caption that closes": '![x](figures/known.svg "</figcaption><script>alert(1)</script>")',
    "a heading": '## x" onclick="alert(1) <script>alert(1)</script>',
    "a title": "# <script>alert(1)</script>",
    "a cell": "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "code": "```python\n</code></pre><script>alert(1)</script>\n```",
    "a language": '```"><script>alert(1)</script>\nx\n```',
    "code in words": "`</code><script>alert(1)</script>`",
    "a place": "[<script>alert(1)</script>](exercise:none)",
    "a place's address": '[x](exercise:"><script>alert(1)</script>)',
    "maths": r"$<script>alert(1)</script>$",
    "maths that links": r"$\href{javascript:alert(1)}{x}$",
    "maths that loads": r"$\includegraphics{https://example.org/seen.png}$",
    "maths with HTML in it": r"$\htmlStyle{position:fixed}{x}\htmlData{a=b}{x}\htmlClass{top}{x}\htmlId{y}{x}$",
    "maths with a colour that isn't one": r"$\color{red;position:fixed}{x}$",
    "maths in words": r"$\text{</span><script>alert(1)</script>}$",
    "maths that is wrong": r"$\frac{<img src=x onerror=alert(1)>$",
    "display maths that closes": "$$</annotation><script>alert(1)</script>$$",
}


def known(name: str) -> Figure | None:
    return Figure("/figures/known.svg", 6, 4) if name == "known.svg" else None


def both(text: str) -> tuple[Prose, Prose]:
    return render(text, figure=known), render_inline(text)


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_inert(text: str) -> None:
    for prose in both(text):
        assert dangers(prose.html) == []
        assert all(RULE.fullmatch(rule) for rule in prose.styles.splitlines())


@given(st.lists(st.sampled_from([*ATTACKS.values(), *"<>\"'`$|#-*_[]()!\\\n &;:x", "\n\n", "$$", "```"]), max_size=12))
@settings(max_examples=150, deadline=None)
def test_so_are_attacks_inside_attacks(parts: list[str]) -> None:
    for prose in both("".join(parts)):
        assert dangers(prose.html) == []


def test_raw_html_is_shown_as_it_was_written() -> None:
    assert "&lt;b&gt;bold&lt;/b&gt;" in render("<b>bold</b>").html


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("[x](https://example.org/a?b=c)", {"href": "https://example.org/a?b=c", "rel": "noopener"}),
        ("<http://example.org>", {"href": "http://example.org", "rel": "noopener"}),
        ("[x](mailto:ada@example.org)", {"href": "mailto:ada@example.org"}),
        ("[x](#what-it-costs)", {"href": "#s-what-it-costs"}),
        ("[x](#s-what-it-costs)", {"href": "#s-what-it-costs"}),
    ],
)
def test_honest_links_lead_there(text: str, attributes: dict[str, str]) -> None:
    assert [link.attributes for link in elements(render(text).html, "a")] == [attributes]


@pytest.mark.parametrize("target", ["//example.org", "/sign-out", "other.md", "ftp://example.org", "quiz:quiz"])
def test_of_other_links_the_words_stay(target: str) -> None:
    assert render(f"see [**these** words]({target}) here").html == "<p>see <strong>these</strong> words here</p>\n"


def test_what_stands_for_a_formula_is_new_each_time() -> None:
    first, second = (Page(known, lambda *_: None).keep(Markup("piece")) for _ in range(2))
    assert first != second


def test_text_that_looks_like_a_stand_in_is_text() -> None:
    assert render("$x$ 0x0").html.endswith(" 0x0</p>\n")
