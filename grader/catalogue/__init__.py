"""The lessons on disk, read and validated; an error names file, line, key and remedy.

folder     FolderCatalogue: finds lessons, exercises and quizzes, keeps what has not changed
exercise   reads one exercise's folder
scenarios  reads what scenarios.py declares, without importing it: no torch where pages are made
quizzes    reads one quiz
questions  reads one question of it
lesson     reads lesson.toml and lesson.md
snippets   finds the Python in a lesson's texts, for rehearsals
files      reads files that must stay inside their folder
skeleton   writes a new exercise's files
table      reads a TOML table key by key
lines      finds the line of a TOML key
"""

from __future__ import annotations

from grader.catalogue.folder import FolderCatalogue

__all__ = ["FolderCatalogue"]
