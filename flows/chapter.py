"""The subflow of a chapter: its sections are Prefect tasks."""

from __future__ import annotations

from typing import Any

from prefect import State, flow
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from factbook.runs.ref import RunRef
from factbook.runs.written_chapter import WrittenChapter
from flows.registry import engine_of
from tasks.chapter import chapter_task


def _name() -> str:
    return str(flow_run.parameters["name"])


@flow(name="chapter", flow_run_name=_name, persist_result=False, retries=0)
def chapter(run: RunRef, chapter_id: str, name: str) -> State[Any]:
    """Write the sections of a chapter.

    Args:
        run: The run.
        chapter_id: The chapter.
        name: Name of the flow run.
    """
    engine = engine_of(run)
    with engine.shown_chapter(chapter_id, name):
        written: WrittenChapter = engine.work("chapter")(chapter_id)
    return chapter_state(written)


write_chapter = chapter_task(chapter)


def chapter_state(written: WrittenChapter) -> State[Any]:
    """The chapter's state: failed when a section is missing, in whatever way."""
    missing, total = written.missing, written.selected
    if written.stopped:
        return Failed(name="Stopped", message=written.stopped, data=written)
    if missing:
        message = f"{len(missing)} of {total} sections are not written"
        return Failed(name="Incomplete", message=message, data=written)
    return Completed(message=f"{total} sections", data=written)
