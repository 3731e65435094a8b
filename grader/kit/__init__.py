"""The lecturer's vocabulary: what a `scenarios.py` is written with. torch lives here (and in the jail).

vocabulary.py  @scenario and @claim
draw.py        Draw: secret random numbers, the same for every subject
subject.py     Subject: the stand-in for a student's file in a guest
layer.py       Layer: the stand-in for a module in a guest
devices.py     what torch finds on this machine
exchange.py    what the two share: the guest, how to compute, what was said
weights.py     which secret number goes into which of a layer's parameters
tensors.py     torch tensors to raw ones and back
tolerance.py   how far honest arithmetic may differ
words.py       what a value is, in words, openly or plainly
marking.py     got against expected
verdict.py     one scenario's outcome, and what may be told of it
oracle.py      expected answers: the reference's, and the misconceptions'
diagnosis.py   which misconception the wrong answers prove
examiner.py    runs an exercise's scenarios on a student's code
"""

from grader.kit.draw import Draw
from grader.kit.layer import Layer
from grader.kit.subject import Subject
from grader.kit.tolerance import close
from grader.kit.vocabulary import claim, scenario

__all__ = ["Draw", "Layer", "Subject", "claim", "close", "scenario"]
