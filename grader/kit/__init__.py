"""The lecturer's vocabulary: what a `scenarios.py` is written with. torch lives here (and in the jail).

vocabulary.py  @scenario and @claim
draw.py        Draw: secret random numbers, the same for every subject
subject.py     Subject and Layer: stand-ins for code that runs in a guest
weights.py     which secret number goes into which of a layer's parameters
tensors.py     torch tensors to raw ones and back
tolerance.py   how far honest arithmetic may differ
marking.py     got against expected, in words
oracle.py      expected answers: the reference's, and the misconceptions'
diagnosis.py   which misconception the wrong answers prove
examiner.py    runs an exercise's scenarios on a student's code
"""

from grader.kit.draw import Draw
from grader.kit.subject import Layer, Subject
from grader.kit.tolerance import close
from grader.kit.vocabulary import claim, scenario

__all__ = ["Draw", "Layer", "Subject", "claim", "close", "scenario"]
