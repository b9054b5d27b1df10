"""A chapter as it is written: its records, and its CSV kept useful at every moment."""

from __future__ import annotations

import time
from collections.abc import Iterable

from factbook.checking.claims import Claim, reference_claims
from factbook.files.atomic import write_if_changed
from factbook.folder.run_folder import RunFolder
from factbook.report.csv_files import result_line, results_csv_of_lines
from factbook.sheet.outline import Chapter
from factbook.writing.record import SectionRecord

SECONDS_BETWEEN_WRITES = 1.0


class WrittenChapter:
    """What a chapter has become so far.

    ``objective_<id>_results.csv`` holds all finished sections in the order of the sheet. It is
    replaced atomically, at most once a second; `close` writes what is still to be written. Rows of
    sections that this run does not select are kept from the records of earlier runs, and so are
    those of `unchanged` sections until this run has reached them.

    Used by one thread. A plain object, in which Prefect does not look for futures.

    Args:
        folder: The run folder.
        whole: The chapter in the whole report.
        selected: The chapter as this run writes it.
        unchanged: Records of the last run that this run would make again just so.

    Attributes:
        records: Section id → record, of the sections that this run has an outcome of.
        seconds: Section id → seconds, of those that this run worked on.
        claims: Section id → the claims of its text, of all that the chapter shows.
        stopped: Why the chapter ended early; empty when it did not.
    """

    def __init__(
        self,
        folder: RunFolder,
        whole: Chapter,
        selected: Chapter,
        unchanged: Iterable[SectionRecord] = (),
    ) -> None:
        self.chapter_id = selected.id
        self.records: dict[str, SectionRecord] = {}
        self.seconds: dict[str, float] = {}
        self.stopped = ""
        self._folder = folder
        self._path = folder.chapter_csv_path(selected.id)
        self._specs = {section.id: section for section in whole.sections}
        self._selected = [section.id for section in selected.sections]
        own = set(self._selected)
        self._unchanged = {record.section_id: record for record in unchanged}
        self.claims: dict[str, tuple[Claim, ...]] = {}
        self._lines: dict[str, bytes] = {}
        for name in self._specs:
            kept = self._unchanged.get(name) if name in own else folder.read_record(name)
            if kept is not None:
                self._show(kept)
        self._written_at: float | None = None
        self._is_stale = True

    def add(self, record: SectionRecord, *, is_new: bool = True) -> None:
        """Take over what a section became; the CSV is written at most once a second.

        Args:
            record: Its record, which is saved already.
            is_new: Whether it was written now.

        Raises:
            StoppedError: The folder cannot be written to.
        """
        self.records[record.section_id] = record
        if is_new and record != self._unchanged.get(record.section_id):
            self.seconds[record.section_id] = record.seconds
        self._show(record)
        self._is_stale = True
        now = time.monotonic()
        if self._written_at is None or now - self._written_at >= SECONDS_BETWEEN_WRITES:
            self._write()

    def begin(self) -> None:
        """Write what stands before the first section is done: no outdated row stays.

        Raises:
            StoppedError: The folder cannot be written to.
        """
        write_if_changed(self._path, self._csv())

    def stop(self, reason: str) -> None:
        """The chapter ends early."""
        self.stopped = self.stopped or reason

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the sections of this run that are neither written nor edited."""
        return tuple(
            name
            for name in self._selected
            if name not in self.records or not self.records[name].is_finished
        )

    @property
    def selected(self) -> int:
        """How many sections this run writes of the chapter."""
        return len(self._selected)

    def close(self) -> None:
        """Write the CSV if anything came after the last time.

        Raises:
            StoppedError: The folder cannot be written to.
        """
        if self._is_stale:
            self._write()

    def _write(self) -> None:
        write_if_changed(self._path, self._csv())
        self._written_at = time.monotonic()
        self._is_stale = False

    def _show(self, record: SectionRecord) -> None:
        """Let the CSV show a record."""
        name = record.section_id
        self.claims[name] = claims_of(record)
        self._lines[name] = result_line(self._specs[name], record, self.claims[name])

    def _csv(self) -> bytes:
        """The rows so far, in the order of the sheet."""
        shown = (self._lines[name] for name in self._specs if name in self._lines)
        return results_csv_of_lines(shown)


def claims_of(record: SectionRecord) -> tuple[Claim, ...]:
    """The claims of a section's headline and text."""
    return tuple(
        claim
        for text in record.told
        for claim in reference_claims(record.section_id, text, record.by_id)
    )
