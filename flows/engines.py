"""The engines by name. Nothing of Prefect is imported before a run needs it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from factbook.config.project_config import EngineName
from factbook.runs.engine import Engine
from factbook.runs.thread_engine import ThreadEngine


def prefect_engine() -> AbstractContextManager[Engine]:
    """Prefect, on the user's server or on a private one, for the time of a run."""
    from flows.shell_engine import ShellEngine

    return ShellEngine()


def engine_named(name: EngineName) -> AbstractContextManager[Engine]:
    """The engine of a name, for the time of a run.

    Args:
        name: ``prefect`` or ``threads``.
    """
    return prefect_engine() if name == "prefect" else nullcontext(ThreadEngine())
