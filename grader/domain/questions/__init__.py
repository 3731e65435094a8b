"""The kinds of a quiz's questions. Each file has the question as a lecturer writes it and as a student is asked it.

common    what all kinds share: Question, Drawn, Verdict, Kind
known     wrong answers that a lecturer foresaw, and which explanation is told
numeric   one number, exact or within a tolerance, in a unit
shape     a tensor's sizes, in a layout
choice    one or several of some choices
formula   a formula in named variables, in any equivalent form
ordering  items to be put in order
matching  items, each to be matched with one of some choices
output    what a few lines of code print

What can't be asked, or would be marked wrongly in some draw, is refused at once: Invalid, whose *field* names the
key in the lecturer's file.
"""

from __future__ import annotations

from grader.domain.questions.choice import Choice, ChoiceQuestion
from grader.domain.questions.common import Answer, Drawn, Kind, Option, Question, Shown, Verdict, keys_in
from grader.domain.questions.formula import FormulaQuestion
from grader.domain.questions.known import KnownWrong
from grader.domain.questions.matching import Distractor, MatchingQuestion, Mismatch, Pair, pairs_in
from grader.domain.questions.numeric import NumericQuestion
from grader.domain.questions.ordering import OrderingQuestion
from grader.domain.questions.output import OutputQuestion
from grader.domain.questions.shape import ShapeQuestion

__all__ = [
    "Answer",
    "Choice",
    "ChoiceQuestion",
    "Distractor",
    "Drawn",
    "FormulaQuestion",
    "Kind",
    "KnownWrong",
    "MatchingQuestion",
    "Mismatch",
    "NumericQuestion",
    "Option",
    "OrderingQuestion",
    "OutputQuestion",
    "Pair",
    "Question",
    "ShapeQuestion",
    "Shown",
    "Verdict",
    "keys_in",
    "pairs_in",
]
