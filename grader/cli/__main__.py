"""`python -m grader.cli`: the same as `grader`, without needing it on the path."""

from grader.cli import main

main()
