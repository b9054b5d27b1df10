"""Progress artifacts of a run and of its chapters, kept up to date by one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.artifacts.artifact_keys import (
    are_kept,
    forgiving,
)

SECONDS_BETWEEN_UPDATES = 1.0
"""Of one artifact; one that has not moved is not updated (docs/prefect-notes.md, rule 21)."""

Percent = Callable[[], float]


@dataclass
class _Bar:
    artifact: UUID
    percent: Percent
    shown: float = 0.0


class _Bars:
    """Progress artifacts, by the thread that updates them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bars: list[_Bar] = []
        self._ended = threading.Event()
        # The thread needs the settings of the run, which Prefect keeps in the context.
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._watch,), name="progress", daemon=True
        )
        self._thread.start()

    def add(self, key: str, description: str, percent: Percent) -> _Bar | None:
        """Show progress in the flow run of the caller; None when the server is unavailable."""
        with forgiving("the progress of the run"):
            made = create_progress_artifact(0.0, key=key, description=description)
            bar = _Bar(cast(UUID, made), percent)  # no coroutine, as no event loop runs here
            with self._lock:
                self._bars.append(bar)
            return bar
        return None

    def remove(self, bar: _Bar) -> None:
        """Show where it ended, and watch it no more."""
        with self._lock:
            self._bars.remove(bar)
        _update(bar)

    def close(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(SECONDS_BETWEEN_UPDATES):
            with self._lock:
                bars = list(self._bars)
            for bar in bars:
                _update(bar)


_bars: ContextVar[_Bars | None] = ContextVar("bars", default=None)


@contextmanager
def shown_run(key: str, title: str, percent: Percent) -> Iterator[None]:
    """Show a run's progress, and that of its chapters, while it writes.

    Args:
        key: Key of the artifact.
        title: What is shown.
        percent: Tells where the run stands, 0 to 100.
    """
    if not are_kept():
        yield
        return
    bars = _Bars()
    token = _bars.set(bars)
    try:
        with shown(key, title, percent):
            yield
    finally:
        _bars.reset(token)
        bars.close()


@contextmanager
def shown(key: str, title: str, percent: Percent) -> Iterator[None]:
    """Show progress in the flow run of the caller, where its run is shown.

    Args:
        key: Key of the artifact.
        title: What is shown.
        percent: Tells where it stands, 0 to 100.
    """
    bars = _bars.get()
    bar = bars.add(key, title, percent) if bars is not None else None
    try:
        yield
    finally:
        if bars is not None and bar is not None:
            bars.remove(bar)


def _update(bar: _Bar) -> None:
    percent = round(bar.percent(), 1)
    if percent != bar.shown:
        bar.shown = percent
        with forgiving("the progress of the run"):
            update_progress_artifact(bar.artifact, progress=percent)
