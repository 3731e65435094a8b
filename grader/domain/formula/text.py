"""One plain spelling of a formula, whatever was typed: Unicode, LaTeX, a side left of "="."""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
_SUBSCRIPTS = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089"
_RAISED = {**{sign: str(digit) for digit, sign in enumerate(_SUPERSCRIPTS)}, "\u207b": "-", "\u207a": "+"}
_SIGNS = {
    **dict.fromkeys("\u00b7\u22c5\u2219\u2022\u00d7\u2715\u2217", "*"),
    **dict.fromkeys("\u00f7\u2215\u2044", "/"),
    **dict.fromkeys("\u2212\u2013\u2014", "-"),
    **{sign: str(digit) for digit, sign in enumerate(_SUBSCRIPTS)},
    "[": "(",
    "]": ")",
}
_COMMANDS = {
    **dict.fromkeys(("cdot", "times", "ast"), "*"),
    "div": "/",
    **dict.fromkeys(("left", "right", "bigl", "bigr", "displaystyle", "quad"), " "),
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    **dict.fromkeys(("dfrac", "tfrac"), " frac "),
}
_RAISED_RUN = re.compile(f"[{re.escape(''.join(_RAISED))}]+")
_UPRIGHT = re.compile(r"\\(?:text|mathrm|mathit|textit|operatorname)\s*\{\s*(\w*)\s*\}")
_SUBSCRIPT = re.compile(r"_\s*\{\s*(\w*)\s*\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)|\\[,;:! ]")


def plain(text: str) -> str:
    r"""Return *text* in ASCII signs; of an equation the last side.

    >>> plain(r"$\text{params} = k^{2} \cdot C_{\text{in}}$"), plain("k² × C₁"), plain("ηᵀ")
    (' k^(2) * C_in', 'k^(2) * C1', 'etaT')
    """
    side = text.replace("$", "").rpartition("=")[2]
    side = _RAISED_RUN.sub(lambda run: f"^({''.join(_RAISED[sign] for sign in run[0])})", side)
    side = _SUBSCRIPT.sub(r"_\1", _UPRIGHT.sub(r"\1", side))
    side = _COMMAND.sub(lambda found: _COMMANDS.get(found[1] or ",", f" {found[1] or ''} "), side)
    return "".join(map(_alike, side)).replace("{", "(").replace("}", ")")


def _alike(sign: str) -> str:
    """Return how *sign* is written in ASCII: a digit or letter of any style, a Greek letter by its name."""
    if sign.isascii() or sign in "⌊⌋⌈⌉":
        return sign
    if sign in _SIGNS:
        return _SIGNS[sign]
    simple = unicodedata.normalize("NFKC", sign)
    if simple.isascii() and simple.isalnum():
        return simple
    if simple.isspace():
        return " "
    words = unicodedata.name(simple, "").split() if len(simple) == 1 else []
    if words[:1] == ["GREEK"] and words[2:3] == ["LETTER"] and len(words) == len(("GREEK", "SMALL", "LETTER", "PI")):
        return words[3].lower() if words[1] == "SMALL" else words[3].title()
    return sign
