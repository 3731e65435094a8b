"""The rules: standard library only, no I/O, no clock, no randomness, no torch, no framework.

errors       the tree of errors that a caller can act on
observation  what a guest may be asked, and what it may answer
lesson       Lesson
exercise     Exercise, Scenario, Limits, Misconception
people       User, Course, Role, Token
submission   Submission and Run: their states and the legal moves
report       Outcome, CheckResult, Report
feedback     what of a report a student may see
scoring      points to grade
gradebook    a course's grades as a table
arrangement  which of its rows are wanted, in which order
attempt      an attempt at a quiz
quiz         drawing of a quiz's questions from a seed, marking
quiz_policy  how often, for how long, what counts, when answers are told
questions    the kinds of questions, a file for each
mistakes     what an answer shows of its student, whatever was drawn
insight      what is read of a whole course at once
statistics   what a class's results say, a file for each measure
expression   arithmetic in a lecturer's TOML
formula      formulas as students write them, and whether two are the same
reading      numbers and shapes as students write them
inert        text of any origin, written out so that nothing obeys it
units        numbers with a unit
printed      what a program prints, as students write it down
"""
