"""Proofs of exercises, side by side: each process has a nursery of its own and takes one secret seed after another."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from grader.bootstrap.local import local_examiner
from grader.domain.errors import Internal
from grader.services.prove import prove

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from grader.domain.exercise import Exercise
    from grader.ports import Examiner
    from grader.services.prove import Proof

_here: list[Examiner] = []  # this process's, once it has one


def prove_side_by_side(
    exercises: Mapping[int, Exercise], seed_ids: Sequence[str], *, jobs: int
) -> Iterator[tuple[int, Proof]]:
    """Prove each exercise on each seed in *jobs* processes; yield (its number, proof) as they come.

    All exercises see their first seed before any sees its second: flaws show early. NoJail when this machine has none.
    """
    context = multiprocessing.get_context("spawn")  # a fork of this process would carry its threads' locks
    units = [(number, seed_id) for seed_id in seed_ids for number in exercises]
    if not units:
        return
    with ProcessPoolExecutor(min(jobs, len(units)), mp_context=context, initializer=_start) as pool:
        waiting: dict[Future[Proof], int] = {
            pool.submit(_prove, exercises[number], seed_id): number for number, seed_id in units
        }
        try:
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BrokenProcessPool as error:
            raise Internal(
                "a process that proves exercises died; `grader doctor` says what this machine lacks"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _start() -> None:
    examiner = local_examiner()
    _here.append(examiner.__enter__())
    Finalize(None, examiner.__exit__, args=(None, None, None), exitpriority=10)


def _prove(exercise: Exercise, seed_id: str) -> Proof:
    return prove(_here[0], exercise, seed_id)
