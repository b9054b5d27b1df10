"""Writing a chapter: its sections along their edges, its CSV as they finish."""

from __future__ import annotations

import logging
from collections.abc import Callable

from factbook.errors import CancelledError, FactbookError, StoppedError
from factbook.runs.engine import Ended, Engine, Item
from factbook.runs.run import Run
from factbook.runs.section_writer import Written
from factbook.runs.written_chapter import WrittenChapter
from factbook.sheet.outline import Chapter, SectionSpec
from factbook.writing.record import SectionRecord
from factbook.writing.section import failed_section

log = logging.getLogger("factbook")


def write_chapter(run: Run, engine: Engine, chapter_id: str) -> WrittenChapter:
    """Write the sections of a chapter; a section that fails stops no other.

    Args:
        run: The run.
        engine: Carries its sections.
        chapter_id: The chapter.
    """
    return _ChapterWriter(run, engine, chapter_id).write()


class _ChapterWriter:
    """Writes one chapter."""

    def __init__(self, run: Run, engine: Engine, chapter_id: str) -> None:
        self._run = run
        self._engine = engine
        self._spec = run.inputs.chapter(chapter_id)
        unchanged = list(run.sections.unchanged(self._spec))
        self._unchanged = {record.section_id: record for record in unchanged}
        whole = run.inputs.whole_chapter(chapter_id)
        self._written = WrittenChapter(run.inputs.folder, whole, self._spec, unchanged)

    def write(self) -> WrittenChapter:
        """Write the chapter."""
        self._announce()
        self._or_stop(self._written.begin)
        if not self._engine.shows_unchanged:
            for record in self._unchanged.values():
                log_record(record, is_new=False)
                self._add(record, is_new=False)
        self._write_sections()
        if self._run.control.stop.is_set():
            self._add_saved()
        self._or_stop(self._written.close)
        return self._written

    def _announce(self) -> None:
        """Log how many of the sheet's tasks are written, and how."""
        tasks = {section.task.id for section in self._spec.sections if section.task}
        how = "concurrently" if self._run.inputs.config.run_task_concurrent else "one after another"
        if tasks:
            log.info("Running %d tasks %s for objective %s", len(tasks), how, self._spec.id)
        else:
            log.info("Running %d conclusions %s", len(self._spec.sections), how)

    def _write_sections(self) -> None:
        items = [item for item in section_items(self._spec) if item.id not in self._written.records]
        left = {item.id for item in items}
        items = [
            Item(item.id, item.name, tuple(name for name in item.upstream if name in left))
            for item in items
        ]
        if not items:
            return
        config = self._run.inputs.config
        limit = min(len(items), config.limits.max_workers) if config.run_task_concurrent else 1
        stop = self._run.control.stop
        work = self._write_section
        try:
            for ended in self._engine.run_items("section", items, work, at_once=limit, stop=stop):
                self._take(ended)
        except StoppedError as error:  # the engine cannot continue
            self._stop(error)

    def _write_section(self, section_id: str) -> Written:
        """Write a section and log it where the engine runs it: a server keeps the line with it."""
        written = self._run.sections.write(section_id)
        log_record(written.record, is_new=written.is_new)
        return written

    def _take(self, ended: Ended) -> None:
        """Take over what a section became."""
        if isinstance(ended.error, CancelledError):
            return
        if isinstance(ended.error, StoppedError):
            self._stop(ended.error)
            return
        if ended.error is not None:
            self._take_lost(ended.id, ended.error)
            return
        written: Written = ended.result
        if ended.is_remote:
            log_record(written.record, is_new=written.is_new)
            self._run.control.progress.add_cost(written.record.calls.cost_usd)
        self._add(written.record, is_new=written.is_new)

    def _take_lost(self, section_id: str, error: BaseException) -> None:
        """Take over a section that the engine has lost: what it has saved counts, if anything."""
        saved = self._run.sections.standing(section_id)
        if saved is not None:
            log.warning("%s is written, although the engine reports: %s", section_id, error)
            self._add(saved)
            return
        # The engine's own errors are sentences.
        is_ours = isinstance(error, FactbookError)
        reason = str(error) if is_ours else f"{type(error).__name__}: {error}"
        record = failed_section(section_id, reason)
        log_record(record, is_new=True)

        def save() -> None:
            self._run.control.verify_lease()
            self._run.inputs.folder.save_record(record)

        self._or_stop(save)
        self._add(record)

    def _add_saved(self) -> None:
        """After a stop: add what was finished and saved while the engine ended."""
        for section in self._spec.in_order_of_edges():
            if section.id not in self._written.records:
                record = self._run.sections.saved(section.id)
                if record is not None:
                    self._add(record)

    def _add(self, record: SectionRecord, *, is_new: bool = True) -> None:
        """Add a record to the chapter; if that cannot be written, the run stops."""
        self._run.control.progress.finish(record.section_id, record.status)
        self._or_stop(lambda: self._written.add(record, is_new=is_new))

    def _or_stop(self, write: Callable[[], None]) -> None:
        """Write to the run folder, or stop the run where that fails."""
        try:
            write()
        except StoppedError as error:
            self._stop(error)

    def _stop(self, error: StoppedError) -> None:
        self._written.stop(str(error))
        self._run.interrupt()


def section_items(chapter: Chapter) -> list[Item]:
    """The sections of a chapter, in the order of their edges; those of other chapters are there."""
    own = {section.id for section in chapter.sections}
    return [
        Item(
            id=section.id,
            name=section_name(chapter.id, section),
            upstream=tuple(name for name in section.upstream if name in own),
        )
        for section in chapter.in_order_of_edges()
    ]


def section_name(chapter_id: str, section: SectionSpec) -> str:
    """Chapter, number, title and place; a conclusion has its title and place alone."""
    row = section.sub_task or section.task
    what = f"{chapter_id} · {row.id} {section.title}" if row else section.title
    return f"{what} · {section.place.name}"


def log_record(record: SectionRecord, *, is_new: bool) -> None:
    """Log one line a section, with the reason where it is not written."""
    if not is_new:
        log.info("%s unchanged", record.section_id)
    elif record.is_finished:
        log.info("%s %s in %.2f s", record.section_id, record.status, record.seconds)
    else:
        log.warning("%s %s: %s", record.section_id, record.status, record.reason)
