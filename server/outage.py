"""A permanent server that becomes unavailable while a run from a shell is at work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from factbook.errors import ConfigError, StoppedError
from server.connection import connection

PATIENCE_SECONDS = 600.0
"""Longer than Prefect's clients retry one request; a run makes several in turn."""

SECONDS_BETWEEN_CHECKS = 10.0


@contextmanager
def stop_on_outage(stop: Callable[[str], None]) -> Iterator[None]:
    """Watch the configured server while the block runs.

    Args:
        stop: Called in a separate thread, with the reason as a sentence, once the server has been
            unavailable for `PATIENCE_SECONDS`.
    """
    server = connection()
    ended = threading.Event()

    def watch() -> None:
        seen_at = time.monotonic()
        while not ended.wait(SECONDS_BETWEEN_CHECKS):
            try:
                with suppress(ConfigError):  # the server answers; the run itself reports the error
                    server.check()
                seen_at = time.monotonic()
            except StoppedError as error:
                if time.monotonic() - seen_at > PATIENCE_SECONDS and not ended.is_set():
                    stop(f"{error}. It was unavailable for {PATIENCE_SECONDS:g} s")
                    return

    threading.Thread(target=watch, name="server", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
