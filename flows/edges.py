"""Submitting Prefect tasks along the edges of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prefect import Task
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner
from prefect.utilities.annotations import allow_failure, unmapped

Futures = dict[str, PrefectFuture[Any]]


@dataclass(frozen=True)
class Item:
    """One piece of work.

    Attributes:
        id: Its id.
        name: Name of its Prefect task run.
        upstream: Ids of the items that it waits for.
    """

    id: str
    name: str
    upstream: tuple[str, ...] = ()


def submit_along_edges(
    runner: TaskRunner[Any], work: Task[..., Any], items: Sequence[Item], **shared: Any
) -> Futures:
    """Submit items: those that wait for none mapped, dependants one by one after them.

    A dependant gets its upstream futures as a parameter, allowed to fail, so that the edge orders
    the work and enters the cache key. (`map(wait_for=…)` would give one list to every item.)

    Args:
        runner: Where they run.
        work: A Prefect task with the parameters `item_id`, `name`, `upstream` and `shared`.
        items: In an order in which every item comes after those that it waits for.
        shared: Parameters that all items have in common.
    """
    free = [item for item in items if not item.upstream]
    mapped = runner.map(
        work,
        {
            **{key: unmapped(value) for key, value in shared.items()},
            "item_id": [item.id for item in free],
            "name": [item.name for item in free],
            "upstream": unmapped([]),
        },
    )
    futures: Futures = dict(zip((item.id for item in free), mapped, strict=True))
    for item in items:
        if item.upstream:
            upstream = [allow_failure(futures[name]) for name in item.upstream]
            parameters = {**shared, "item_id": item.id, "name": item.name, "upstream": upstream}
            futures[item.id] = runner.submit(work, parameters)
    return futures
