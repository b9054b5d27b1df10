"""A run from its opened inputs to its end: the order of the work, whatever engine carries it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import count
from pathlib import Path

from factbook.edits.notes import ask_rewrite, check_rewrite
from factbook.errors import (
    ApprovalPendingError,
    ConfigError,
    Finding,
    ProjectBusyError,
    StoppedError,
    UserError,
)
from factbook.runs.approval import Decision, Review, make_review
from factbook.runs.approver import Approver, NoApprover
from factbook.runs.chapter import write_chapter
from factbook.runs.clock import Clock
from factbook.runs.current import current_report
from factbook.runs.engine import Engine, Item
from factbook.runs.finish import finish, finish_unchanged
from factbook.runs.garbage import rarely_searched
from factbook.runs.outcome import Outcome, outcome_of
from factbook.runs.rewrite import NO_REQUEST, RewriteRequest, follow_request
from factbook.runs.run import Run
from factbook.runs.thread_engine import ThreadEngine
from factbook.runs.written_chapter import WrittenChapter
from factbook.runs.written_report import Report
from factbook.sheet.outline import CONCLUSION

log = logging.getLogger("factbook")


def run_report(
    run: Run,
    engine: Engine | None = None,
    *,
    approver: Approver | None = None,
    request: RewriteRequest = NO_REQUEST,
    notify: Callable[[str], None] = log.info,
    watch: Callable[[Run], AbstractContextManager[object]] = lambda run: nullcontext(),
) -> Outcome:
    """Write a project's report, have it approved where that is asked for, export and publish it.

    Args:
        run: The run, which holds its project; whoever has begun it closes it.
        engine: Carries its work; threads of this process when None.
        approver: Asks a person about the report; nobody when None.
        request: What an editor asks of sections, noted in the project first.
        notify: Given a sentence for each of that.
        watch: Given the run, something to hold while it writes.

    Raises:
        UserError: The project, or what is asked of it, has errors; nothing was called.
        StoppedError: The run folder cannot be written to, or the engine cannot be had.
    """
    engine = engine or ThreadEngine()
    clock = Clock()
    if request and not run.inputs.takes_standing:  # else they were followed before
        for sentence in follow_request(request, run.inputs):
            notify(sentence)
        run.renew()
    with rarely_searched():
        run.prepare(engine.prepare)
        body = partial(_to_its_end, run, engine, approver or NoApprover(), clock)
        with watch(run):
            return engine.carry(run, body)


def _to_its_end(run: Run, engine: Engine, approver: Approver, clock: Clock) -> Outcome:
    """Write and finish the report; what ends the run early becomes its outcome."""
    try:
        outcome = _write_report(run, engine, approver, clock)
        engine.show(run, outcome)
        return outcome
    # Busy: a person has let the project go while it was to wait for approval.
    except (UserError, ProjectBusyError, StoppedError) as error:
        return outcome_of(error, run.inputs.folder.path)


def _write_report(run: Run, engine: Engine, approver: Approver, clock: Clock) -> Outcome:
    clock.before_seconds = run.part.elapsed_seconds
    while True:
        standing = current_report(run) if run.inputs.config.only_if_changed else None
        if standing is not None:
            return finish_unchanged(run, standing, clock)
        run.begin_calls()
        chapters = write_chapters(run, engine)
        if not run.inputs.config.review or run.control.stop.is_set():
            return finish(run, engine, chapters, clock)
        report = Report(run.inputs, chapters, run.part)
        review = make_review(run, report)
        if review.digest != run.part.review:
            how = approver.announce(run, report, review)
            if how is not None:
                engine.show(run, finish(run, engine, chapters, clock, _awaiting(run, review, how)))
        try:
            decision = _decide(run, approver, report, review)
        except ApprovalPendingError as error:
            return finish(run, engine, chapters, clock, _awaiting(run, review, str(error)))
        if decision.action == "reject":
            message = "A person has rejected the report: nothing was exported"
            rejected = Outcome("Rejected", message, run.inputs.folder.path)
            return finish(run, engine, chapters, clock, rejected)
        if decision.action == "approve":
            return finish(run, engine, chapters, clock, is_approved=True)
        run.renew(run.part_so_far(report.seconds))  # with the notes of sections to rewrite
        run.prepare(engine.prepare)


def write_chapters(run: Run, engine: Engine) -> list[WrittenChapter]:
    """Write all chapters; those that depend on others come after them.

    Args:
        run: The run.
        engine: Carries its chapters.
    """
    outline, config = run.inputs.project.outline, run.inputs.config
    how = "concurrently" if config.run_objectives_concurrent else "one after another"
    log.info("Running %d objectives (chapters) %s", len(outline.to_write), how)
    items = [
        Item(
            id=chapter.id,
            name=chapter.title if chapter.id == CONCLUSION else f"{chapter.id} {chapter.title}",
            upstream=chapter.upstream,
        )
        for chapter in outline.in_order_of_edges()
    ]
    at_once = len(items) if config.run_objectives_concurrent else 1
    found: dict[str, WrittenChapter] = {}
    for ended in engine.run_items(
        "chapter", items, partial(write_chapter, run, engine), at_once=at_once
    ):
        if ended.error is None:
            found[ended.id] = ended.result
        else:
            log.error("chapter %s could not be written: %s", ended.id, ended.error)
    return [found[chapter.id] for chapter in outline.to_write if chapter.id in found]


def _awaiting(run: Run, review: Review, message: str) -> Outcome:
    """How a run stands whose report waits for approval.

    Args:
        run: The run.
        review: What a person is asked to approve.
        message: How they can do so.
    """
    return Outcome(
        "AwaitingApproval",
        message,
        run.inputs.folder.path,
        review=review.digest,
        fail_on_change=run.inputs.ref.fail_on_change,
    )


def _decide(run: Run, approver: Approver, report: Report, review: Review) -> Decision:
    """What a person decides; sections to rewrite are noted in the project."""
    problem = ""
    for attempt in count():
        decision = approver.decide(run, review, problem, attempt)
        try:
            if decision.action == "rewrite":
                _note(run, decision, report)
        except ConfigError as error:
            problem = "; ".join(finding.message for finding in error.findings)
            log.warning("the decision cannot be followed: %s", problem)
            continue
        break
    log.info("a person has decided: %s", decision.action)
    return decision


def _note(run: Run, decision: Decision, report: Report) -> None:
    """Have the named sections rewritten.

    Raises:
        ConfigError: None is named, there is no such section, or the writer follows no note.
        StoppedError: The project folder cannot be written to.
    """
    if not decision.sections:
        raise ConfigError([_no_sections()])
    known = [section.id for section in run.inputs.project.whole.sections]
    check_rewrite(known, decision.sections, is_offline=run.inputs.is_offline)
    note = decision.note.strip() or None
    ask_rewrite(Path(run.inputs.ref.project), decision.sections, note, report.shown)


def _no_sections() -> Finding:
    return Finding(
        severity="error",
        code="config.rewrite",
        message="'rewrite' names no section",
        remedy="Give the ids of sections, such as 1.1.1@AT",
    )
