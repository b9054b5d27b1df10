"""Using a permanent server from a shell: for a run, a decision, or the server's own setup."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from factbook.errors import StoppedError
from server.connection import Connection, connection

AS_DEPLOYED: dict[Any, Any] = {
    # The server takes a run for dead after three missed heartbeats.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": 30,
    # The server, or its database (500), may be unavailable for a minute.
    "PREFECT_CLIENT_MAX_RETRIES": 8,
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": {500},
}
"""The settings that a worker gives its runs (`server.processes`); the environment wins."""


@contextmanager
def use_server() -> Iterator[Connection]:
    """Check the configured server, and use it inside the block.

    Yields:
        The server.

    Raises:
        ConfigError: It rejects the authentication, or is not a Prefect server.
        StoppedError: Nothing answers, the server is unavailable for longer than its clients wait,
            or it rejects a request inside the block.
    """
    server = connection()
    from prefect.settings import PREFECT_API_KEY, temporary_settings

    settings = {name: value for name, value in AS_DEPLOYED.items() if name not in os.environ}
    if not PREFECT_API_KEY.value():  # Prefect Cloud takes a key and no authentication string
        server.check()
    with server.in_use(), temporary_settings(settings), _as_stopped_error():
        yield server


@contextmanager
def without_retries() -> Iterator[None]:
    """Report problems of the server inside the block at once, without retries.

    For work that a person waits for. A run, in contrast, waits until server and database recover.
    """
    from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
        yield


@contextmanager
def _as_stopped_error() -> Iterator[None]:
    """Turn an outage of the server, or a request that it rejects, into a `StoppedError`."""
    from prefect.exceptions import PrefectHTTPStatusError
    from prefect.settings import PREFECT_API_URL

    try:
        yield
    except (PrefectHTTPStatusError, httpx.TransportError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        server = f"The Prefect server at {PREFECT_API_URL.value()}"
        if isinstance(error, PrefectHTTPStatusError) and error.response.status_code < 500:
            raise StoppedError(
                f"{server} rejects a request: {reason}. What is written is kept. Check the "
                "server's log, and that it has the Prefect version that is installed here"
            ) from None
        raise StoppedError(
            f"{server} is unavailable or fails ({reason}). What is written is kept: restore the "
            "server, and run the same command again"
        ) from None
