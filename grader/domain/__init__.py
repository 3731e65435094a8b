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
attempt      an attempt at a quiz
questions    question kinds, as a lecturer writes them
quiz         drawing of parameters from a seed, marking
quiz_policy  how often, for how long, what counts, when answers are told
expression   arithmetic in a lecturer's TOML
reading      numbers and shapes as students write them
inert        text of any origin, written out so that nothing obeys it
"""
