"""The flow that checks a project: ``factbook check`` on a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from prefect import State, flow
from prefect.states import Completed, Failed
from pydantic import Field

from factbook.cli.check import check
from factbook.cli.findings import in_order, shortened
from factbook.errors import UserError
from flows.artifacts.checked import show_check
from flows.artifacts.form_words import in_words_of_form
from flows.flow_runs import ProjectField, log_to_server, project_folder, run_name
from flows.heartbeat import alive

StrictField = Annotated[bool, Field(json_schema_extra={"title": "Strict"})]

FINDINGS_TOLD = 3
"""As many stand in the message of the state; the artifact has more."""


@flow(name="check-project", flow_run_name=run_name, persist_result=False, retries=0)
def check_project(
    project: ProjectField,
    strict: StrictField = False,
) -> State[Any]:
    """Check a project's sheet and data, and forecast what a run would ask. Calls no model.

    Args:
        project: Folder that holds project.toml, as the worker finds it.
        strict: Take warnings as errors.
    """
    log_to_server()
    with alive():
        return check_of(project, strict=strict)


def check_of(project: str, *, strict: bool) -> State[Any]:
    """Check the project and show what was found."""
    try:
        checked = check(Path(project_folder(project)), strict=strict)
    except UserError as error:
        return Failed(name="BadInput", message=in_words_of_form(str(error)))
    show_check(checked)
    if checked.project is None:
        first = in_order(checked.findings)[:FINDINGS_TOLD]
        message = "\n".join((checked.summary, *(str(shortened(finding)) for finding in first)))
        return Failed(name="BadInput", message=in_words_of_form(message))
    return Completed(message=checked.summary)
