"""The end of a run: its files, their commit, what is published, and how the run ended."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from factbook.config.project_config import Output
from factbook.data.cleaning import listing
from factbook.errors import StoppedError
from factbook.folder.commit import commit, prepare
from factbook.folder.exports import Exports
from factbook.folder.history import forget_unneeded
from factbook.folder.unfinished import clear
from factbook.report.export import exporter
from factbook.runs.approval import remove_draft
from factbook.runs.clock import Clock
from factbook.runs.engine import Engine, Item
from factbook.runs.inputs import RunInputs
from factbook.runs.outcome import Outcome
from factbook.runs.publish import publish_report
from factbook.runs.run import Run
from factbook.runs.written_chapter import WrittenChapter
from factbook.runs.written_report import Report
from factbook.writing.record import SectionRecord

MOST_NAMED = 5
"""Sections that a message names one by one; further ones are counted."""

log = logging.getLogger("factbook")


def finish(
    run: Run,
    engine: Engine,
    chapters: Sequence[WrittenChapter],
    clock: Clock,
    withheld: Outcome | None = None,
    *,
    is_approved: bool = False,
) -> Outcome:
    """Write the report's files, and say how the run ended.

    Args:
        run: The run.
        engine: Carries its exports.
        chapters: What it wrote.
        clock: Its times.
        withheld: Why the report is not exported; None when it is.
        is_approved: Whether a person has seen what the report lacks, and wants it published.

    Raises:
        StoppedError: The run folder cannot be written to, or the project was taken over.
    """
    inputs = run.inputs
    run.control.verify_lease()
    report = Report(inputs, chapters, run.part)
    report.write_tables(run.call_rows())
    ending = _early_end(run, chapters) if run.control.stop.is_set() else withheld
    made: list[Path] = []
    if ending is None:
        ending, made = export(inputs, engine, report)
    files = report.files(made)
    changed = report.changed_since_last_run()
    outcome = _with_changes(inputs, changed or (), ending)
    code = ending.exit_code  # a change is not a part of the report that is missing
    report.write_manifest(outcome, clock, files, run.call_totals(code))
    run.control.verify_lease()
    commit(inputs.folder.path)
    run.end_calls(code)
    _remove_unneeded(inputs, report, ending)
    # A format that could not be made is not what the person has seen.
    has_all = {report.path(suffix) for suffix in inputs.config.outputs} <= set(made)
    outcome = replace(outcome, changed=changed, flagged=report.flagged)
    return _published(inputs, outcome, files, is_approved=is_approved and has_all)


def finish_unchanged(run: Run, report: Report, clock: Clock) -> Outcome:
    """Publish what was not copied yet of a report that stands, and say that nothing has changed.

    Args:
        run: The run, which has written nothing.
        report: The report that stands.
        clock: Its times.
    """
    clear(run.inputs.folder.path)
    outcome = Outcome(
        "Cached",
        "Nothing has changed since the last run",
        run.inputs.folder.path,
        changed=(),
        flagged=report.flagged,
    )
    outcome = _published(run.inputs, outcome, report.files(_reports(run.inputs, report)))
    return replace(outcome, unchanged_seconds=clock.measured().elapsed_seconds)


def export(inputs: RunInputs, engine: Engine, report: Report) -> tuple[Outcome, list[Path]]:
    """Write the report in its formats; those that stand already are left as they are.

    Returns:
        How the run ended, and the files of the report that stand or are prepared.

    Raises:
        StoppedError: The disk is full, or the run folder cannot be written to.
    """
    document = report.document()
    exports = Exports(inputs.folder, document)
    items: list[Item] = []
    failures: dict[str, str] = {}
    for suffix in (suffix for suffix in inputs.config.outputs if suffix != "csv"):
        if exports.stands(report.path(suffix), suffix):
            log.info("the report as %s is unchanged", suffix)
        else:
            items.append(Item(suffix, f"export {suffix}"))

    def work(suffix: str) -> None:
        prepare(report.path(suffix), exporter(suffix)(document))

    # One after another: side by side they would need the memory of all.
    for ended in engine.run_items("export", items, work, at_once=1):
        if isinstance(ended.error, StoppedError):  # a full disk: the same command goes on
            raise ended.error
        if ended.error is not None:
            failures[ended.id] = str(ended.error)
            log.error("the report as %s could not be made: %s", ended.id, ended.error)
        else:
            exports.note(report.path(ended.id), ended.id)
    if "csv" in inputs.config.outputs:
        exports.note(report.write_csv(), "csv")
    made = [path for path in _reports(inputs, report) if path.suffix[1:] not in failures]
    outcome = _end(inputs, report, failures)
    return _with_old_files(inputs, report, exports, outcome), made


def _reports(inputs: RunInputs, report: Report) -> list[Path]:
    """The report in its formats, in the order in which files are named; the CSV comes last."""
    suffixes = sorted(inputs.config.outputs, key=lambda suffix: suffix == "csv")
    return [report.path(suffix) for suffix in suffixes]


def _remove_unneeded(inputs: RunInputs, report: Report, ending: Outcome) -> None:
    """Remove what the report no longer needs; it is finished, whatever cannot be removed."""
    if ending.state != "AwaitingApproval":
        remove_draft(inputs)
    if ending.state in ("Completed", "Incomplete"):
        report.remove_outdated()
        needed = inputs.compared.folder.path if inputs.compared is not None else None
        forget_unneeded(inputs.folder, inputs.config.keep_runs, needed=needed)


def _published(
    inputs: RunInputs, outcome: Outcome, files: Sequence[Path], *, is_approved: bool = False
) -> Outcome:
    """The outcome with what was published; another one if publishing failed."""
    try:
        message, published = publish_report(
            inputs.folder,
            [path.name for path in files],
            Path(inputs.ref.project),
            inputs.config.publish,
            is_approved=is_approved,
        )
    except StoppedError as error:
        return replace(outcome, state="Stopped", message=str(error))
    more = f"; {message}" if message else ""
    return replace(outcome, message=f"{outcome.message}{more}", published=published)


def _early_end(run: Run, chapters: Sequence[WrittenChapter]) -> Outcome:
    folder = run.inputs.folder.path
    reason = next((chapter.stopped for chapter in chapters if chapter.stopped), "")
    snapshot = run.control.progress.snapshot()
    now = sum(len(chapter.seconds) for chapter in chapters)
    done = f"{snapshot.done} of {snapshot.total} sections are done and kept, {now} of them new"
    if reason:
        message = f"{reason}. {done}; the same command continues from there"
        return Outcome("Stopped", message, folder)
    message = f"Interrupted. {done}; the same command continues from there"
    return Outcome("Cancelled", message, folder)


def _end(inputs: RunInputs, report: Report, failures: dict[str, str]) -> Outcome:
    folder = inputs.folder.path
    total = len(inputs.project.outline.sections)
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
    more = f"; {outdated}" if outdated else ""
    if problems:
        return Outcome("Incomplete", f"{'; '.join(problems)}{more}", folder)
    return Outcome("Completed", f"{_finished(report, total)}{more}", folder)


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
    inputs: RunInputs, report: Report, exports: Exports, outcome: Outcome
) -> Outcome:
    """The outcome, which names the formats of an earlier run that this one does not make."""
    others = [suffix for suffix in get_args(Output) if suffix not in inputs.config.outputs]
    old = [one for one in others if exports.is_outdated(report.path(one), one)]
    if not old:
        return outcome
    message = f"of an earlier run: {', '.join(report.path(one).name for one in old)}"
    log.warning("%s; outputs does not name the format", message)
    return replace(outcome, message=f"{outcome.message}; {message}")


def _with_changes(inputs: RunInputs, changed: Sequence[str], outcome: Outcome) -> Outcome:
    """The outcome, which is not a success when a text has changed that must not."""
    if not inputs.ref.fail_on_change or outcome.exit_code != 0 or not changed:
        return outcome
    differ = "section differs" if len(changed) == 1 else "sections differ"
    what = f"{len(changed)} {differ} from the last run: {listing(changed, MOST_NAMED)}"
    return replace(outcome, state="Incomplete", message=f"{outcome.message}; {what}")
