"""Garbage of a run: little of it needs a search."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS_BETWEEN_SEARCHES = 20_000


@contextmanager
def rarely_searched() -> Iterator[None]:
    """Inside the block Python searches for garbage less often, and not in what was there before.

    Facts, jobs and texts refer to nothing that refers to them, so that their memory comes back
    without a search. Searching Prefect, the project and its data again and again took a quarter of
    the CPU of a run (`benchmarks/README.md`).
    """
    usual = gc.get_threshold()
    is_first = gc.get_freeze_count() == 0
    gc.freeze()  # without a search before it, which takes longer than a small report
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        if is_first:  # else whoever has left something out takes it back
            gc.unfreeze()
