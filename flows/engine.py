"""The Prefect engine: chapters are tasks that call subflows, sections are tasks in these."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from prefect import State
from prefect.exceptions import FailedRun, MissingResult, TerminationSignal
from prefect.runtime import flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.task_runners import ThreadPoolTaskRunner

from factbook.errors import CancelledError, StoppedError, WriterError
from factbook.runs.engine import Ended, Item, Step, Work
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.section_writer import Written
from factbook.runs.written_chapter import WrittenChapter
from flows.artifacts.artifact_keys import artifact_key
from flows.artifacts.ending import show_ending
from flows.artifacts.progress_artifacts import shown, shown_run
from flows.chapter import write_chapter
from flows.flow_runs import is_kept
from flows.orphans import end_orphans
from flows.registry import registered
from flows.section_workers import run_sections, section_workers
from flows.sections import export_report, write_section
from flows.submitting import ended, submit
from flows.workers import Workers
from tasks.results import result_of


class PrefectEngine:
    """Carries a run inside the flow run of the caller.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.shows_unchanged = is_kept()
        self._workers: Workers | None = None
        self._work: dict[Step, Work] = {}

    def prepare(self) -> None:
        """The flow runs already; nothing is needed."""

    def carry(self, run: Run, body: Callable[[], Outcome]) -> Outcome:
        """Call the body, so that Prefect tasks find their work; see `Engine.carry`."""
        self._end_dead_run()
        with registered(run.inputs.ref, self):
            return body()

    def show(self, run: Run, outcome: Outcome) -> None:
        """Make the artifacts of the run; see `Engine.show`."""
        show_ending(run, outcome)

    def work(self, step: Step) -> Work:
        """Does the work of an item; tasks ask for it."""
        return self._work[step]

    def run_items(
        self,
        step: Step,
        items: Sequence[Item],
        work: Work,
        *,
        at_once: int,
        stop: threading.Event | None = None,
    ) -> Iterator[Ended]:
        """Run items as Prefect tasks; see `Engine.run_items`."""
        self._work[step] = work
        if step == "chapter":
            return self._chapters(items, at_once)
        if step == "section":
            return self._sections(items, at_once)
        return self._exports(items)

    @contextmanager
    def shown_chapter(self, chapter_id: str, name: str) -> Iterator[None]:
        """Show how much of a chapter is written, in the flow run of the caller.

        Args:
            chapter_id: The chapter.
            name: Its name.
        """
        own = [section.id for section in self.run.inputs.chapter(chapter_id).sections]
        percent = partial(self.run.control.progress.percent, own)
        with shown(self._key("chapter", chapter_id), f"Chapter {name}", percent):
            yield

    def _key(self, *what: str) -> str:
        project = self.run.inputs.project
        return artifact_key(project.folder, project.slug, *what)

    @property
    def _ref(self) -> RunRef:
        return self.run.inputs.ref

    def _end_dead_run(self) -> None:
        """End what the run before has left open on the server, if it died."""
        lease = self.run.control.lease
        if is_kept() and lease is not None and lease.before is not None and not lease.has_waited:
            end_orphans(lease.before, str(flow_run.id), Path(self._ref.project))

    def _chapters(self, items: Sequence[Item], at_once: int) -> Iterator[Ended]:
        """Chapters end by themselves at a stop, so that all of them are waited for."""
        progress = self.run.control.progress
        # A sync subflow waits a second for its heartbeat thread at its end
        # (docs/prefect-notes.md, rule 3).
        with (
            temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
            section_workers(self.run) as self._workers,
            shown_run(self._key("progress"), "How much of the report is written", progress.percent),
            ThreadPoolTaskRunner[Any](max_workers=at_once) as runner,
        ):
            futures = submit(runner, write_chapter, items, self._ref)
            try:
                for future in futures.values():
                    future.wait()
            except TerminationSignal:  # a cancel by the server ends chapters as Ctrl-C does
                self.run.interrupt()
                for future in futures.values():
                    future.wait()
            ends = [_of_chapter(name, future.state) for name, future in futures.items()]
        yield from ends

    def _sections(self, items: Sequence[Item], at_once: int) -> Iterator[Ended]:
        stop = self.run.control.stop
        if self._workers is not None:
            for name, state in run_sections(self._workers, items, stop):
                yield self._of_section(name, state, is_remote=True)
            return
        with ThreadPoolTaskRunner[Any](max_workers=at_once) as runner:
            futures = submit(runner, write_section, items, self._ref)
            for name, state in ended(futures, stop):
                yield self._of_section(name, state)
            if stop.is_set():
                runner.cancel_all()

    def _exports(self, items: Sequence[Item]) -> Iterator[Ended]:
        for item in items:
            state: Any = export_report(self._ref, item.id, item.name, return_state=True)
            yield Ended(item.id, error=_error(state))

    def _of_section(self, section_id: str, state: State[Any], *, is_remote: bool = False) -> Ended:
        """The end of a section with its record, from the run folder."""
        error = _error(state)
        if error is None:
            record = self.run.inputs.folder.read_record(section_id)
            if record is not None:
                written = Written(record, is_new=state.name != "Cached")
                return Ended(section_id, written, is_remote=is_remote)
            error = WriterError(
                f"its record cannot be read back from {self.run.inputs.folder.path}"
            )
        return Ended(section_id, error=error, is_remote=is_remote)


def _of_chapter(chapter_id: str, state: State[Any]) -> Ended:
    error = _error(state)
    if error is not None:
        return Ended(chapter_id, error=error)
    written = result_of(state)
    if isinstance(written, WrittenChapter):
        return Ended(chapter_id, written)
    message = f"somebody has set the state {state.name} on the Prefect server"
    return Ended(chapter_id, error=WriterError(message))


def _error(state: State[Any]) -> BaseException | None:
    """What ended a Prefect task early; None where its work came to an end, good or bad."""
    if state.is_cancelled():
        return CancelledError(state.message or "the run was interrupted")
    try:
        result = result_of(state)
    except (MissingResult, ValueError) as error:
        result = error
    # The state of a task that returned one without data has the result None in this process.
    is_empty = state.is_failed() and result is None
    if is_empty or isinstance(result, FailedRun | MissingResult):
        if state.name == "Stopped":
            return StoppedError(state.message or "the run cannot continue")
        return WriterError(str(state.message or state.name))
    return result if isinstance(result, BaseException) else None
