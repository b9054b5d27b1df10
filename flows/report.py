"""The flow of a report: what is run and deployed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import State, flow
from prefect.exceptions import Pause
from prefect.runtime import flow_run

from factbook.errors import ProjectBusyError, StoppedError, UserError, WaitingRunError
from factbook.runs.begin import begin_run
from factbook.runs.outcome import Outcome, outcome_of
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.run_report import run_report
from flows.approval_form import ServerApprover, emit_waiting
from flows.begun import begun_body
from flows.engine import PrefectEngine
from flows.flow_runs import ProjectField, is_kept, log_to_server, project_folder, run_name
from flows.heartbeat import alive
from flows.overrides import Overrides, OverridesField
from flows.states import end_state
from flows.waiting import release_if_ended

AS_IN_PROJECT = Overrides()


@flow(name="generate-report", flow_run_name=run_name, persist_result=False, retries=0)
def generate_report(project: ProjectField, overrides: OverridesField = AS_IN_PROJECT) -> State[Any]:
    """Write a project's report.

    Args:
        project: Folder that holds project.toml, as the worker finds it.
        overrides: What is left as it is stays as in the project.
    """
    log_to_server()
    body = begun_body()
    try:
        with alive():
            outcome = body() if body is not None else report_of(project, overrides)
    except Pause:
        emit_waiting()
        raise
    return end_state(outcome, overrides.touched)


def report_of(project: str, overrides: Overrides) -> Outcome:
    """Open the project, and write its report inside this flow run."""
    try:
        run = begin(overrides.run_of(project_folder(project)))
        try:
            return run_report(
                run,
                PrefectEngine(run),
                approver=ServerApprover(),
                request=overrides.request,
            )
        finally:
            run.close()
    except (UserError, ProjectBusyError, StoppedError) as error:
        return outcome_of(error)


def begin(ref: RunRef) -> Run:
    """Begin the run of this flow run.

    Raises:
        UserError: The project has errors, or the run folder is not the project's.
        ProjectBusyError: Another run works on the project, or waits for approval.
        StoppedError: The run folder cannot be written to.
    """
    this = str(flow_run.id) if is_kept() else ""
    try:
        return begin_run(ref, flow_run=this)
    except WaitingRunError as error:
        try:
            if not release_if_ended(error.folder, error.flow_run, Path(ref.project)):
                raise
        except StoppedError as unknown:
            raise ProjectBusyError(f"{error}. {unknown}") from None
        return begin_run(ref, flow_run=this)
