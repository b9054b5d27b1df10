"""The subflow of a chapter: its sections side by side, its CSV as they finish."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from queue import Empty, SimpleQueue
from typing import Any

from prefect import State, flow
from prefect.exceptions import FailedRun, MissingResult
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from factbook.errors import StoppedError
from factbook.runs.ref import RunRef
from factbook.runs.session import Session, tell
from factbook.runs.sessions import open_session
from factbook.runs.written_chapter import WrittenChapter
from factbook.sheet.outline import Chapter, SectionSpec
from factbook.writing.record import SectionRecord, unseal
from factbook.writing.section import failed_section
from flows.artifacts.keys import artifact_key
from flows.artifacts.progress import shown
from flows.edges import Futures, Item, submit_along_edges
from flows.runners import SectionRunner, section_runner
from flows.workers import WORKER_DIED, workers
from tasks.chapter import chapter_task
from tasks.section import write_section

SECONDS_BETWEEN_LOOKS = 0.5
"""At a stop, while no section ends."""

log = logging.getLogger("factbook")


def _name() -> str:
    return str(flow_run.parameters["name"])


@flow(name="chapter", flow_run_name=_name, persist_result=False, retries=0)
def chapter(run: RunRef, chapter_id: str, name: str) -> State[Any]:
    """Write the sections of a chapter; a section that fails stops no other.

    Args:
        run: The run.
        chapter_id: The chapter.
        name: Name of the flow run.
    """
    session = open_session(run)
    spec = session.chapter(chapter_id)
    announce(session, spec)
    written = WrittenChapter(
        session.folder, session.whole_chapter(chapter_id), spec, session.unchanged(spec)
    )
    begin(session, written)
    title = f"Chapter {name}"
    key = artifact_key(session.project.folder, session.project.slug, "chapter", chapter_id)
    with shown(key, title, lambda: 100 * len(written.records) / len(spec.sections)):
        write_sections(run, session, written, spec)
    if session.stop.is_set():
        keep_saved(session, written)
    close(session, written)
    return end_state(spec, written)


write_chapter = chapter_task(chapter)


def announce(session: Session, spec: Chapter) -> None:
    """Say how many of the sheet's tasks work, and how."""
    tasks = {section.task.id for section in spec.sections if section.task}
    how = "concurrently" if session.config.run_task_concurrent else "one after another"
    if tasks:
        log.info("Running %d tasks %s for objective %s", len(tasks), how, spec.id)
    else:
        log.info("Running %d conclusions %s", len(spec.sections), how)


def write_sections(run: RunRef, session: Session, written: WrittenChapter, spec: Chapter) -> None:
    """Write a chapter's sections, in this process or where its workers are."""
    elsewhere = workers()
    if elsewhere is not None:
        run = elsewhere.run
        session.progress.start()
    died = []
    try:
        with section_runner(session.config, len(spec.sections)) as runner:
            futures = submit_sections(run, spec, runner)
            for section_id, state in finished(session, futures, runner):
                if state.name == WORKER_DIED:
                    died.append(section_id)
                else:
                    keep(session, written, section_id, state)
            for section_id, state in alone(run, session, written, spec, died, runner):
                keep(session, written, section_id, state)
    except StoppedError as error:  # the scheduler of the workers is away
        written.stop(str(error))
        session.interrupt()
    if elsewhere is not None and elsewhere.loss.reason:
        written.stop(elsewhere.loss.reason)


def alone(
    run: RunRef,
    session: Session,
    written: WrittenChapter,
    spec: Chapter,
    died: Collection[str],
    runner: SectionRunner,
) -> Iterator[tuple[str, State[Any]]]:
    """Sections whose workers have died, each alone, after all others: then it is not another one.

    A section that kills its worker takes those with it that share the worker, and those that wait
    for it.
    """
    for section in spec.in_order_of_edges():
        if section.id in died and not session.stop.is_set():
            log.warning("%s: its worker has died; it is tried again alone", section.id)
            item = Item(id=section.id, name=_section_name(spec.id, section))
            parameters = {"run": run, "item_id": item.id, "name": item.name}
            upstream = written.upstream(section)
            future = runner.submit(write_section, {**parameters, "upstream": upstream})
            yield from finished(session, {section.id: future}, runner)


def submit_sections(run: RunRef, spec: Chapter, runner: SectionRunner) -> Futures:
    """Submit a chapter's sections; those of other chapters that they need are there already."""
    own = {section.id for section in spec.sections}
    items = [
        Item(
            id=section.id,
            name=_section_name(spec.id, section),
            upstream=tuple(name for name in section.upstream if name in own),
        )
        for section in spec.in_order_of_edges()
    ]
    return submit_along_edges(runner, write_section, items, run=run)


