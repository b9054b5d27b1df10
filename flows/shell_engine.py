"""The Prefect engine of a run that a shell has begun: on the user's server, or a private one.

The private server is started while this process reads the inputs, and only when there is something
to write: a run that finds all sections unchanged needs neither a server nor Prefect.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factbook.errors import StoppedError
from factbook.runs.engine import Ended, Item, Step, Work
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.thread_engine import ThreadEngine
from flows.private_client import client_of, private_settings, uses_private_server
from flows.private_server import PrivateServer

if TYPE_CHECKING:
    from flows.engine import PrefectEngine


class ShellEngine:
    """Carries a run in a flow run that it starts.

    Use it as a context manager: it ends the private server that it has started.

    Args:
        server: A private server that runs already, with its settings in use; None to start one.
    """

    def __init__(self, server: PrivateServer | None = None) -> None:
        self._is_private = server is not None or uses_private_server()
        self.shows_unchanged = not self._is_private
        self._server = server
        self._importing: threading.Thread | None = None
        self._inner: PrefectEngine | None = None
        self._closing = ExitStack()

    def __enter__(self) -> ShellEngine:
        """Make sure that the user's server lets us in; a private one is not started yet.

        Raises:
            ConfigError: The user's server refuses us, or Prefect cannot read its settings.
            StoppedError: The user's server does not answer.
        """
        if not self._is_private:  # before the inputs are read, and anything is written
            from server.client import use_server

            self._closing.enter_context(use_server())
        return self

    def __exit__(self, *error: Any) -> None:
        """End the private server; that the user's is unavailable is reported in a sentence.

        Raises:
            StoppedError: The user's server is unavailable, or refuses a request.
        """
        if self._importing is not None:
            self._importing.join()
        self._closing.__exit__(*error)

    def prepare(self) -> None:
        """Start the private server, and import Prefect meanwhile, unless that is done.

        Raises:
            ConfigError: Prefect cannot read its settings.
        """
        if self._importing is not None:
            return
        if self._is_private and self._server is None:
            self._server = PrivateServer()
            self._closing.callback(self._server.stop)
            self._closing.enter_context(private_settings(self._server))
        self._importing = threading.Thread(target=_import_flow, name="import")
        self._importing.start()

    def carry(self, run: Run, body: Callable[[], Outcome]) -> Outcome:
        """Call the body in a flow run; without one where there is nothing to write for anybody.

        Raises:
            ConfigError: Prefect cannot read its settings.
            StoppedError: No server can be had.
        """
        if self._is_private and self._importing is None:
            return body()
        self._reach()
        with _ended_without_server(run, is_kept=not self._is_private):
            return self._in_flow_run(run, body)

    def show(self, run: Run, outcome: Outcome) -> None:
        """Show it in the flow run, where there is one; see `Engine.show`."""
        if self._inner is not None:
            self._inner.show(run, outcome)

    def run_items(
        self,
        step: Step,
        items: Sequence[Item],
        work: Work,
        *,
        at_once: int,
        stop: threading.Event | None = None,
    ) -> Iterator[Ended]:
        """Run items in the flow run, or in threads where there is none; see `Engine.run_items`."""
        inner = self._inner or ThreadEngine()
        return inner.run_items(step, items, work, at_once=at_once, stop=stop)

    def _reach(self) -> None:
        """Wait for the import, and for the private server."""
        self.prepare()
        if self._importing is not None:
            self._importing.join()
        if self._server is not None:
            self._server.wait()

    def _as_client(self) -> AbstractContextManager[object]:
        return client_of(self._server) if self._server is not None else nullcontext()

    def _in_flow_run(self, run: Run, body: Callable[[], Outcome]) -> Outcome:
        from prefect.runtime import flow_run

        from flows.begun import begun
        from flows.engine import PrefectEngine
        from flows.flow_runs import is_kept
        from flows.report import generate_report

        ended: list[Outcome] = []

        def carried() -> Outcome:
            lease = run.control.lease
            if is_kept() and lease is not None:
                lease.held_by(str(flow_run.id))
            self._inner = PrefectEngine(run)
            self.shows_unchanged = self._inner.shows_unchanged
            ended.append(self._inner.carry(run, body))
            return ended[0]

        ref = run.inputs.ref
        with self._as_client(), begun(carried):
            project = str(Path(ref.project).absolute())  # whoever looks at it later is elsewhere
            state = generate_report(project, _overrides(ref), return_state=True)
        if not ended:  # the flow run did not come to its end in an orderly way
            raise StoppedError(f"The flow run ended as {state.name}: {state.message}")
        return ended[0]


def _overrides(ref: RunRef) -> Any:
    from flows.overrides import Overrides

    return Overrides(
        settings=ref.assignments,
        out=ref.out,
        strict=ref.strict,
        fail_on_change=ref.fail_on_change,
    )


def _import_flow() -> None:
    """Import everything that a run needs; Prefect alone takes two seconds."""
    import flows.report  # noqa: F401


@contextmanager
def _ended_without_server(run: Run, *, is_kept: bool) -> Iterator[None]:
    """Ends the process when a server that stays does not: Prefect would wait for an hour."""
    if not is_kept:
        yield
        return

    from factbook.cli.console import PlainConsole
    from factbook.cli.interrupts import SECONDS_TO_STOP, end_process
    from server.outage import stop_on_outage

    ended = threading.Event()

    def end(reason: str) -> None:
        run.interrupt()
        time.sleep(SECONDS_TO_STOP)
        message = (
            f"Stopped: {reason}. What is written is kept: the same command continues from there."
        )
        end_process(run, ended, PlainConsole(stderr=True), message, "Stopped")

    try:
        with stop_on_outage(end):
            yield
    finally:
        ended.set()
