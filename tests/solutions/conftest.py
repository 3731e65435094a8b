"""The folders here hold what students hand in, not modules of ours: pytest must not import them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.bootstrap.local import local_examiner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.kit.examiner import KitExaminer

collect_ignore_glob = ["*/*.py"]


@pytest.fixture(scope="module")
def examiner() -> Iterator[KitExaminer]:
    with local_examiner() as examiner:
        yield examiner
