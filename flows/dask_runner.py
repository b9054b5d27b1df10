"""The sections of a chapter as tasks of a Dask cluster; imported only for the runner ``dask``."""

from __future__ import annotations

import time
from typing import Any

import distributed
from distributed.scheduler import KilledWorker, NoWorkerError
from prefect import State, Task
from prefect.states import Failed
from prefect.utilities.annotations import allow_failure
from prefect_dask.task_runners import DaskTaskRunner, PrefectDaskFuture

from factbook.config.redaction import quoted
from factbook.errors import StoppedError
from flows.workers import WORKER_DIED, Workers

SECONDS_TO_LET_GO = 1.5
"""After a stop sections at work are waited for so long: what they have paid for they save."""


class SectionFuture(PrefectDaskFuture[Any]):
    """A section on a cluster. It ends in a state, whatever becomes of workers and scheduler.

    Args:
        submitted: What Prefect has made of it.
        address: Address of the scheduler.
    """

    def __init__(self, submitted: PrefectDaskFuture[Any], address: str) -> None:
        super().__init__(submitted.task_run_id, submitted.wrapped_future)
        self._address = address

    def wait(self, timeout: float | None = None) -> None:
        """Wait for the end.

        Args:
            timeout: Seconds to wait at most.
        """
        try:
            self._final_state = self._wrapped_future.result(timeout=timeout)
        except distributed.TimeoutError:
            return
        except KilledWorker as error:
            last = error.last_worker.address
            message = f"the worker processes that worked on it have died, the last one at {last}"
            self._final_state = Failed(name=WORKER_DIED, message=message)
        except (distributed.CancelledError, NoWorkerError):
            message = (
                f"The Dask scheduler at {self._address} is unavailable, or has dropped the sections"
            )
            self._final_state = Failed(name="Stopped", message=message)
        except Exception as error:  # noqa: BLE001 - a section's border: what never began there
            self._final_state = Failed(message=f"{type(error).__name__}: {quoted(error)}")

    @property
    def state(self) -> State[Any]:
        """The state in which it has ended."""
        while self._final_state is None:
            self.wait()
        return self._final_state


class SectionsOnDask(DaskTaskRunner):
    """Runs the sections of a chapter on workers.

    Args:
        workers: The workers.
        one_by_one: Whether each section waits for the one before it.
    """

    def __init__(self, workers: Workers, *, one_by_one: bool) -> None:
        super().__init__(address=workers.address, client_kwargs=dict(workers.access))
        self._one_by_one = one_by_one
        self._last: SectionFuture | None = None

    def __enter__(self) -> SectionsOnDask:
        """Connect to the scheduler.

        Raises:
            StoppedError: It is away.
        """
        super().__enter__()  # type: ignore[no-untyped-call]
        try:
            self.client  # noqa: B018 - connects on first use
        except OSError as error:
            super().__exit__(None, None, None)
            raise StoppedError(
                f"The Dask scheduler at {self.address} cannot be reached any more: {quoted(error)}"
            ) from None
        return self

    def submit(  # type: ignore[override]
        self,
        task: Task[Any, Any],
        parameters: dict[str, Any],
        wait_for: Any = None,
        dependencies: Any = None,
    ) -> SectionFuture:
        """Submit a section."""
        if self._one_by_one and self._last is not None:
            wait_for = [allow_failure(self._last)]
        made = super().submit(task, parameters, wait_for, dependencies)
        self._last = SectionFuture(made, str(self.address))
        return self._last

    def cancel_all(self) -> None:
        """Wait a while for sections at work; the scheduler forgets all others with the client."""
        deadline = time.monotonic() + SECONDS_TO_LET_GO
        while time.monotonic() < deadline:
            if all(state.done() for state in list(self.client.futures.values())):
                return
            time.sleep(0.05)
