"""Flow runs of a deployment, in this process."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from prefect import Flow, State
from prefect.client.orchestration import get_client
from prefect.exceptions import FailedRun, Pause
from prefect.flow_engine import run_flow
from prefect.flow_runs import resume_flow_run
from prefect.logging.loggers import flow_run_logger


class Deployed:
    """A flow run of a deployment, which a worker would start.

    Args:
        flow: The flow.
        parameters: What is filled in.

    Attributes:
        id: Its id.
    """

    def __init__(self, flow: Flow[Any, Any], **parameters: Any) -> None:
        self._flow = flow
        self._parameters = parameters
        with get_client(sync_client=True) as client:
            deployment = client.create_deployment(client.create_flow(flow), name="test")
            run = client.create_flow_run_from_deployment(deployment, parameters=parameters)
        self.id: UUID = run.id

    def go(self) -> State[Any]:
        """Start it, or let it go on; the state that it is in then."""
        with get_client(sync_client=True) as client:
            run = client.read_flow_run(self.id)
            with suppress(Pause, FailedRun):
                run_flow(self._flow, run, self._parameters, error_logger=flow_run_logger(run))
            state = client.read_flow_run(self.id).state
        assert state is not None
        return state

    def decide(self, **answer: Any) -> None:
        """Fill in the form of its approval."""
        resume_flow_run(self.id, run_input=answer)
