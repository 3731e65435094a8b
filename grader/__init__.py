"""grader: an auto-grader for deep-learning lessons."""

__version__ = "0.1.0"
