"""A server that stays and goes away for good, while a run from a shell works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from factbook.errors import ConfigError, StoppedError
from server.connection import connection

PATIENCE_SECONDS = 600.0
"""Longer than one request of Prefect's clients is tried again; a run makes several in turn."""

SECONDS_BETWEEN_LOOKS = 10.0


@contextmanager
def ended_without_server(end: Callable[[str], None]) -> Iterator[None]:
    """Inside the block the server of the settings is looked for.

    Args:
        end: Called, in a thread of its own, with a sentence, once it has been away for too long.
    """
    server = connection()
    ended = threading.Event()

    def watch() -> None:
        seen_at = time.monotonic()
        while not ended.wait(SECONDS_BETWEEN_LOOKS):
            try:
                with suppress(ConfigError):  # it is there, and the run is told what is wrong
                    server.check()
                seen_at = time.monotonic()
            except StoppedError as error:
                if time.monotonic() - seen_at > PATIENCE_SECONDS and not ended.is_set():
                    end(f"{error}. It was away for {PATIENCE_SECONDS:g} s")
                    return

    threading.Thread(target=watch, name="server", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