def _section_name(chapter_id: str, section: SectionSpec) -> str:
    """Chapter, number, title and place; a conclusion has its title and place alone."""
    row = section.sub_task or section.task
    what = f"{chapter_id} · {row.id} {section.title}" if row else section.title
    return f"{what} · {section.place.name}"


def finished(
    session: Session, futures: Futures, runner: SectionRunner
) -> Iterator[tuple[str, State[Any]]]:
    """Sections as they finish, until a stop; the runner then lets go of the others.

    A future is forgotten once it is done: it holds the section's whole record.
    """
    done: SimpleQueue[str] = SimpleQueue()
    ids = {id(future): section_id for section_id, future in futures.items()}
    for future in futures.values():
        future.add_done_callback(lambda ended: done.put(ids[id(ended)]))
    while futures:
        try:
            section_id = done.get(timeout=SECONDS_BETWEEN_LOOKS)
        except Empty:  # where workers are away, nothing ends
            section_id = ""
        if session.stop.is_set():
            runner.cancel_all()
            return
        if not section_id:
            continue
        future = futures.pop(section_id)
        future.wait()
        yield section_id, future.state


def keep(session: Session, written: WrittenChapter, section_id: str, state: State[Any]) -> None:
    """Take over what a section became."""
    if state.is_cancelled():
        return
    if state.name == "Stopped":
        written.stop(state.message or "")
        session.interrupt()
        return
    was_cached = state.name == "Cached"
    if was_cached:
        log.info("%s unchanged", section_id)
    record = _record(session, written, section_id, state)
    if not was_cached and workers() is not None:
        tell(record)
        session.progress.add_cost(record.calls.cost_usd)
    add(session, written, record, was_cached=was_cached)


def keep_saved(session: Session, written: WrittenChapter) -> None:
    """After a stop: what finished and was saved while the runner let go."""
    for section in session.chapter(written.chapter_id).in_order_of_edges():
        if section.id not in written.records:
            record = session.saved(section.id, written.upstream(section))
            if record is not None:
                add(session, written, record)


def add(
    session: Session, written: WrittenChapter, record: SectionRecord, *, was_cached: bool = False
) -> None:
    """Add a record to the chapter; when that cannot be written, the run stops."""
    session.progress.finish(record.section_id, record.status)
    try:
        written.add(record, was_cached=was_cached)
    except StoppedError as error:
        written.stop(str(error))
        session.interrupt()


def begin(session: Session, written: WrittenChapter) -> None:
    """Take outdated rows out of the chapter's CSV before its sections begin."""
    try:
        written.begin()
    except StoppedError as error:
        written.stop(str(error))
        session.interrupt()


def close(session: Session, written: WrittenChapter) -> None:
    """Write what is still to be written of the chapter's CSV."""
    try:
        written.close()
    except StoppedError as error:
        written.stop(str(error))
        session.interrupt()


def end_state(spec: Chapter, written: WrittenChapter) -> State[Any]:
    """The chapter's state: failed when a section is missing, in whatever way."""
    missing = [s.id for s in spec.sections if not written.is_finished(s.id)]
    if written.stopped:
        return Failed(name="Stopped", message=written.stopped, data=written)
    if missing:
        message = f"{len(missing)} of {len(spec.sections)} sections are not written"
        return Failed(name="Incomplete", message=message, data=written)
    return Completed(message=f"{len(spec.sections)} sections", data=written)


def _record(
    session: Session, written: WrittenChapter, section_id: str, state: State[Any]
) -> SectionRecord:
    """The record that a section's Prefect task gave, or one of its failure.

    What was written is told by the run folder where Prefect has lost or damaged its result
    (docs/prefect-notes.md, rules 8 and 12).
    """
    try:
        result = state.result(raise_on_failure=False)
    except (MissingResult, ValueError) as error:
        result = error
    record = unseal(result, section_id) if isinstance(result, dict) else None
    if record is not None:
        return record
    upstream = written.upstream(session.specs[section_id])
    if state.is_completed():
        log.warning("%s: Prefect's stored result is lost or damaged", section_id)
        return session.saved(section_id, upstream) or session.write(section_id, upstream)
    if isinstance(result, BaseException) and not isinstance(result, FailedRun):
        return failed_section(section_id, f"{type(result).__name__}: {result}")
    return failed_section(section_id, str(state.message or state.name))
