"""How the work of something grows with its input: a ratio, which no other program disturbs.

Computing time is compared with itself, on the same machine and in the same minute. Noise only
adds to a measurement, so the least of several counts, and one that is good enough is the last.
"""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable, Sequence
from math import inf

TIMES_AS_MUCH = 4
MOST_TIMES_AS_LONG = 11
"""Between four, in proportion, and sixteen, the square: a busy machine can double a time."""

TRIES = 3

Work = Callable[[], object]


def assert_in_proportion(work_on: Callable[[int], Work], size: int) -> None:
    """Four times the input takes far less than sixteen times the computing time.

    Args:
        work_on: Prepares the work on an input of a size.
        size: The smaller one; its work should take 20 ms or more.
    """
    assert_grows_little([work_on(size), work_on(size * TIMES_AS_MUCH)])


def assert_grows_little(works: Sequence[Work]) -> None:
    """The second work takes far less than sixteen times the computing time of the first.

    Args:
        works: The work on an input, and on one of four times its size.
    """
    works[0]()  # what is loaded once counts for neither
    seconds = [inf, inf]
    for _ in range(TRIES):
        seconds = [min(pair) for pair in zip(seconds, map(_seconds_of, works), strict=True)]
        if seconds[1] <= MOST_TIMES_AS_LONG * seconds[0]:
            return
    raise AssertionError(f"from {seconds[0]:.3f} s to {seconds[1]:.3f} s")


def _seconds_of(work: Work) -> float:
    """Computing time of some work, in this process and in those that it starts."""
    gc.collect()
    gc.disable()  # a search goes through all that other tests have left
    try:
        before = computing_seconds()
        work()
        return computing_seconds() - before
    finally:
        gc.enable()


def computing_seconds() -> float:
    """Computing time of this process until now, and of those that it has started and that ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
