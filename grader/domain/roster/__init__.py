"""Who is in a course, from a file: what it says, and what it would change.

sheet       a CSV file becomes lines and line-wise problems
difference  lines beside the present roster become changes
"""

from grader.domain.roster.difference import Change, Difference, Kind, Member, Place, compare, removal
from grader.domain.roster.sheet import COLUMNS, MOST_BYTES, MOST_LINES, Line, Problem, Sheet, decode, parse

__all__ = [
    "COLUMNS",
    "MOST_BYTES",
    "MOST_LINES",
    "Change",
    "Difference",
    "Kind",
    "Line",
    "Member",
    "Place",
    "Problem",
    "Sheet",
    "compare",
    "decode",
    "parse",
    "removal",
]
