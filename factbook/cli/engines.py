"""The engines that commands can use: the library's own, and those that the program brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from factbook.config.load import load_config
from factbook.config.project_config import EngineName
from factbook.errors import UserError
from factbook.runs.engine import Engine
from factbook.runs.ref import RunRef
from factbook.runs.thread_engine import ThreadEngine

EngineMaker = Callable[[], AbstractContextManager[Engine]]
"""Gives an engine for the time of a run."""


def _threads() -> AbstractContextManager[Engine]:
    return nullcontext(ThreadEngine())


def engine_for(ref: RunRef, makers: Mapping[EngineName, EngineMaker]) -> EngineMaker:
    """What gives the engine that a project's configuration names (``run.engine``).

    Args:
        ref: The run.
        makers: The engines that the program brings; where it brings none of a name, threads do.
    """
    try:
        config = load_config(
            Path(ref.project),
            ref.assignments,
            is_trusted=ref.is_trusted,
            may_raise_limits=ref.may_raise_limits,
        )
    except UserError:  # whose findings are shown with all others, once the project is opened
        return _threads
    return makers.get(config.run.engine, _threads)


def is_first_run(ref: RunRef) -> bool:
    """Whether no report stands in the folder for results: then there will be sections to write.

    That of the project is not looked into where it is a link, which is refused later.
    """
    is_linked = ref.out is None and ref.out_folder.is_symlink()
    return not is_linked and not any(ref.out_folder.glob("*/run.json"))
