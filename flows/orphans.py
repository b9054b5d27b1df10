"""What a dead run has left open on a Prefect server that stays, and would be *Running* for ever.

The server itself crashes a flow run that falls silent (`flows.server.automations`), but neither its
chapters nor its sections. The next run of the project does: its lease has proven the death.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, State, StateType, TaskRun
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.states import Crashed

from factbook.runs.owner import Owner

WITH_PROCESS = {StateType.RUNNING, StateType.CANCELLING}
NOT_ENDED = sorted(set(StateType) - TERMINAL_STATES)

Found = TypeVar("Found", FlowRun, TaskRun)

log = logging.getLogger("factbook")


def end_orphans(dead: Owner, this: str) -> None:
    """End what a dead run has left open: its flow run, its chapters, and the tasks of both.

    Nothing depends on it: a server that does not answer is told in the log, and one that does not
    know the run, as that of a run from a shell, has nothing open.

    Args:
        dead: Who has held the project, and died.
        this: Id of the flow run that holds it now. It may be the same one, started again by a
            person: what its dead process began is ended then, and it goes on itself.
    """
    if not dead.flow_run:
        return
    try:
        with get_client(sync_client=True) as client:
            runs, tasks = _left_open(client, UUID(dead.flow_run), this)
            state: State[Any] = Crashed(message=f"The process of this run is gone: {dead}")
            for task in tasks:
                with suppress(ObjectNotFound):  # deleted meanwhile
                    client.set_task_run_state(task.id, state)
            for run in runs:
                with suppress(ObjectNotFound):
                    client.set_flow_run_state(run.id, state)
    except (PrefectException, httpx.HTTPError, ValueError) as error:
        log.warning("what a dead run has left open on the Prefect server stays open: %s", error)
        return
    if not runs and not tasks:
        return
    log.info(
        "flow run %s died: %d flow runs and %d tasks that it has left open are Crashed now",
        dead.flow_run,
        len(runs),
        len(tasks),
    )


def _left_open(
    client: SyncPrefectClient, flow_run: UUID, this: str
) -> tuple[list[FlowRun], list[TaskRun]]:
    """Flow runs and tasks of a report that have not ended, those of its chapters among them.

    None of a flow run that the server does not know.
    """
    try:
        report = client.read_flow_run(flow_run)
    except ObjectNotFound:
        return [], []
    of_report = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[flow_run]))
    chapters = _all(lambda n: client.read_flow_runs(flow_run_filter=of_report, offset=n))
    runs = [chapter for chapter in chapters if chapter.state and not chapter.state.is_final()]
    # One that waits for a worker, started again by a person, has no process that could be dead.
    if str(flow_run) != this and report.state and report.state.type in WITH_PROCESS:
        runs.append(report)
    of_runs = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run, *(one.id for one in chapters)]))
    types = TaskRunFilterStateType(any_=NOT_ENDED)
    open_ = TaskRunFilter(state=TaskRunFilterState(type=types))
    tasks = _all(
        lambda n: client.read_task_runs(flow_run_filter=of_runs, task_run_filter=open_, offset=n)
    )
    return runs, tasks


def _all(read: Callable[[int], list[Found]]) -> list[Found]:
    """All that a server tells in pages."""
    found: list[Found] = []
    while page := read(len(found)):
        found += page
    return found
