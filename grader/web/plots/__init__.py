"""Plots as inline SVG, drawn by Altair and rendered by vl-convert in this process; nothing is fetched.

charts  one function for each plot, of plain numbers
specs   the charts without their numbers
theme   colours and measures; colours are base.css's custom properties, so that one SVG is light and dark
render  a chart becomes markup, with a name for who can't see it

Each page puts a table with the same numbers behind each plot. Drawing takes 25 ms, the first half a second and 60 MB:
what was drawn is kept for as long as its numbers stay.
"""

from __future__ import annotations

from grader.web.plots.charts import Part, When, columns, course_of_time, fifths, shares

__all__ = ["Part", "When", "columns", "course_of_time", "fifths", "shares"]
