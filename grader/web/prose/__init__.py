"""A lecturer's Markdown and maths as HTML that is safe to show, made here: no script is needed in the browser.

render    the two ways in, and what they give
grammar   which Markdown is understood
headings  the title, levels and ids of headings
blocks    paragraphs that are a figure, or the place of an exercise or a quiz
links     which links lead somewhere
rules     what becomes of each kind of token
page      what a page gathers while it is made
listing   Python in colours
maths     a formula without inline styles
katex     KaTeX, run in this process
sanitise  what HTML may pass
figures   a figure, and the size of an SVG

Text goes through Markdown without HTML, then through a sanitiser, and only then are formulas, figures and cards put
in: these are made from parts that were checked or escaped one by one.
"""

from __future__ import annotations

from grader.web.prose.figures import Figure, svg_size
from grader.web.prose.headings import Heading
from grader.web.prose.render import Prose, render, render_inline

__all__ = ["Figure", "Heading", "Prose", "render", "render_inline", "svg_size"]
