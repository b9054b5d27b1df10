"""The flow of a report: chapters side by side, then the files."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import State, flow
from prefect.runtime import flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Cancelled, Completed, Failed
from prefect.utilities.annotations import quote

from factbook.errors import ProjectBusyError, StoppedError, UserError
from factbook.runs.exports import Exports
from factbook.runs.history import forget_unneeded
from factbook.runs.manifest import Clock, Outcome
from factbook.runs.ref import RunRef
from factbook.runs.report import Report
from factbook.runs.session import Session
from factbook.runs.sessions import begin_session, close_session
from factbook.runs.switch import switch_over
from factbook.runs.written import WrittenChapter
from factbook.sheet.outline import CONCLUSION
from flows.chapter import write_chapter
from flows.edges import Item, submit_along_edges
from flows.overrides import Overrides
from flows.runners import chapter_runner
from tasks.export import export_report

log = logging.getLogger("factbook")

AS_IN_PROJECT = Overrides()


def _name() -> str:
    project = Path(str(flow_run.parameters["project"])).resolve().name
    return f"{project} {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


@flow(name="generate-report", flow_run_name=_name, persist_result=False)
def generate_report(project: str, overrides: Overrides = AS_IN_PROJECT) -> State[Any]:
    """Write a project's report.

    Args:
        project: The project folder.
        overrides: Changes to the project for this run.
    """
    run = overrides.run_of(project)
    clock = Clock()
    try:
        session = begin_session(run, flow_run=str(flow_run.id))
    except UserError as error:
        return Failed(name="BadInput", message=str(error))
    except ProjectBusyError as error:
        return Completed(name="Skipped", message=str(error))
    except StoppedError as error:
        return Failed(name="Stopped", message=str(error))
    try:
        session.prepare()
        session.begin()
        chapters = write_chapters(run, session)
        return finish(session, chapters, clock)
    except UserError as error:
        return Failed(name="BadInput", message=str(error))
    except StoppedError as error:
        return Failed(name="Stopped", message=str(error))
    finally:
        close_session(run)


def write_chapters(run: RunRef, session: Session) -> list[WrittenChapter]:
    """Write all chapters; those that depend on others come after them."""
    outline = session.project.outline
    announce(session)
    items = [
        Item(
            id=chapter.id,
            name=chapter.title if chapter.id == CONCLUSION else f"{chapter.id} {chapter.title}",
            upstream=chapter.upstream,
        )
        for chapter in outline.in_order_of_edges()
    ]
    # A sync subflow waits a second for its heartbeat thread at its end (PREFECT.md, rule 3).
    with (
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
        chapter_runner(session.config, len(items)) as runner,
    ):
        futures = submit_along_edges(runner, write_chapter, items, run=run)
        for future in futures.values():
            future.wait()
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


def finish(session: Session, chapters: list[WrittenChapter], clock: Clock) -> State[Any]:
    """Write the report's files, and tell how the run ended."""
    session.verify_lease()
    report = Report(session, chapters)
    stopped = next((chapter.stopped for chapter in chapters if chapter.stopped), "")
    files = [*report.write_tables(session.call_rows()), *report.chapter_paths()]
    is_early = session.stop.is_set()
    if is_early:
        outcome = _early_end(session, stopped)
    else:
        failures = export(session, report)
        made = [report.path(suffix) for suffix in _formats(session) if suffix not in failures]
        table = [report.write_csv()] if "csv" in session.config.outputs else []
        files = [*made, *table, *files]
        outcome = _end(session, report, failures)
    told = _with_changes(session, report, outcome)
    report.write_manifest(told, clock, files, session.call_totals())
    session.verify_lease()
    switch_over(session.folder.path)
    if not is_early:
        report.remove_outdated()
        forget_unneeded(session.folder, session.config.keep_runs)
    session.end(outcome.exit_code)  # a change is no part of the report that is missing
    return _state(told)


def export(session: Session, report: Report) -> dict[str, str]:
    """Write the report in its formats, those that stand already left as they are.

    Returns:
        The formats that failed, with the reason.
    """
    content = report.document()
    exports = Exports(session.folder, content)
    document: Any = quote(content)  # not searched for futures
    failures = {}
    for suffix in _formats(session):  # one after another: side by side they would need the memory
        path = report.path(suffix)
        if exports.stands(path, suffix):
            log.info("the report as %s is unchanged", suffix)
            continue
        state = export_report(document, suffix, path, return_state=True)
        if not state.is_completed():
            failures[suffix] = str(state.result(raise_on_failure=False))
            log.error("the report as %s could not be made: %s", suffix, failures[suffix])
        else:
            exports.note(path, suffix)
    return failures


def _formats(session: Session) -> list[str]:
    return [suffix for suffix in session.config.outputs if suffix != "csv"]


def _early_end(session: Session, stopped: str) -> Outcome:
    snapshot = session.progress.snapshot()
    done = f"{snapshot.done} of {snapshot.total} sections are kept"
    if stopped:
        return Outcome("Stopped", 3, f"{stopped}. {done}; the same command goes on from there")
    return Outcome("Cancelled", 130, f"Interrupted. {done}; the same command goes on from there")


def _end(session: Session, report: Report, failures: dict[str, str]) -> Outcome:
    total = len(session.project.outline.sections)
    problems = []
    if report.missing:
        named = ", ".join(report.missing[:5]) + (" …" if len(report.missing) > 5 else "")
        problems.append(f"{len(report.missing)} of {total} sections are not written: {named}")
    if failures:
        problems.append(f"not exported: {', '.join(failures)}")
    if problems:
        return Outcome("Incomplete", 1, "; ".join(problems))
    kept = total - len(session.specs)
    others = f", {kept} kept as earlier runs have written them" if kept else ""
    return Outcome("Completed", 0, f"{len(session.specs)} sections written{others}")


def _with_changes(session: Session, report: Report, outcome: Outcome) -> Outcome:
    """The outcome, which is no success when a text has changed that must not."""
    if not session.ref.fail_on_change or outcome.exit_code != 0:
        return outcome
    changed = report.changed_since_last_run()
    if not changed:
        return outcome
    named = ", ".join(changed[:5]) + (" …" if len(changed) > 5 else "")
    differ = "section differs" if len(changed) == 1 else "sections differ"
    message = f"{outcome.message}; {len(changed)} {differ} from the last run: {named}"
    return Outcome("Incomplete", 1, message)


def _state(outcome: Outcome) -> State[Any]:
    if outcome.state == "Completed":
        return Completed(message=outcome.message)
    if outcome.state == "Cancelled":
        return Cancelled(message=outcome.message)
    return Failed(name=outcome.state, message=outcome.message)
