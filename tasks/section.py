"""The Prefect task of a section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect import State, Task, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import task_run
from prefect.states import Cancelled, Completed, Failed

from factbook.errors import CancelledError, StoppedError
from factbook.runs.ref import RunRef
from factbook.runs.section_writer import Written

Write = Callable[[RunRef, str], Written]


def _name() -> str:
    return str(task_run.parameters["name"])


def section_task(write: Write) -> Task[..., Any]:
    """The Prefect task that writes a section.

    Its state says what became of the section; the record in the run folder says it
    even where a state is lost (docs/prefect-notes.md, rule 8).

    Args:
        write: Writes a section of a run.
    """

    @task(
        name="write-section",
        task_run_name=_name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=0,
    )
    def write_section(run: RunRef, item_id: str, name: str, upstream: list[Any]) -> Any:
        """Write one section, and return its id.

        Args:
            run: The run.
            item_id: The section.
            name: Name of the Prefect task run: chapter, section and place.
            upstream: Ids of the sections of its chapter that it follows on from.
        """
        try:
            return section_state(write(run, item_id))
        except CancelledError as error:
            return Cancelled(message=str(error))
        except StoppedError as error:
            return Failed(name="Stopped", message=str(error))

    return write_section


def section_state(written: Written) -> State[Any]:
    """The state of a section: *Cached* where it stood already, and no work was needed."""
    record = written.record
    if not written.is_new:
        return Completed(name="Cached", message="unchanged", data=record.section_id)
    if record.status == "written":
        return Completed(data=record.section_id)
    if record.status == "edited":
        return Completed(name="Edited", message="a person's text", data=record.section_id)
    if record.status == "degraded":
        return Completed(name="Degraded", message=record.reason, data=record.section_id)
    return Failed(name=record.status.title(), message=record.reason, data=record.section_id)
