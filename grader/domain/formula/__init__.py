"""Formulas as students write them, k²·C_in + C_out, and whether two are the same. Nothing is ever run as code.

text    Unicode, LaTeX and habits to one plain spelling
names   which variables a run of letters is
parser  plain spelling to steps; lengths, depths and powers are bounded
steps   the value of steps at points; equality
"""

from __future__ import annotations

from grader.domain.formula.names import Names
from grader.domain.formula.parser import parse
from grader.domain.formula.steps import Formula, Values, agree, points, values

__all__ = ["Formula", "Names", "Values", "agree", "parse", "points", "values"]
