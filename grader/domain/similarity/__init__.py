"""Which sources of one exercise share long passages, whatever their names, comments and layout.

tokens        a source as what it does: no names of its own, comments, layout, annotations, imports
own_names     which names a source gives itself, so that its author may give others
fingerprints  every so many tokens in a row as a number, of which few are kept: winnowing
ranking       pairs of a class by what they share, less what the starter and much of the class have too
passages      where two sources agree, in lines of each

It says what is alike, never why: people work together, read the same page, or think the same thought.
"""

from __future__ import annotations

from grader.domain.similarity.fingerprints import GUARANTEE, NOISE, Prints, everything, fingerprints
from grader.domain.similarity.passages import Lines, Passage, passages
from grader.domain.similarity.ranking import LEAST_SHARE, Pair, common, rank
from grader.domain.similarity.tokens import Token, tokens

__all__ = [
    "GUARANTEE",
    "LEAST_SHARE",
    "NOISE",
    "Lines",
    "Pair",
    "Passage",
    "Prints",
    "Token",
    "common",
    "everything",
    "fingerprints",
    "passages",
    "rank",
    "tokens",
]
