"""What a dead run has left open on a Prefect server that stays, and would be *Running* for ever.

The server itself crashes a flow run that falls silent (`server.automations`), but neither its
chapters nor its sections. The next run of the project does: its lease has proven the death.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas import OrchestrationResult
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, State, StateType, TaskRun
from prefect.client.schemas.responses import SetStateStatus
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.states import Crashed

from factbook.lease.owner import Owner
from flows.flow_runs import is_of_project

WITH_PROCESS = {StateType.RUNNING, StateType.CANCELLING}
NOT_ENDED = sorted(set(StateType) - TERMINAL_STATES)

Found = TypeVar("Found", FlowRun, TaskRun)

log = logging.getLogger("factbook")


def end_orphans(dead: Owner, this: str, project: Path) -> None:
    """End what a dead run has left open: its flow run, its chapters, and the tasks of both.

    Nothing depends on it: a server that does not answer is logged, and one that does not
    know the run has nothing open.

    Args:
        dead: Who has held the project, and died.
        this: Id of the flow run that holds it now. It may be the same one, started again by a
            person: what its dead process began is ended then, and it goes on itself.
        project: The project folder; a flow run of another project is left alone.
    """
    if not dead.flow_run:
        return
    try:
        with get_client(sync_client=True) as client:
            runs, tasks = _left_open(client, UUID(dead.flow_run), this, project)
            message = f"The process of this run is gone: {dead}"
            ended_tasks = sum(_ended(client.set_task_run_state, task.id, message) for task in tasks)
            ended_runs = sum(_ended(client.set_flow_run_state, run.id, message) for run in runs)
    except (PrefectException, httpx.HTTPError, ValueError) as error:
        log.warning("what a dead run has left open on the Prefect server stays open: %s", error)
        return
    if not runs and not tasks:
        return
    log.info(
        "flow run %s died: of what it has left open, %d of %d flow runs and %d of %d tasks are "
        "Crashed now",
        dead.flow_run,
        ended_runs,
        len(runs),
        ended_tasks,
        len(tasks),
    )


def _ended(
    set_state: Callable[[UUID, State[Any]], OrchestrationResult[Any]], run_id: UUID, message: str
) -> bool:
    """Crash a run; False when it has ended or was deleted meanwhile."""
    try:
        # A state of its own each: the client writes ids into it.
        return set_state(run_id, Crashed(message=message)).status == SetStateStatus.ACCEPT
    except ObjectNotFound:
        return False


def _left_open(
    client: SyncPrefectClient, flow_run: UUID, this: str, project: Path
) -> tuple[list[FlowRun], list[TaskRun]]:
    """Flow runs and tasks of a report that have not ended, those of its chapters among them.

    None of a flow run that the server does not know, or that is of another project.
    """
    try:
        report = client.read_flow_run(flow_run)
        is_own = is_of_project(client, report, project)
    except ObjectNotFound:
        return [], []
    if not is_own:
        log.warning("the lease names flow run %s, which is not of this project", flow_run)
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
    """All that a server returns in pages."""
    found: list[Found] = []
    while page := read(len(found)):
        found += page
    return found
