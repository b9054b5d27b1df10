"""Starting a run from this process, with an engine of its own when there is no other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factbook.errors import ProjectBusyError
from factbook.runs.garbage import rarely_searched
from factbook.runs.ref import RunRef
from factbook.runs.results import results_folder
from factbook.runs.session import Session
from factbook.runs.sessions import close_session, hold_session
from factbook.writing.job import Writer
from flows.engine import EmbeddedServer, engine
from flows.rewrite import NO_WISHES, Wishes, follow_wishes

EXIT_CODES = {
    "Completed": 0,
    "Skipped": 0,
    "Rejected": 0,
    "Cached": 0,
    "Incomplete": 1,
    "BadInput": 2,
    "Stopped": 3,
    "AwaitingApproval": 3,
    "Cancelled": 130,
}
"""Name of the state that a run ended in → exit code of the command line."""


@dataclass(frozen=True)
class RunEnd:
    """How a run ended.

    Attributes:
        state: Name of its state.
        message: What it says.
        folder: The run folder; of a run that was skipped, the folder that holds it.
    """

    state: str
    message: str
    folder: Path

    @property
    def exit_code(self) -> int:
        """Exit code of the command line."""
        return EXIT_CODES.get(self.state, 1)


Watch = Callable[[Session], AbstractContextManager[object]]


def start_run(
    run: RunRef,
    *,
    writer: Writer | None = None,
    inputs: Path | None = None,
    wishes: Wishes = NO_WISHES,
    is_decided: bool = False,
    watch: Watch = lambda _: nullcontext(),
) -> RunEnd:
    """Run the report flow in this process and return how it ended.

    The inputs are read and all evidence is computed while the server starts and Prefect is
    imported, which takes longer.

    Args:
        run: The run.
        writer: Who writes; the configured writer when None.
        inputs: The project as it is to stand in the project folder, where it was made for the run.
        wishes: What an editor wants of sections, noted once the run holds the project.
        is_decided: Whether a person decides about the report that stands; see `hold_session`.
        watch: Given the session, something to hold while the flow runs.

    Raises:
        UserError: The project has errors; nothing was called.
        StoppedError: The run folder cannot be written to, or the engine did not start; the user's
            server is away.
    """
    with rarely_searched(), engine() as server, _reached(server):
        importing = threading.Thread(target=_import_flow, name="import")
        importing.start()
        try:
            session = hold_session(run, writer, inputs=inputs, is_decided=is_decided)
            session = _prepared(run, session, writer, wishes, server)
        except ProjectBusyError as error:
            return RunEnd("Skipped", str(error), run.out_folder)
        finally:
            importing.join()
        try:
            return run_flow(run, session, watch, server.api_url if server is not None else None)
        finally:
            if not session.is_begun:  # the engine was away: the flow did not get to it
                close_session(run)


def _reached(server: EmbeddedServer | None) -> AbstractContextManager[object]:
    """The user's server, once it has let us in, for a run that has none of its own."""
    if server is not None:
        return nullcontext()
    from server.client import use_server

    return use_server()


def _prepared(
    run: RunRef,
    session: Session,
    writer: Writer | None,
    wishes: Wishes,
    server: EmbeddedServer | None,
) -> Session:
    """The run's session, its evidence computed, once the server answers."""
    try:
        session = follow_wishes(run, session, wishes, writer)
        session.prepare()
        if server is not None:
            server.wait()
    except BaseException:
        close_session(run)
        raise
    return session


def run_flow(run: RunRef, session: Session, watch: Watch, api_url: str | None = None) -> RunEnd:
    """Run the report flow with a session that is held for it; the flow closes it.

    Args:
        run: The run.
        session: From `hold_session`.
        watch: Given the session, something to hold while the flow runs.
        api_url: Address of a server of this run's own; None for the one that is in use.
    """
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_LOCAL_STORAGE_PATH,
        PREFECT_LOGGING_LEVEL,
        temporary_settings,
    )

    from flows.overrides import Overrides
    from flows.report import generate_report

    settings: dict[Any, Any] = {PREFECT_LOCAL_STORAGE_PATH: results_folder(run.out_folder)}
    if api_url is not None:
        settings |= {
            PREFECT_API_URL: api_url,
            PREFECT_LOGGING_LEVEL: "CRITICAL",
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        }
    overrides = Overrides(
        settings=run.assignments,
        out=run.out,
        strict=run.strict,
        fail_on_change=run.fail_on_change,
    )
    with temporary_settings(settings), watch(session):
        state = generate_report(run.project, overrides, return_state=True)
    return RunEnd(state.name or state.type.value, state.message or "", session.folder.path)


def _import_flow() -> None:
    """Import everything that a run needs; Prefect alone takes two seconds."""
    import flows.report  # noqa: F401
