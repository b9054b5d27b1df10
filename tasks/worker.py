"""A process that is to write sections, made ready for a run before the first of them."""

from __future__ import annotations

from prefect.events.worker import EventsWorker

from factbook.runs.ref import WorkRef
from factbook.runs.sessions import open_session
from tasks import section as section  # with all that it needs, which takes longer than a section

SECONDS_TO_DRAIN = 1.0


def make_ready(run: WorkRef) -> None:
    """Import what sections need, and read the project.

    Prefect has one connection a process for what it tells of task runs: that of an earlier run,
    whose server may be gone, is given up.

    Args:
        run: The run.

    Raises:
        CancelledError: The run stops, or has ended.
        StoppedError: The project cannot be opened here as the run has opened it.
    """
    EventsWorker.drain_all(timeout=SECONDS_TO_DRAIN, at_exit=False)
    open_session(run)
