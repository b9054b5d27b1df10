"""The end of a report's flow: its files, and how the run ended."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from prefect import State
from prefect.states import Cancelled, Completed, Failed
from prefect.utilities.annotations import quote

from factbook.config.project import Output
from factbook.data.cleaning import listing
from factbook.errors import ProjectBusyError, StoppedError, UserError
from factbook.folder.commit import switch_over
from factbook.folder.exports import Exports
from factbook.folder.history import forget_unneeded
from factbook.folder.unfinished import clear
from factbook.runs.approval import remove_draft
from factbook.runs.manifest import Clock, Outcome
from factbook.runs.results import remove_results
from factbook.runs.session import Session
from factbook.runs.written_chapter import WrittenChapter
from factbook.runs.written_report import Report
from factbook.writing.record import SectionRecord
from flows.artifacts.ending import (
    Ending,
    show_ending,
)
from flows.artifacts.form_words import in_words_of_form
from flows.publishing import publish_report
from tasks.export import export_report

MOST_NAMED = 5

log = logging.getLogger("factbook")


def finish(
    session: Session,
    chapters: Sequence[WrittenChapter],
    clock: Clock,
    withheld: Outcome | None = None,
    *,
    is_approved: bool = False,
) -> State[Any]:
    """Write the report's files, and tell how the run ended.

    Args:
        session: The run.
        chapters: What it wrote.
        clock: Its times.
        withheld: Why the report is not exported; None when it is.
        is_approved: Whether a person has seen what the report lacks, and wants it published.
    """
    session.verify_lease()
    report = Report(session, chapters)
    files = [*report.write_tables(session.call_rows()), *report.chapter_paths()]
    ending = _early_end(session, chapters) if session.stop.is_set() else withheld
    made: list[Path] = []
    if ending is None:
        ending, made = export(session, report)
        files = [*made, *files]
    changed = report.changed_since_last_run()
    told = _with_changes(session, changed or (), ending)
    code = ending.exit_code  # a change is no part of the report that is missing
    report.write_manifest(told, clock, files, session.call_totals(code))
    session.verify_lease()
    switch_over(session.folder.path)
    session.end(code)
    tidy_up(session, report, ending)
    # A format that could not be made is nothing that the person has seen.
    has_all = {report.path(suffix) for suffix in session.config.outputs} <= set(made)
    told, published = publish_report(session, told, is_approved=is_approved and has_all)
    show_ending(session, Ending(told, changed, report.flagged, published))
    return end_state(told)


def finish_unchanged(session: Session, report: Report, clock: Clock) -> State[Any]:
    """Publish what was not copied yet of a report that stands, and tell that nothing has changed.

    Args:
        session: The run, which has written nothing.
        report: The report that stands.
        clock: Its times.
    """
    clear(session.folder.path)
    told = Outcome("Cached", 0, "Nothing has changed since the last run")
    told, published = publish_report(session, told)
    seconds = clock.measured().elapsed_seconds
    show_ending(session, Ending(told, (), report.flagged, published, unchanged_seconds=seconds))
    return end_state(told)


def tidy_up(session: Session, report: Report, ending: Outcome) -> None:
    """Remove what the report no longer needs; it is finished, whatever cannot be removed."""
    if ending.state != "AwaitingApproval":
        remove_draft(session)
    if ending.state in ("Completed", "Incomplete"):
        report.remove_outdated()
        needed = session.compared.folder.path if session.compared is not None else None
        forget_unneeded(session.folder, session.config.keep_runs, needed=needed)
        remove_results(session.ref.out_folder)


def export(session: Session, report: Report) -> tuple[Outcome, list[Path]]:
    """Write the report in its formats, those that stand already left as they are.

    Returns:
        How the run ended, and the files of the report that stand or are prepared.

    Raises:
        StoppedError: The disk is full, or the run folder cannot be written to.
    """
    content = report.document()
    exports = Exports(session.folder, content)
    document: Any = quote(content)  # not searched for futures
    failures, made = {}, []
    for suffix in _formats(session):  # one after another: side by side they would need the memory
        path = report.path(suffix)
        if exports.stands(path, suffix):
            log.info("the report as %s is unchanged", suffix)
            made.append(path)
            continue
        state = export_report(document, suffix, path, return_state=True)
        if not state.is_completed():
            error = state.result(raise_on_failure=False)
            if isinstance(error, StoppedError):  # a full disk: the same command goes on
                raise error
            failures[suffix] = str(error)
            log.error("the report as %s could not be made: %s", suffix, failures[suffix])
        else:
            exports.note(path, suffix)
            made.append(path)
    if "csv" in session.config.outputs:
        made.append(report.write_csv())
        exports.note(made[-1], "csv")
    return _with_old_files(session, report, exports, _end(session, report, failures)), made


def _formats(session: Session) -> list[str]:
    return [suffix for suffix in session.config.outputs if suffix != "csv"]


def _early_end(session: Session, chapters: Sequence[WrittenChapter]) -> Outcome:
    stopped = next((chapter.stopped for chapter in chapters if chapter.stopped), "")
    snapshot = session.progress.snapshot()
    now = sum(len(chapter.seconds) for chapter in chapters)
    done = f"{snapshot.done} of {snapshot.total} sections are done and kept, {now} of them new"
    if stopped:
        return Outcome("Stopped", 3, f"{stopped}. {done}; the same command goes on from there")
    return Outcome("Cancelled", 130, f"Interrupted. {done}; the same command goes on from there")


def _end(session: Session, report: Report, failures: dict[str, str]) -> Outcome:
    total = len(session.project.outline.sections)
    lacking: dict[str, list[str]] = {}
    for section_id in report.missing:
        lacking.setdefault(_lack_of(report.shown.get(section_id)), []).append(section_id)
    problems = [
        f"{len(ids)} of {total} sections {'is' if len(ids) == 1 else 'are'} {what}: "
        f"{listing(ids, MOST_NAMED)}"
        for what, ids in lacking.items()
    ]
    if failures:
        problems.append(f"not exported: {', '.join(failures)}")
    outdated = _outdated(report)
    if outdated:
        log.warning("%s; the report shows what has changed", outdated)
    told = f"; {outdated}" if outdated else ""
    if problems:
        return Outcome("Incomplete", 1, f"{'; '.join(problems)}{told}")
    return Outcome("Completed", 0, f"{_finished(report, total)}{told}")


def _outdated(report: Report) -> str:
    """What is said of edits whose data have changed since; nothing without any."""
    edits = {name: record.edit for name, record in report.shown.items() if record.edit is not None}
    ids = [name for name, edit in edits.items() if edit.is_outdated]
    if not ids:
        return ""
    one, several = "1 edit is older than its data", f"{len(ids)} edits are older than their data"
    what = one if len(ids) == 1 else several
    return f"{what}: {listing(ids, MOST_NAMED)}"


def _lack_of(record: SectionRecord | None) -> str:
    """What is said of sections that are not as they should be."""
    if record is None or not record.source_text:
        is_refused = record is not None and record.status == "refused"
        return "refused by the content filter" if is_refused else "not written"
    is_offline = record.writer.get("provider") == "offline"
    return "written without the model" if is_offline else "without a later pass"


def _finished(report: Report, total: int) -> str:
    """How many sections of a complete report this run has written."""
    now = Counter(r.status for name, r in report.shown.items() if name in report.seconds)
    if now["written"] == total:
        return f"{total} sections written"
    edited = sum(record.status == "edited" for record in report.shown.values())
    counts = {"unchanged": total - edited - now["written"], "edited": edited}
    others = "".join(f", {number} {what}" for what, number in counts.items() if number)
    return f"{total} sections: {now['written']} written now{others}"


def _with_old_files(
    session: Session, report: Report, exports: Exports, outcome: Outcome
) -> Outcome:
    """The outcome, which names the formats that an earlier run has left and this one makes not."""
    others = [suffix for suffix in get_args(Output) if suffix not in session.config.outputs]
    old = [one for one in others if exports.is_outdated(report.path(one), one)]
    if not old:
        return outcome
    told = f"of an earlier run: {', '.join(report.path(one).name for one in old)}"
    log.warning("%s; outputs does not name the format", told)
    return replace(outcome, message=f"{outcome.message}; {told}")


def _with_changes(session: Session, changed: Sequence[str], outcome: Outcome) -> Outcome:
    """The outcome, which is no success when a text has changed that must not."""
    if not session.ref.fail_on_change or outcome.exit_code != 0 or not changed:
        return outcome
    differ = "section differs" if len(changed) == 1 else "sections differ"
    told = f"{len(changed)} {differ} from the last run: {listing(changed, MOST_NAMED)}"
    return Outcome("Incomplete", 1, f"{outcome.message}; {told}")


def end_state(outcome: Outcome) -> State[Any]:
    """The Prefect state of a run that ended so."""
    message = in_words_of_form(outcome.message)
    if outcome.exit_code == 0:
        return Completed(name=outcome.state, message=message)
    if outcome.state == "Cancelled":
        return Cancelled(message=message)
    return Failed(name=outcome.state, message=message)


def error_state(
    error: UserError | ProjectBusyError | StoppedError, touched: Sequence[str]
) -> State[Any]:
    """The Prefect state of a run that an error has ended.

    Args:
        error: The error.
        touched: Titles of the fields of the form that were filled in.
    """
    if isinstance(error, UserError):
        return Failed(name="BadInput", message=in_words_of_form(str(error), touched))
    message = in_words_of_form(str(error))
    if isinstance(error, ProjectBusyError):
        return Completed(name="Skipped", message=message)
    return Failed(name="Stopped", message=message)
