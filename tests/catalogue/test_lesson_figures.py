"""Every number of the lesson's page and figures is computed here from torch's own layers."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import torch
from torch import nn

FOLDER = Path(__file__).parents[2] / "exercises" / "1x1-convolutions"
NOTES = Path(__file__).parents[2] / "docs" / "lesson-notes.md"
PAGE = (FOLDER / "lesson.md").read_text(encoding="utf-8")
FIGURES = sorted((FOLDER / "figures").glob("*.svg"))
LARGE = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+")
SVG = "{http://www.w3.org/2000/svg}"


def weights(c_in: int, c_out: int, size: int = 1) -> int:
    return nn.Conv2d(c_in, c_out, size, bias=False).weight.numel()


def with_bn(*channels: int) -> int:
    return sum(parameter.numel() for width in channels for parameter in nn.BatchNorm2d(width).parameters())


BLOCK = weights(256, 64) + weights(64, 64, 3) + weights(64, 256)
BRANCHES = {
    "1×1": (weights(192, 64), weights(192, 64)),
    "3×3": (weights(192, 96) + weights(96, 128, 3), weights(192, 128, 3)),
    "5×5": (weights(192, 16) + weights(16, 32, 5), weights(192, 32, 5)),
    "pool": (weights(192, 32), weights(192, 32)),
}
BUILT, WITHOUT = (sum(branch[which] for branch in BRANCHES.values()) for which in (0, 1))

COUNTS = {
    "a 3×3 at full width": weights(256, 256, 3),
    "a 1×1 at full width": weights(256, 256),
    "a 3×3 to 64": weights(256, 64, 3),
    "a 1×1 to 64": weights(256, 64),
    "a 3×3 at 64": weights(64, 64, 3),
    "the block": BLOCK,
    "the block's 1×1": weights(256, 64) + weights(64, 256),
    "the block with BN": BLOCK + with_bn(64, 64, 256),
    "512 to 128": weights(512, 128),
    "the module": BUILT,
    "the module without reductions": WITHOUT,
    **{f"branch {name}": built for name, (built, _) in BRANCHES.items()},
    **{f"branch {name} without": without for name, (_, without) in BRANCHES.items()},
}


@pytest.mark.parametrize("what", COUNTS)
def test_a_count_stands_on_the_page(what: str) -> None:
    assert f"{COUNTS[what]:,}" in PAGE


def test_the_page_has_no_large_number_that_is_not_computed() -> None:
    computed = {f"{count:,}" for count in COUNTS.values()}
    assert set(LARGE.findall(PAGE)) <= computed
    for figure in FIGURES:
        assert set(LARGE.findall(figure.read_text(encoding="utf-8"))) <= computed


RATIOS = [
    ("exactly one ninth", weights(256, 256, 3) / weights(256, 256), 9),
    ("**8.5 times**", weights(256, 256, 3) / BLOCK, 8.5),
    ("**16 times**", weights(256, 256, 3) / weights(64, 64, 3), 16),
    ("9.7 times cheaper", BRANCHES["5×5"][1] / BRANCHES["5×5"][0], 9.7),
    ("1.7 times", BRANCHES["3×3"][1] / BRANCHES["3×3"][0], 1.7),
    ("nearly half", weights(256, 64) * 2 / BLOCK, 0.5),
    ("768 more", with_bn(64, 64, 256), 768),
    ("holds $3 \\cdot 3 \\cdot 64 = 576$ weights", weights(64, 1, 3), 576),
]


@pytest.mark.parametrize(("words", "ratio", "said"), RATIOS, ids=[row[0] for row in RATIOS])
def test_a_ratio_is_what_the_page_says(words: str, ratio: float, said: float) -> None:
    assert words in " ".join(PAGE.split())
    assert round(ratio, 1) == said


def test_the_refreshers_shapes_are_torchs() -> None:
    image = torch.zeros(1, 64, 28, 28)
    assert nn.Conv2d(64, 1, 3)(image).shape == (1, 1, 26, 26)
    assert nn.Conv2d(64, 1, 3, padding=1)(image).shape == (1, 1, 28, 28)
    for size, window, stride, padding in ((28, 3, 1, 0), (28, 3, 2, 1), (29, 5, 2, 2), (7, 1, 2, 0)):
        found = nn.Conv2d(1, 1, window, stride, padding)(torch.zeros(1, 1, size, size + 1))
        sides = tuple((side + 2 * padding - window) // stride + 1 for side in (size, size + 1))
        assert found.shape[2:] == sides


def test_a_stride_of_two_looks_at_every_other_position() -> None:
    image = torch.randn(1, 6, 8, 8)
    projection = nn.Conv2d(6, 4, 1, stride=2, bias=False)
    whole = nn.functional.conv2d(image, projection.weight)
    assert torch.allclose(projection(image), whole[:, :, ::2, ::2], atol=1e-5)


def test_a_bias_before_batch_normalisation_does_nothing() -> None:
    image, convolution, norm = torch.randn(4, 6, 5, 5), nn.Conv2d(6, 3, 1), nn.BatchNorm2d(3)
    with_bias = norm(convolution(image))
    without = norm(nn.functional.conv2d(image, convolution.weight))
    assert torch.allclose(with_bias, without, atol=1e-5)


def test_the_notes_say_what_the_page_says() -> None:
    notes = NOTES.read_text(encoding="utf-8")
    assert set(LARGE.findall(notes)) <= {f"{count:,}" for count in COUNTS.values()}
    assert {figure.name for figure in FIGURES} == {"bottleneck.svg", "channel-mixing.svg", "inception.svg"}


@pytest.mark.parametrize("figure", FIGURES, ids=lambda path: path.stem)
def test_a_figure_is_on_the_page_and_can_be_read_aloud(figure: Path) -> None:
    assert re.search(rf"!\[[^]]{{40,}}\]\(figures/{figure.name}\)", PAGE)
    root = ET.fromstring(figure.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    named = set((root.get("aria-labelledby") or "").split())
    texts = {element.get("id"): element.text or "" for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.get("role") == "img"
    assert named == texts.keys()
    assert len(texts["description"]) > 100


@pytest.mark.parametrize("figure", FIGURES, ids=lambda path: path.stem)
def test_a_figure_is_inert_and_fits_both_themes(figure: Path) -> None:
    text = figure.read_text(encoding="utf-8")
    assert not re.search(r"<script|\bon\w+=|href=|https?://(?!www\.w3\.org/2000/svg)|@import|url\((?!#)", text)
    assert "prefers-color-scheme: dark" in text


def test_the_inception_module_gives_the_channels_that_the_page_says() -> None:
    image = torch.zeros(1, 192, 7, 6)
    branches = [
        nn.Conv2d(192, 64, 1),
        nn.Sequential(nn.Conv2d(192, 96, 1), nn.Conv2d(96, 128, 3, padding=1)),
        nn.Sequential(nn.Conv2d(192, 16, 1), nn.Conv2d(16, 32, 5, padding=2)),
        nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(192, 32, 1)),
    ]
    channels = torch.cat([branch(image) for branch in branches], dim=1).shape[1]
    assert f"takes 192 channels to {channels}" in PAGE
