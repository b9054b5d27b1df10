"""Flow runs: what they are called, and where their project is."""

from __future__ import annotations

import logging
from datetime import UTC
from pathlib import Path
from typing import Annotated

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.exceptions import CancelledRun, FailedRun
from prefect.logging import get_logger
from prefect.runtime import flow_run
from prefect.settings import PREFECT_LOGGING_LEVEL
from pydantic import Field

from factbook.config.projects_root import projects_root
from factbook.runs.ref import find_project
from flows.artifacts.artifact_keys import are_kept
from flows.form_fields import LONGEST_PATH
from server.checkout import CHECKOUT
from server.names import REPORT_FLOW

ProjectField = Annotated[
    str, Field(json_schema_extra={"title": "Project", "maxLength": LONGEST_PATH})
]
"""The project as a form shows it; below it stands what the flow's docstring says."""


def is_deployed() -> bool:
    """Whether the flow run that the caller works in is of a deployment; no server is asked.

    A person is asked in a form of the server then, and this process ends meanwhile.
    """
    context = FlowRunContext.get()
    run = context.flow_run if context is not None else None
    return run is not None and run.deployment_id is not None


def is_kept() -> bool:
    """Whether the flow run that the caller works in stays on its server: the private one goes."""
    return are_kept() or is_deployed()


def run_name() -> str:
    """The project's folder and the time: the name of a flow run that works on a project.

    It is the time for which the run was planned, so that a run that continues after an approval
    keeps its name.
    """
    project = Path(str(flow_run.parameters["project"])).resolve().name
    return f"{project} {flow_run.scheduled_start_time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def project_folder(project: str) -> str:
    """The project folder of a flow run, on the machine that it works on.

    Of a deployment, a relative one is looked for in ``FACTBOOK_PROJECTS_ROOT`` first. From a
    shell it is relative to the folder that it was typed in, as ever.

    Args:
        project: The project as the flow run names it.

    Raises:
        ConfigError: The flow run is of a deployment, and there is no such folder here.
    """
    if not is_deployed():
        return project
    return str(find_project(project, projects_root()))


def is_of_project(client: SyncPrefectClient, run: FlowRun, folder: Path) -> bool:
    """Whether a flow run writes the report of a project: its lease may have been written by others.

    A run folder that somebody has sent can name any flow run; that run is left alone. A relative
    name means what it meant to the run, never a folder that this process happens to work in: to a
    worker what `find_project` finds from its checkout. Runs from a shell have recorded a path from
    the root folder on, and of others nobody knows what a relative name meant.

    Args:
        client: A client of the server.
        run: The flow run.
        folder: The project folder, on this machine.
    """
    named = run.parameters.get("project")
    if not isinstance(named, str) or client.read_flow(run.flow_id).name != REPORT_FLOW:
        return False
    place = Path(named)
    if run.deployment_id is not None:
        root = projects_root()
        is_below_root = root is not None and (root / named).is_dir()
        place = root / named if root is not None and is_below_root else CHECKOUT / named
    return place.is_absolute() and place.is_dir() and place.samefile(folder)


def log_to_server() -> None:
    """Have a deployed run's log lines go to the server, a line a section.

    The deployment names the logger (``PREFECT_LOGGING_EXTRA_LOGGERS``), which has no level yet.
    That a run ends because of its inputs is not an unexpected error of Prefect's
    engine, whose line with its traceback is left out: the state says the same.
    """
    if not is_deployed():
        return
    logger = logging.getLogger("factbook")
    if logger.level == logging.NOTSET:
        logger.setLevel(PREFECT_LOGGING_LEVEL.value() or "INFO")
    get_logger("flow_runs").addFilter(_is_no_end_state)


def _is_no_end_state(record: logging.LogRecord) -> bool:
    """Whether a line says more than the state that a flow has returned."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, FailedRun | CancelledRun)
