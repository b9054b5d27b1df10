"""Flow runs that wait on a Prefect server for a person's approval."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.flow_runs import resume_flow_run
from prefect.input import read_flow_run_input
from prefect.settings import PREFECT_API_URL

from factbook.errors import StoppedError
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import release_waiting
from factbook.runs.approval import Decision
from flows.flow_runs import is_of_project


class UnknownRunError(StoppedError):
    """A server does not know a flow run: it is another server, or the run was deleted."""


@dataclass(frozen=True)
class WaitingRun:
    """A flow run that waits for approval.

    Attributes:
        id: Its id.
        name: Its name.
        description: What its form says, as Markdown.
    """

    id: UUID
    name: str
    description: str

    def resume(self, decision: Decision) -> None:
        """Give it the decision; it continues where a worker takes it up.

        Raises:
            StoppedError: The server is unavailable, or the run no longer waits.
        """
        answer = {
            "decision": decision.action,
            "sections": list(decision.sections),
            "note": decision.note,
        }
        try:
            resume_flow_run(self.id, run_input=answer)
        except (PrefectException, httpx.HTTPError, RuntimeError) as error:
            reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
            raise StoppedError(f"Flow run {self.name} was not resumed: {reason}") from None


def waiting_run(flow_run: str, project: Path) -> WaitingRun | None:
    """The flow run that waits; None when it has ended.

    Args:
        flow_run: Its id.
        project: The project folder.

    Raises:
        UnknownRunError: The server does not know the run.
        StoppedError: The server is unavailable, or refuses, or the run is of another project.
    """
    description = ""
    try:
        with get_client(sync_client=True) as client:
            run = client.read_flow_run(UUID(flow_run))
            if not is_of_project(client, run, project):
                raise StoppedError(
                    f"The lease of the project {project} names flow run {run.name}, which is of "
                    "another one: nothing was decided. If no run of the project waits, remove "
                    ".lease.json in its run folder"
                )
            if run.state is None or run.state.is_final():
                return None
            keys = run.state.state_details.run_input_keyset
            if keys:
                description = str(read_flow_run_input(keys["description"], run.id) or "")
    except ObjectNotFound:
        raise UnknownRunError(
            f"The Prefect server at {PREFECT_API_URL.value()} does not know flow run {flow_run}: "
            "it is another one than PREFECT_API_URL should name, or the run was deleted there"
        ) from None
    except (PrefectException, httpx.HTTPError) as error:
        raise StoppedError(
            f"The Prefect server at {PREFECT_API_URL.value()} did not answer "
            f"({error or type(error).__name__})"
        ) from None
    return WaitingRun(run.id, run.name, description)


def release_if_ended(folder: Path, flow_run: str, project: Path) -> bool:
    """Let a project go whose waiting flow run has ended, by a cancel; tell whether it has.

    Args:
        folder: The run folder that it holds.
        flow_run: Id of the flow run.
        project: The project folder.

    Raises:
        StoppedError: The server is unavailable, or does not know the run, which proves nothing.
    """
    if waiting_run(flow_run, project) is not None:
        return False
    release_waiting(RunFolder(folder, folder.name), flow_run=flow_run)
    return True
