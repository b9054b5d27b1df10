"""The engine that needs nothing but this process: items are run in threads of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from graphlib import TopologicalSorter
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from factbook.errors import CancelledError
from factbook.runs.engine import Ended, Item, Step, Work

if TYPE_CHECKING:
    from factbook.runs.outcome import Outcome
    from factbook.runs.run import Run

SECONDS_BETWEEN_LOOKS = 0.5
"""At a stop, while no item ends."""


class ThreadEngine:
    """Runs items in threads. A pool for each call, so that chapters can run sections in turn."""

    shows_unchanged = False

    def prepare(self) -> None:
        """Nothing is needed."""

    def carry(self, run: Run, body: Callable[[], Outcome]) -> Outcome:
        """Call the body; see `Engine.carry`."""
        return body()

    def show(self, run: Run, outcome: Outcome) -> None:
        """Nobody looks at it."""

    def run_items(
        self,
        step: Step,
        items: Sequence[Item],
        work: Work,
        *,
        at_once: int,
        stop: threading.Event | None = None,
    ) -> Iterator[Ended]:
        """Run items along their edges; see `Engine.run_items`."""
        order = TopologicalSorter({item.id: item.upstream for item in items})
        order.prepare()
        ended: SimpleQueue[tuple[str, Future[Any]]] = SimpleQueue()
        left = len(items)
        pool = ThreadPoolExecutor(max_workers=max(at_once, 1), thread_name_prefix=step)
        try:
            while left and not _is_set(stop):
                for item_id in order.get_ready():
                    future = pool.submit(_begin, work, item_id, stop)
                    future.add_done_callback(partial(_put, ended, item_id))
                try:
                    item_id, future = ended.get(timeout=SECONDS_BETWEEN_LOOKS if stop else None)
                except Empty:
                    item_id = ""
                if item_id and not _is_set(stop):
                    left -= 1
                    order.done(item_id)
                    yield _ended(item_id, future)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin(work: Work, item_id: str, stop: threading.Event | None) -> Any:
    """Do the work of an item, unless a stop has come while it waited for a thread."""
    if _is_set(stop):
        raise CancelledError("the run was interrupted")
    return work(item_id)


def _is_set(stop: threading.Event | None) -> bool:
    return stop is not None and stop.is_set()


def _put(ended: SimpleQueue[tuple[str, Future[Any]]], item_id: str, future: Future[Any]) -> None:
    ended.put((item_id, future))


def _ended(item_id: str, future: Future[Any]) -> Ended:
    error = future.exception()
    return Ended(item_id, error=error) if error is not None else Ended(item_id, future.result())
