"""Submitting Prefect tasks along the edges of a graph, and seeing them end."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from prefect import State, Task
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner
from prefect.utilities.annotations import allow_failure, unmapped

from factbook.runs.engine import Item
from factbook.runs.ref import RunRef

SECONDS_BETWEEN_LOOKS = 0.5
"""At a stop, while no task ends."""

Futures = dict[str, PrefectFuture[Any]]


def submit(
    runner: TaskRunner[Any], task: Task[..., Any], items: Sequence[Item], run: RunRef
) -> Futures:
    """Submit items: those that wait for none mapped, dependants one by one after them.

    A dependant gets its upstream futures as a parameter, allowed to fail, so that the edge orders
    the work. (`map(wait_for=…)` would give one list to every item.)

    Args:
        runner: Where they run.
        task: A Prefect task with the parameters `run`, `item_id`, `name` and `upstream`.
        items: In an order in which every item comes after those that it waits for.
        run: The run.
    """
    free = [item for item in items if not item.upstream]
    mapped = runner.map(
        task,
        {
            "run": unmapped(run),
            "item_id": [item.id for item in free],
            "name": [item.name for item in free],
            "upstream": unmapped([]),
        },
    )
    futures: Futures = dict(zip((item.id for item in free), mapped, strict=True))
    for item in items:
        if item.upstream:
            upstream = [allow_failure(futures[name]) for name in item.upstream]
            futures[item.id] = submit_one(runner, task, item, run, upstream)
    return futures


def submit_one(
    runner: TaskRunner[Any],
    task: Task[..., Any],
    item: Item,
    run: RunRef,
    upstream: Sequence[Any] = (),
) -> PrefectFuture[Any]:
    """Submit one item; see `submit`."""
    parameters = {"run": run, "item_id": item.id, "name": item.name, "upstream": list(upstream)}
    future: PrefectFuture[Any] = runner.submit(task, parameters)
    return future


def ended(futures: Futures, stop: threading.Event) -> Iterator[tuple[str, State[Any]]]:
    """Items as they end, until a stop. A future is forgotten once it has ended.

    Args:
        futures: The futures, which are taken out of it.
        stop: Set when the run stops.
    """
    done: SimpleQueue[str] = SimpleQueue()
    ids = {id(future): item_id for item_id, future in futures.items()}
    for future in futures.values():
        future.add_done_callback(lambda one: done.put(ids[id(one)]))
    while futures:
        try:
            item_id = done.get(timeout=SECONDS_BETWEEN_LOOKS)
        except Empty:  # where workers are unavailable, nothing ends
            item_id = ""
        if stop.is_set():
            return
        if item_id:
            future = futures.pop(item_id)
            future.wait()
            yield item_id, future.state
