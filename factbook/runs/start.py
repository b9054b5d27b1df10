"""Starting a run: it is begun, carried to its end, and closed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from factbook.errors import ProjectBusyError
from factbook.runs.approver import Approver
from factbook.runs.begin import begun
from factbook.runs.engine import Engine
from factbook.runs.garbage import rarely_searched
from factbook.runs.outcome import Outcome, outcome_of
from factbook.runs.ref import RunRef
from factbook.runs.rewrite import NO_REQUEST, RewriteRequest
from factbook.runs.run import Run
from factbook.runs.run_report import run_report
from factbook.writing.job import Writer

log = logging.getLogger("factbook")

Watch = Callable[[Run], AbstractContextManager[object]]
"""Given the run, something to hold while it works."""


def start_run(
    ref: RunRef,
    engine: Engine | None = None,
    *,
    writer: Writer | None = None,
    inputs: Path | None = None,
    is_decided: bool = False,
    request: RewriteRequest = NO_REQUEST,
    approver: Approver | None = None,
    notify: Callable[[str], None] = log.info,
    watch: Watch = lambda _: nullcontext(),
) -> Outcome:
    """Write a project's report in this process and return how the run ended.

    Args:
        ref: The run.
        engine: Carries its work; threads of this process when None.
        writer: Who writes; the configured writer when None.
        inputs: The project as it is to stand in the project folder, where it was made for the run.
        is_decided: Whether a person decides about the report that stands; see `begin_run`.
        request: What an editor asks of sections.
        approver: Asks a person about the report; nobody when None.
        notify: Given a sentence for each of what is noted of `request`.
        watch: Given the run, something to hold while it works.

    Raises:
        UserError: The project has errors; nothing was called.
        StoppedError: The run folder cannot be written to, or the engine cannot be had.
    """
    try:
        with (
            rarely_searched(),
            begun(ref, writer, inputs=inputs, is_decided=is_decided) as run,
        ):
            return run_report(
                run, engine, approver=approver, request=request, notify=notify, watch=watch
            )
    except ProjectBusyError as error:
        return outcome_of(error, ref.out_folder)
