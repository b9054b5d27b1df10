"""The Prefect task of a chapter: it calls the chapter's subflow.

A task that calls a subflow, never a subflow in a raw thread: with raw threads a retry of the
parent can return another chapter's text (docs/prefect-notes.md, rule 1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from prefect import State, Task, task
from prefect.exceptions import PrefectHTTPStatusError
from prefect.runtime import task_run

from factbook.runs.ref import RunRef
from tasks.results import result_of

Chapter = Callable[..., Any]

SECONDS_BETWEEN_TRIES: list[float] = [2, 10, 30, 60]
"""A new client does not wait for a server that is unavailable (Prefect's others do): these outlast
a minute, and the server's start."""


def _name() -> str:
    return str(task_run.parameters["name"])


def _is_server_trouble(task_: Task[..., Any], run: Any, state: Any) -> bool:
    """Whether a chapter failed because of the Prefect server; sections fail by themselves."""
    error = result_of(state)
    return isinstance(error, (PrefectHTTPStatusError, httpx.TransportError))


def chapter_task(chapter: Chapter) -> Task[..., Any]:
    """The Prefect task that runs a chapter's subflow.

    Args:
        chapter: The subflow.
    """

    @task(
        name="write-chapter",
        task_run_name=_name,
        persist_result=False,
        retries=len(SECONDS_BETWEEN_TRIES),
        retry_delay_seconds=SECONDS_BETWEEN_TRIES,
        retry_condition_fn=_is_server_trouble,
    )
    def write_chapter(run: RunRef, item_id: str, name: str, upstream: list[Any]) -> Any:
        """Write a chapter once the chapters before it have ended, however they ended.

        Args:
            run: The run.
            item_id: The chapter.
            name: Name of the Prefect task run.
            upstream: What the chapters before it gave; their texts stand in the run folder.
        """
        state = chapter(run, item_id, name, return_state=True)
        written = result_of(state)
        return State(type=state.type, name=state.name, message=state.message, data=written)

    return write_chapter
