"""Work on a server that stays, from a shell: a run, a decision, or what the server itself needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from factbook.errors import StoppedError
from server.connection import (
    Connection,
    connection,
)

AS_DEPLOYED: dict[Any, Any] = {
    # It takes a run for dead that is silent for longer than three of these.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": 30,
    # It may be away for a minute, or its database (500).
    "PREFECT_CLIENT_MAX_RETRIES": 8,
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": {500},
}
"""What prefect.yaml gives deployed runs; the environment wins."""


@contextmanager
def on_server() -> Iterator[Connection]:
    """The server of the settings is used inside the block, once it has let us in.

    Yields:
        The server.

    Raises:
        ConfigError: It refuses us, or is no Prefect server.
        StoppedError: Nothing answers, it goes away for longer than its clients wait, or refuses
            what is asked inside the block.
    """
    server = connection()
    from prefect.settings import PREFECT_API_KEY, temporary_settings

    settings = {name: value for name, value in AS_DEPLOYED.items() if name not in os.environ}
    if not PREFECT_API_KEY.value():  # of Prefect Cloud, which asks for no authentication string
        server.check()
    with server.in_use(), temporary_settings(settings), _told():
        yield server


@contextmanager
def at_once() -> Iterator[None]:
    """Inside the block what goes wrong with the server is told, and nothing is tried again.

    For work that a person waits for: a run waits until database and server are well again.
    """
    from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
        yield


@contextmanager
def _told() -> Iterator[None]:
    """Tell in a sentence that the server has gone away, or refuses what is asked."""
    from prefect.exceptions import PrefectHTTPStatusError
    from prefect.settings import PREFECT_API_URL

    try:
        yield
    except (PrefectHTTPStatusError, httpx.TransportError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        server = f"The Prefect server at {PREFECT_API_URL.value()}"
        if isinstance(error, PrefectHTTPStatusError) and error.response.status_code < 500:
            raise StoppedError(
                f"{server} refuses a request: {reason}. What is written is kept. Is it of the "
                "Prefect version that is installed here? Its log has more"
            ) from None
        raise StoppedError(
            f"{server} is away or fails ({reason}). What is written is kept: see to it, and run "
            "the same command again"
        ) from None
