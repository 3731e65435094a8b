"""KaTeX, run in this process by V8: started when first needed, one formula at a time."""

from __future__ import annotations

import atexit
from pathlib import Path
from threading import Lock

from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer

SCRIPT = Path(__file__).with_name("katex.min.js")
UNKNOWN = "#ab1e5e"
"""The colour of what KaTeX shows as it was written, because it doesn't know or trust it."""

_SECONDS, _LONGEST, _MEMORY = 10.0, 2_000, 256 * 1024**2  # for a formula; characters; bytes of the heap
_OPTIONS = {
    "output": "htmlAndMathml",
    "throwOnError": True,
    "errorColor": UNKNOWN,
    "trust": False,
    "strict": "ignore",
    "maxExpand": 300,
    "maxSize": 50,  # em
}


class BadMathsError(Exception):
    """This TeX can't be shown as a formula; who wrote it must change it."""


class Katex:
    """A V8 with KaTeX in it; one that ran out of memory is followed by a new one at the next call."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._racer: MiniRacer | None = None

    def html(self, tex: str, *, display: bool) -> str:
        """Return HTML with MathML in it; BadMathsError when KaTeX can't read *tex*, or not in time."""
        if len(tex) > _LONGEST:
            raise BadMathsError(f"longer than {_LONGEST} characters")
        with self._turn:
            self._racer = self._racer or _started()
            try:
                return _answer(self._racer, tex, display=display)
            except JSTimeoutException as error:
                raise BadMathsError("takes too long") from error
            except JSOOMException as error:
                self._racer = None  # it is of no use any more; closed now, it would be missed by what it still runs
                raise BadMathsError("takes too much memory") from error
            except JSEvalException as error:
                raise BadMathsError(str(error)) from error


def _started() -> MiniRacer:
    racer = MiniRacer()
    atexit.register(racer.close)  # later, when Python takes itself apart, it would wait for a thread that is gone
    racer.set_hard_memory_limit(_MEMORY)
    racer.eval(SCRIPT.read_text(encoding="utf-8"))
    return racer


def _answer(racer: MiniRacer, tex: str, *, display: bool) -> str:
    options = {**_OPTIONS, "displayMode": display}
    return str(racer.call("katex.renderToString", tex, options, timeout_sec=_SECONDS))
