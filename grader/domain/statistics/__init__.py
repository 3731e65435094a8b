"""What a class's results say: pure, exact while only sums are needed, floats where a root is drawn.

spread       quantiles, five numbers, bars of a histogram
correlation  how two measures go together, how far a test's parts do
fifths       a class in five groups of equal size, by what they earn elsewhere
items        a quiz's questions: difficulty, discrimination, choices
flags        which questions are bad, by those numbers
tries        an exercise's: who succeeded, after how many tries and how long, who is stuck

Too few students say nothing: below LEAST there are no numbers of a question at all, below LEAST_TO_COMPARE none that
set students beside each other. Tests hold each formula to SciPy's or NumPy's.
"""

from __future__ import annotations

from grader.domain.statistics.correlation import cronbach_alpha, pearson
from grader.domain.statistics.fifths import FIFTHS, curve, fifths
from grader.domain.statistics.flags import Flag
from grader.domain.statistics.items import LEAST, LEAST_TO_COMPARE, Chosen, Item, Response, analyse, reliability
from grader.domain.statistics.spread import Bar, Spread, bars, median, quantile, spread_of
from grader.domain.statistics.tries import STUCK_AFTER, Stuck, Success, Try, is_full, stuck, succeeded

__all__ = [
    "FIFTHS",
    "LEAST",
    "LEAST_TO_COMPARE",
    "STUCK_AFTER",
    "Bar",
    "Chosen",
    "Flag",
    "Item",
    "Response",
    "Spread",
    "Stuck",
    "Success",
    "Try",
    "analyse",
    "bars",
    "cronbach_alpha",
    "curve",
    "fifths",
    "is_full",
    "median",
    "pearson",
    "quantile",
    "reliability",
    "spread_of",
    "stuck",
    "succeeded",
]
