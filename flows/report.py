"""The flow of a report: chapters side by side, then the files."""

from __future__ import annotations

import logging
from typing import Any

from prefect import State, flow
from prefect.exceptions import Pause, TerminationSignal
from prefect.runtime import flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from factbook.errors import (
    ApprovalPendingError,
    ProjectBusyError,
    StoppedError,
    UserError,
    WaitingRunError,
)
from factbook.runs.approval import make_review
from factbook.runs.current import current_report
from factbook.runs.garbage import rarely_searched
from factbook.runs.manifest import Clock, Outcome
from factbook.runs.ref import RunRef
from factbook.runs.session import Session
from factbook.runs.sessions import begin_session, close_session, renew_session
from factbook.runs.written_chapter import WrittenChapter
from factbook.runs.written_report import Report
from factbook.sheet.outline import CONCLUSION
from flows.approval import awaiting, decide, tell_waiting, told_on_server
from flows.artifacts.draft import show_draft
from flows.artifacts.keys import artifact_key
from flows.artifacts.progress import shown_run
from flows.chapter import write_chapter
from flows.cluster import section_workers
from flows.edges import Futures, Item, submit_along_edges
from flows.finish import error_state, finish, finish_unchanged
from flows.flow_runs import (
    ProjectField,
    is_deployed,
    is_kept,
    log_to_server,
    project_folder,
    run_name,
)
from flows.heart import alive
from flows.orphans import end_orphans
from flows.overrides import Overrides, OverridesField
from flows.rewrite import follow_wishes
from flows.runners import chapter_runner
from flows.waiting import release_if_ended

log = logging.getLogger("factbook")

AS_IN_PROJECT = Overrides()


@flow(name="generate-report", flow_run_name=run_name, persist_result=False, retries=0)
def generate_report(project: ProjectField, overrides: OverridesField = AS_IN_PROJECT) -> State[Any]:
    """Write a project's report.

    Args:
        project: Folder that holds project.toml, as the worker finds it.
        overrides: What is left as it is stays as in the project.
    """
    log_to_server()
    try:
        with alive():
            return report_of(project, overrides)
    except Pause:
        tell_waiting()
        raise


def report_of(project: str, overrides: Overrides) -> State[Any]:
    """Hold the project, do what was asked for it, and write its report."""
    clock = Clock()
    try:
        run = overrides.run_of(project_folder(project))
        session = begin(run)
    except (UserError, ProjectBusyError, StoppedError) as error:
        return error_state(error, overrides.touched)
    try:
        end_dead(session)
        if not session.takes_standing:  # else they were followed before the person was asked
            session = follow_wishes(run, session, overrides.wishes)
        with rarely_searched():
            return write_report(run, session, clock)
    # Busy: let go by a person while it was to wait for approval.
    except (UserError, ProjectBusyError, StoppedError) as error:
        return error_state(error, overrides.touched)
    finally:
        close_session(run)


def begin(run: RunRef) -> Session:
    """The session of this flow run.

    Raises:
        UserError: The project has errors, or the run folder is not the project's.
        ProjectBusyError: Another run works on the project, or waits for approval.
        StoppedError: The run folder cannot be written to.
    """
    this = str(flow_run.id) if is_kept() else ""
    try:
        return begin_session(run, flow_run=this)
    except WaitingRunError as error:
        try:
            if not release_if_ended(error.folder, error.flow_run):
                raise
        except StoppedError as unknown:
            raise ProjectBusyError(f"{error}. {unknown}") from None
        return begin_session(run, flow_run=this)


def end_dead(session: Session) -> None:
    """End what the run before has left open on the server, if it died."""
    lease = session.lease
    if lease is not None and lease.before is not None and not lease.has_waited:
        end_orphans(lease.before, str(flow_run.id))


def write_report(run: RunRef, session: Session, clock: Clock) -> State[Any]:
    """Write, have a person approve where the project asks for it, and export."""
    clock.before_seconds = session.part.elapsed_seconds
    while True:
        session.prepare()
        standing = current_report(session) if session.config.only_if_changed else None
        if standing is not None:
            return finish_unchanged(session, standing, clock)
        session.begin()
        chapters = write_chapters(run, session)
        if not session.config.review or session.stop.is_set():
            return finish(session, chapters, clock)
        report = Report(session, chapters)
        review = make_review(session, report)
        if is_deployed() and review.digest != session.part.review:
            show_draft(session, report)
            finish(session, chapters, clock, awaiting(session, review, told_on_server(review)))
        try:
            decision = decide(session, report, review)
        except ApprovalPendingError as error:
            return finish(session, chapters, clock, awaiting(session, review, str(error)))
        if decision.action == "reject":
            message = "A person has rejected the report: nothing was exported"
            return finish(session, chapters, clock, Outcome("Rejected", 0, message))
        if decision.action == "approve":
            return finish(session, chapters, clock, is_approved=True)
        # With the notes of the sections to write anew.
        session = renew_session(run, part=session.part_so_far(report.seconds))


def write_chapters(run: RunRef, session: Session) -> list[WrittenChapter]:
    """Write all chapters; those that depend on others come after them."""
    outline = session.project.outline
    announce(session)
    key = artifact_key(session.project.folder, session.project.slug, "progress")
    items = [
        Item(
            id=chapter.id,
            name=chapter.title if chapter.id == CONCLUSION else f"{chapter.id} {chapter.title}",
            upstream=chapter.upstream,
        )
        for chapter in outline.in_order_of_edges()
    ]
    # A sync subflow waits a second for its heartbeat thread (docs/prefect-notes.md, rule 3).
    with (
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
        section_workers(session),
        shown_run(key, "How much of the report is written", session.progress.percent),
        chapter_runner(session.config, len(items)) as runner,
    ):
        futures = submit_along_edges(runner, write_chapter, items, run=run)
        wait(futures, session)
        results = [
            futures[chapter.id].state.result(raise_on_failure=False) for chapter in outline.to_write
        ]
    for chapter, result in zip(outline.to_write, results, strict=True):
        if not isinstance(result, WrittenChapter):
            log.error("chapter %s ended in the engine: %s", chapter.id, result)
    return [result for result in results if isinstance(result, WrittenChapter)]


def announce(session: Session) -> None:
    """Say how many chapters work, and how."""
    count = len(session.project.outline.to_write)
    how = "concurrently" if session.config.run_objectives_concurrent else "one after another"
    log.info("Running %d objectives (chapters) %s", count, how)


def wait(futures: Futures, session: Session) -> None:
    """Wait until all chapters have ended; a cancel by the server ends them as Ctrl-C does."""
    try:
        for future in futures.values():
            future.wait()
    except TerminationSignal:
        session.interrupt()
        for future in futures.values():
            future.wait()
