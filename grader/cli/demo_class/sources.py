"""What students hand in: the lesson's own files with other names, comments and leftovers, so that no two are alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.cli.demo_class.endings import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from grader.cli.demo_class.endings import Ending
    from grader.domain.exercise import Exercise

_RENAMED: dict[str, Sequence[str]] = {
    "y": ("out", "result", "mixed"),
    "hidden": ("h", "z", "features"),
    "bound": ("limit", "k"),
    "weights": ("n_weights", "w"),
    "biases": ("n_biases", "b"),
    "reduce": ("first", "down"),
    "look_around": ("second", "middle", "conv3"),
    "restore": ("third", "up"),
    "branches": ("outputs", "parts"),
    "into_hidden": ("fc1", "up", "expand"),
    "out_of_hidden": ("fc2", "down", "project"),
    "block": ("layers", "net", "seq"),
    "main": ("path", "body"),
    "shortcut": ("skip", "residual", "proj"),
}
"""Names that no caller uses; parameters are left as they are."""

_HEADS = (
    "",
    "# solution by me\n",
    "# attempt after the lecture of Tuesday\n",
    "# TODO clean this up before handing in\n",
    "# 第二次提交\n",
    "# version d'essai, à relire\n",
    "# works on my machine (CPU)\n",
)
_ENDS = ("  # see the lecture", "  # ???", "  # shapes checked on paper", "  # из лекции 3", "  # hier war der Fehler")
_LEAVES = ("x.shape[1]", "len(sizes)", "sizes[-1]", "x.mean()", "n", "2", "0.5", "64", "x.std()", "total")
_MIXED = ("({} + {})", "{} * {}", "max({}, {})", "({} - {}) / 2", "[{}, {}]", "round({}, {})", "{} // {}", "({}, {})")
_STEPS = (
    "total = {}",
    "print({})",
    "n = {}",
    "for n in range({}):\n        print({})",
    "if {} > {}:\n        return {}",
    "sizes = [n for n in sizes if n < {}]",
    "assert {} != {}",
)
_A_LEAF, _WITH_LEFTOVER, _KEPT = 0.25, 0.5, 0.4  # shares
_DETOUR = 0.7  # share of lines before which somebody computes something besides
_NOTES = ("n_axes", "my_note", "rank_of_x", "spare")
_NUMBERS = (
    "({} + {})",
    "max({}, {})",
    "min({}, {}, {})",
    "abs({} - {})",
    "sum([{}, {}])",
    "divmod({}, 7)[1]",
    "round({} / 2)",
)
_FEWEST_STEPS, _MOST_STEPS = 3, 8


def source(exercise: Exercise, ending: Ending, dice: Random) -> str:
    """Return a file that ends so."""
    text = _with_other_names(_base(exercise, ending), dice)
    text = _with_comments(text, dice)
    if ending.kind is Kind.BELIEF:
        text = _with_detours(text, dice)
    if ending.kind is Kind.CRASH:
        text = _with_a_slip(text)
    elif ending.kind is Kind.ENDLESS:
        text = _with_a_loop(text)
    elif ending.kind is Kind.FORBIDDEN:
        text = _with_a_shortcut(text)
    return text + (leftover(dice) if ending.kind is not Kind.EMPTY and dice.random() < _WITH_LEFTOVER else "")


def leftover(dice: Random) -> str:
    """Return a function of the kind that stays behind when one has tried something; nobody calls it."""
    name = dice.choice(("try_it", "check", "quick_test", "main", "sanity"))
    steps = [_step(dice) for _ in range(dice.randint(_FEWEST_STEPS, _MOST_STEPS))]
    return f"\n\ndef {name}(x, sizes, n=0):\n    " + "\n    ".join(["total = 0", *steps, "return total"]) + "\n"


def has_leftover(text: str) -> bool:
    """Whether something stayed behind in a file."""
    return "(x, sizes, n=0)" in text


def _step(dice: Random) -> str:
    step = dice.choice(_STEPS)
    return step.format(*(_expression(dice, depth=2) for _ in range(step.count("{}"))))


def _expression(dice: Random, *, depth: int) -> str:
    if depth == 0 or dice.random() < _A_LEAF:
        return dice.choice(_LEAVES)
    return dice.choice(_MIXED).format(_expression(dice, depth=depth - 1), _expression(dice, depth=depth - 1))


def retyped(text: str, dice: Random) -> str:
    """Return another student's file with names and comments of one's own."""
    return _with_comments(_with_other_names(text, dice), dice)


def _base(exercise: Exercise, ending: Ending) -> str:
    if ending.kind is Kind.EMPTY:
        return exercise.starter
    path = f"misconceptions/{ending.belief.name}.py" if ending.belief else "reference.py"
    return (exercise.folder / path).read_text(encoding="utf-8")


def _with_other_names(text: str, dice: Random) -> str:
    for name, others in _RENAMED.items():
        other = dice.choice((name, *others))
        if not re.search(rf"\b{other}\b", text):
            text = re.sub(rf"\b{name}\b", other, text)
    return text


def _with_comments(text: str, dice: Random) -> str:
    """Take most comments away, and put some of one's own; without the docstrings, which nobody retypes."""
    lines = [line for line in text.splitlines() if not re.fullmatch(r'\s*""".*"""', line)]
    kept = [line if dice.random() < _KEPT else re.sub(r"\s+#.*$", "", line) for line in lines]
    for _ in range(dice.randint(0, 2)):
        place = dice.randrange(len(kept))
        if kept[place].strip() and "#" not in kept[place]:
            kept[place] += dice.choice(_ENDS)
    return dice.choice(_HEADS) + "\n".join(kept).strip("\n") + "\n"


def _with_detours(text: str, dice: Random) -> str:
    """Compute what nobody needs between the lines: who is wrong in the same way has not the same file."""
    found: list[str] = []
    for line in text.splitlines():
        statement = re.match(r"( {4,})(?:return\b|[\w.]+ = )", line)
        if statement and dice.random() < _DETOUR:
            found.append(f"{statement[1]}{dice.choice(_NOTES)} = {_number(dice, depth=3)}")
        found.append(line)
    return "\n".join(found) + "\n"


def _number(dice: Random, *, depth: int) -> str:
    """Return an expression that is a small number whatever it is made of."""
    if depth == 0 or dice.random() < _A_LEAF:
        return dice.choice(("1", "2", "len('nchw')"))
    form = dice.choice(_NUMBERS)
    return form.format(*(_number(dice, depth=depth - 1) for _ in range(form.count("{}"))))


def _with_a_slip(text: str) -> str:
    """Misspell the first name that is used after `return`."""
    return re.sub(r"^(\s+)return (.*)$", r"\1result_ = \2\n\1return reslut", text, count=1, flags=re.MULTILINE)


def _with_a_loop(text: str) -> str:
    """Loop before the first `return`."""
    loop = r"\1step = 0\n\1while step < 10:  # until it has converged\n\1    step = step * 2\n\1return"
    return re.sub(r"^(\s+)return", loop, text, count=1, flags=re.MULTILINE)


def _with_a_shortcut(text: str) -> str:
    call = r"\1return torch.nn.functional.conv2d(x, self.weight[:, :, None, None], self.bias)  # one line!"
    return re.sub(r"^(\s+)\w+ = torch\.einsum.*$", call, text, count=1, flags=re.MULTILINE)
