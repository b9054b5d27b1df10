"""The Prefect tasks of this project, with the work that they do in this process."""

from __future__ import annotations

from factbook.runs.ref import RunRef, WorkRef
from factbook.runs.section_writer import Written
from flows.registry import work, worker_run
from tasks.export import export_task
from tasks.section import section_task
from tasks.worker import forget_events


def _write(run: RunRef, section_id: str) -> Written:
    written: Written = work(run, "section", section_id)
    return written


def _export(run: RunRef, suffix: str) -> None:
    work(run, "export", suffix)


write_section = section_task(_write)
export_report = export_task(_export)


def make_ready(run: WorkRef) -> None:
    """Have this process import what sections need, and read the project of a run.

    Args:
        run: The run.

    Raises:
        CancelledError: The run stops, or has ended.
        StoppedError: The project cannot be opened here as the run has opened it.
    """
    forget_events()
    worker_run(run)
