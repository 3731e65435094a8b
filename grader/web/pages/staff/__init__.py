"""Pages for a course's staff; each module tells in its first line what it shows."""
