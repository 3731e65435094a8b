"""The school of the hooks' tests, and one who sends to it."""

from tests.lms.hooks.conftest import school, sender

__all__ = ["school", "sender"]
