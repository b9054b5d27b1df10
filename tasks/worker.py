"""A process that is to write sections, made ready for a run before the first of them."""

from __future__ import annotations

from prefect.events.worker import EventsWorker

from tasks import section as section  # with all that it needs, which takes longer than a section

SECONDS_TO_DRAIN = 1.0


def forget_events() -> None:
    """Give the connection for events up that this process has from an earlier run.

    Prefect has one a process for what it tells of task runs; its server may be gone.
    """
    EventsWorker.drain_all(timeout=SECONDS_TO_DRAIN, at_exit=False)
