"""A new exercise's files, with a TODO wherever the lecturer has to write; nothing that exists is overwritten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.catalogue.exercise import MISCONCEPTIONS, REFERENCE, SETTINGS, STARTER, STATEMENT
from grader.catalogue.folder import QUIZ
from grader.catalogue.lesson import PAGE
from grader.catalogue.lesson import SETTINGS as LESSON
from grader.catalogue.scenarios import FILE as SCENARIOS
from grader.catalogue.table import SLUG
from grader.domain.errors import Conflict, Invalid

if TYPE_CHECKING:
    from pathlib import Path

BELIEF = f"{MISCONCEPTIONS}/first_belief.py"

_LESSON = {
    LESSON: """\
title = "{title}"  # TODO: as students see it
order = 100  # among the lessons
minutes = 10  # to read
""",
    PAGE: """\
# {title}

TODO: the page. Markdown, $maths$ and tables.
""",
    QUIZ: """\
title = "Check yourself"
moment = "check_yourself"  # or "before", "final"

# TODO: adapt these two, add others; exercises/README.md lists the kinds.
[[questions]]
slug = "weights"
kind = "numeric"
prompt = 'TODO: how many weights has a $3 \\times 3$ convolution from {{k}} channels to {{k}}, without biases?'
parameters = {{ k = [32, 64] }}
answer = "9 * k * k"
explanation = "9 for each of the {{k}} · {{k}} pairs of channels: {{9 * k * k}}."
hint = "Count the numbers in one kernel, then the kernels."

[[questions.wrong]]
answer = "9 * k"
explanation = "That is one kernel for each channel. Each output channel has a kernel for each input channel."

[[questions]]
slug = "kernel"
kind = "single"
prompt = "TODO: what does a 1×1 convolution mix?"

[[questions.choices]]
text = "Channels."
right = true

[[questions.choices]]
text = "Pixels."
explanation = "It looks at one pixel at a time."
""",
}

_EXERCISE = {
    SETTINGS: """\
title = "{title}"  # TODO: as students see it
order = 100  # among the lesson's exercises
entry = "{entry}"  # what students hand in
forbidden = []  # ["convolution"] refuses every convolution, however it is called

# One table for each wrong solution below misconceptions/, each with one belief.
[[misconceptions]]
name = "first_belief"
belief = "TODO: what who writes this believes, in half a sentence"
hint = "TODO: what was computed, what follows from it, where to look; never the answer"
fails = ["small_input", "other_sizes"]  # TODO: exactly the scenarios that it loses
""",
    STATEMENT: """\
# {title}

Write {what}. TODO: what goes in, what comes out, with which shapes; what the parameters are called and in which order
they are registered. No scenario may test what is not said here.

```python
# TODO: a few lines that run against the reference.
```
""",
}

_MODULE = {
    STARTER: """\
from torch import nn


class {entry}(nn.Module):
    def __init__(self, channels):
        super().__init__()
        raise NotImplementedError("create the parameters")

    def forward(self, x):  # x: (N, C, H, W)
        raise NotImplementedError("return (N, C, H, W)")
""",
    REFERENCE: """\
import torch
from torch import nn


class {entry}(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))  # TODO: the model solution's parameters

    def forward(self, x):  # x: (N, C, H, W)
        return x  # TODO: the model solution, with shapes in comments
""",
    BELIEF: """\
import torch
from torch import nn


class {entry}(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):  # x: (N, C, H, W)
        return x  # TODO: the model solution with one belief that is wrong
""",
    SCENARIOS: """\
import torch

from grader.kit import Draw, Subject, claim, close, scenario

# TODO: adapt these, drop what your exercise does not ask for, add what it does.


@scenario(points=2, title="A small input", visibility="public")
def small_input(subject: Subject, draw: Draw):
    layer = subject.{entry}(4).load(draw)  # secret numbers in all parameters, the same for everybody
    return layer(draw.normal(2, 4, 3, 5))  # (2, 4, 3, 5), compared with what the reference returns


@scenario(points=2, title="Other sizes, all different")
def other_sizes(subject: Subject, draw: Draw):
    layer = subject.{entry}(7).load(draw)
    return layer(draw.normal(3, 7, 5, 2))  # (3, 7, 5, 2)
""",
}

_FUNCTION = {
    STARTER: """\
def {entry}(x):
    raise NotImplementedError("return the answer")
""",
    REFERENCE: """\
def {entry}(x):  # x: (N, C)
    return x  # TODO: the model solution, with shapes in comments
""",
    BELIEF: """\
def {entry}(x):  # x: (N, C)
    return x  # TODO: the model solution with one belief that is wrong
""",
    SCENARIOS: """\
import torch

from grader.kit import Draw, Subject, claim, close, scenario

# TODO: adapt these, drop what your exercise does not ask for, add what it does.


@scenario(points=2, title="A small input", visibility="public")
def small_input(subject: Subject, draw: Draw):
    return subject.{entry}(draw.normal(2, 3))  # compared with what the reference returns


@scenario(points=2, title="Other sizes, all different")
def other_sizes(subject: Subject, draw: Draw):
    return subject.{entry}(draw.normal(7, 5))
""",
}


def write_exercise(root: Path, lesson: str, slug: str, *, entry: str | None = None) -> list[Path]:
    """Write the exercise *lesson*/*slug* below *root*, and the lesson if there is none; return the new files.

    *entry* is a class's name, or a function's when it begins with a small letter; by default a class named for the
    slug. Invalid for a name that can't be, Conflict when the exercise is there.
    """
    for name in (lesson, slug):
        if not SLUG.fullmatch(name):
            raise Invalid(f"{name!r} is no folder's name: use lower-case letters, digits and hyphens", field="name")
    entry = entry or class_name(slug)
    if not entry.isidentifier():
        raise Invalid(f"{entry!r} is no Python name; name the class or function to hand in", field="entry")
    folder = root / lesson / slug
    if folder.exists():
        raise Conflict(f"{folder} is there already; choose another slug, or go on with what is in it")
    is_class = entry[0].isupper()
    what = f"the module `{entry}(channels)`" if is_class else f"the function `{entry}(x)`"
    new_lesson = {} if (root / lesson / LESSON).exists() else {f"../{file}": text for file, text in _LESSON.items()}
    written = []
    for file, text in (new_lesson | _EXERCISE | (_MODULE if is_class else _FUNCTION)).items():
        path = root / lesson / file.removeprefix("../") if file.startswith("../") else folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        title = (lesson if file.startswith("../") else slug).replace("-", " ").capitalize()
        path.write_text(text.format(title=title, entry=entry, what=what), encoding="utf-8")
        written.append(path)
    return written


def class_name(slug: str) -> str:
    """Return a class's name for *slug*.

    >>> class_name("channel-scale"), class_name("3-nets")
    ('ChannelScale', 'Exercise3Nets')
    """
    name = "".join(part.capitalize() for part in re.split(r"-", slug))
    return name if name.isidentifier() else f"Exercise{name}"
