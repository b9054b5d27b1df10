"""The end of a run: from the records to the report's files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from factbook.checking.claims import Claim, named_rows
from factbook.folder.commit import prepare
from factbook.folder.last_texts import (
    changed_texts,
    last_texts,
    last_titles,
    text_digests,
    title_digests,
)
from factbook.folder.manifest_parts import ReportCalls
from factbook.folder.run_folder import TABLES
from factbook.project.about import about_project, changes_since
from factbook.report.blocks import Document
from factbook.report.csv_files import CALL_COLUMNS, checks_csv, results_csv, to_csv
from factbook.report.document import make_document
from factbook.report.key_messages import key_messages
from factbook.runs.clock import Clock
from factbook.runs.earlier_part import NO_PART, EarlierPart
from factbook.runs.inputs import RunInputs
from factbook.runs.make_manifest import (
    NO_CALLS,
    make_manifest,
)
from factbook.runs.outcome import Outcome
from factbook.runs.written_chapter import WrittenChapter, claims_of
from factbook.writing.record import SectionRecord

FINISHED_WITH = (0, 1)
"""Exit codes of runs that have come to their end."""


class Report:
    """All that a run and the runs before it have written of a project.

    Args:
        inputs: What the run reads.
        chapters: The chapters as this run wrote them.
        part: What it did before a person was asked about its report.

    Attributes:
        written: Section id → record, of the sections that this run has an outcome of.
        shown: Those of the report as it is exported: with the chapters that are kept.
        records: All that the run folder holds of the project's sections.
        seconds: Section id → seconds, of the sections that this run worked on, before a person was
            asked as well.
        claims: Section id → the claims of its text.
    """

    def __init__(
        self,
        inputs: RunInputs,
        chapters: Iterable[WrittenChapter],
        part: EarlierPart = NO_PART,
    ) -> None:
        self._inputs = inputs
        self._project = inputs.project
        self._folder = inputs.folder
        self.written: dict[str, SectionRecord] = {}
        self.seconds = dict(part.section_seconds)
        known: dict[str, tuple[Claim, ...]] = {}
        for chapter in chapters:
            self.written |= chapter.records
            self.seconds |= chapter.seconds
            known |= chapter.claims
        self.records = {**self._kept(), **self.written}
        self.shown = {**self._shown_of_earlier_runs(), **self.written}
        self.claims: dict[str, tuple[Claim, ...]] = {
            section_id: known[section_id] if section_id in known else claims_of(record)
            for section_id, record in self.records.items()
        }

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the report's sections that are neither written nor edited."""
        return tuple(
            spec.id
            for spec in self._project.outline.sections
            if spec.id not in self.shown or not self.shown[spec.id].is_finished
        )

    @property
    def flagged(self) -> tuple[Claim, ...]:
        """Claims of the report's texts that the evidence contradicts or does not hold."""
        return tuple(
            claim
            for spec in self._project.outline.sections
            for claim in self.claims.get(spec.id, ())
            if claim.verdict in ("contradicted", "unsupported")
        )

    def document(self) -> Document:
        """The report, or the selection that this run wrote, as blocks."""
        project, old = self._project, self._inputs.compared
        changes = changes_since(old, project, project.outline, self.shown, self._folder)
        return make_document(
            replace(about_project(project), changes=changes), project.outline, self.shown
        )

    def changed_since_last_run(self) -> tuple[str, ...] | None:
        """Ids of the sections that do not read as the last finished run has left them.

        None when there was no such run. Asked before the manifest is replaced, which tells how
        that was.
        """
        outline = self._project.outline
        in_order = {s.id: self.shown[s.id] for s in outline.sections if s.id in self.shown}
        before = last_texts(self._folder.path)
        if not before:
            return None
        titles = last_titles(self._folder.path)
        return changed_texts(before, titles, in_order, outline)

    def path(self, suffix: str) -> Path:
        """Where the report in a format stands."""
        return self._folder.report_path(suffix, is_selection=self._project.outline.is_selection)

    def chapter_paths(self) -> list[Path]:
        """The CSV files of the chapters that this run wrote."""
        return [self._folder.chapter_csv_path(c.id) for c in self._project.outline.to_write]

    def remove_outdated(self) -> None:
        """Remove chapters, evidence and records of what the report no longer holds.

        A selection removes nothing, as it does not know the whole.
        """
        if not self._project.outline.is_selection:
            chapters = [chapter.id for chapter in self._project.whole.chapters]
            sections = [section.id for section in self._project.whole.sections]
            self._folder.remove_others(chapters, sections)

    def write_csv(self) -> Path:
        """Write the report as CSV."""
        sections = self._project.outline.sections
        prepare(self.path("csv"), results_csv(sections, self.shown, self.claims))
        return self.path("csv")

    def files(self, made: Iterable[Path]) -> list[Path]:
        """The files of the report in the order in which a reader wants them.

        Args:
            made: The report in its formats.
        """
        folder = self._folder
        tables = (folder.path / name for name in TABLES)
        return [*made, *tables, *self.chapter_paths(), folder.manifest_path]

    def write_tables(self, call_rows: Iterable[Sequence[object]] = ()) -> None:
        """Write `checks.csv`, which holds what earlier runs wrote as well, and `calls.csv`.

        Args:
            call_rows: A row a model call, in the order of `CALL_COLUMNS`.
        """
        checks = checks_csv(
            claim
            for spec in self._project.whole.sections
            if spec.id in self.records
            for claim in self._sourced(self.records[spec.id])
        )
        contents = (checks, to_csv(CALL_COLUMNS, call_rows))
        for name, content in zip(TABLES, contents, strict=True):
            prepare(self._folder.path / name, content)

    def write_manifest(
        self,
        outcome: Outcome,
        clock: Clock,
        files: Iterable[Path],
        calls: ReportCalls = NO_CALLS,
    ) -> None:
        """Prepare `run.json`, with which the files of the run are complete.

        Args:
            outcome: How the run ended.
            clock: Its times.
            files: What it wrote, in the order in which a reader wants them.
            calls: What its model calls come to.
        """
        manifest = make_manifest(
            self._project,
            self.records,
            (claim for claims in self.claims.values() for claim in claims),
            outcome=outcome,
            written_now=self.seconds,
            times=clock.measured(),
            files=[path.name for path in files],
            calls=calls,
            # What a run that ended early has changed, the next one still lists as changed.
            texts=text_digests(self.records)
            if outcome.exit_code in FINISHED_WITH
            else last_texts(self._folder.path),
            titles=title_digests(self._project.whole)
            if outcome.exit_code in FINISHED_WITH
            else last_titles(self._folder.path),
            key_messages=key_messages(self._project.outline, self.shown),
        )
        prepare(self._folder.manifest_path, manifest.to_bytes())

    def _shown_of_earlier_runs(self) -> Mapping[str, SectionRecord]:
        """Records of the chapters that this run only shows."""
        return {
            spec.id: self.records[spec.id]
            for chapter in self._project.outline.chapters
            if chapter.is_kept
            for spec in chapter.sections
            if spec.id in self.records
        }

    def _sourced(self, record: SectionRecord) -> Iterator[Claim]:
        """A section's claims with the rows that their facts come from, as they stand today."""
        sources = self._folder.read_sources(record.section_id, record.evidence_id, record.by_id)
        for claim in self.claims[record.section_id]:
            rows = sources.get(claim.fact_id, ())
            yield replace(claim, source=named_rows(rows))

    def _kept(self) -> Mapping[str, SectionRecord]:
        """Records of earlier runs, of the sections that this run has no outcome of."""
        return {
            spec.id: record
            for spec in self._project.whole.sections
            if spec.id not in self.written
            and (record := self._folder.read_record(spec.id)) is not None
        }
