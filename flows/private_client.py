"""This process as the client of a private Prefect server."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flows.environment import environment_values
from flows.private_server import QUIET, PrivateServer
from server.prefect_settings import require_settings


def uses_private_server() -> bool:
    """Whether a run starts a private server: neither environment nor settings name another."""
    if os.environ.get("PREFECT_API_URL"):
        return False
    if "prefect" not in sys.modules:
        return True
    from prefect.settings import PREFECT_API_URL

    return not PREFECT_API_URL.value()


@contextmanager
def private_settings(server: PrivateServer) -> Iterator[None]:
    """Prefect is imported inside the block with the settings of a private server.

    Nobody reads its events: this process sends it none.

    Args:
        server: The server; it need not answer yet.

    Raises:
        ConfigError: Prefect cannot read its settings.
    """
    with environment_values({**QUIET, "PREFECT_HOME": str(server.folder)}):
        require_settings()  # while the server starts
        yield


@contextmanager
def client_of(server: PrivateServer) -> Iterator[None]:
    """Flows that start inside the block run on a private server, and send it no events.

    Nobody reads them, and they cost more CPU than the sections (docs/prefect-notes.md, rule 25).

    Args:
        server: The server; it answers.
    """
    from prefect.events.clients import NullEventsClient
    from prefect.events.worker import EventsWorker
    from prefect.settings import (
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_LOGGING_LEVEL,
        temporary_settings,
    )

    settings: dict[Any, Any] = {
        **server.environment,
        PREFECT_LOGGING_LEVEL: "CRITICAL",
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
    }
    EventsWorker.set_client_override(NullEventsClient)
    try:
        with temporary_settings(settings):
            yield
    finally:
        EventsWorker.set_client_override(None)
