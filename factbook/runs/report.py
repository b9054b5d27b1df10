"""The end of a run: from the records to the report's files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from factbook.checking.claims import Claim, named_rows
from factbook.report.blocks import Document
from factbook.report.csv_files import CALL_COLUMNS, checks_csv, results_csv, to_csv
from factbook.report.document import About, make_document
from factbook.runs.folder import write_if_changed
from factbook.runs.manifest import NO_CALLS, Clock, Outcome, make_manifest
from factbook.runs.project import Project
from factbook.runs.session import Session
from factbook.runs.written import WrittenChapter, claims_of
from factbook.writing.record import SectionRecord

_TOLD_AS = {"unmatched-nodes": "unknown-nodes"}
"""Kind of a cleaning → code of the warning about it, where they are not called the same."""


class Report:
    """All that a run and the runs before it have written of a project.

    Args:
        session: The run.
        chapters: The chapters as this run wrote them.

    Attributes:
        written: Section id → record, of the sections that this run has an outcome of.
        shown: Those of the report as it is exported: with the chapters that are kept.
        records: All that the run folder holds of the project's sections.
        seconds: Section id → seconds, of the sections that this run worked on.
        claims: Section id → the claims of its text.
    """

    def __init__(self, session: Session, chapters: Iterable[WrittenChapter]) -> None:
        self._session = session
        self._project = session.project
        self._folder = session.folder
        self.written: dict[str, SectionRecord] = {}
        self.seconds: dict[str, float] = {}
        for chapter in chapters:
            self.written |= chapter.records
            self.seconds |= chapter.seconds
        self.records = {**self._kept(), **self.written}
        self.shown = {**self._shown_of_earlier_runs(), **self.written}
        self.claims: dict[str, tuple[Claim, ...]] = {
            section_id: claims_of(record) for section_id, record in self.records.items()
        }

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the report's sections that are neither written nor edited."""
        return tuple(
            spec.id
            for spec in self._project.outline.sections
            if spec.id not in self.shown or not self.shown[spec.id].is_finished
        )

    def document(self) -> Document:
        """The report, or the selection that this run wrote, as blocks."""
        dataset = self._project.dataset
        about = About(
            title=self._project.name,
            context=self._project.context,
            date=self._session.config.report_date or "",
            origins={
                **{name: table.origin for name, table in dataset.tables.items()},
                **{str(k): v for k, v in self._session.config.data.origins.items()},
            },
            data_notes=_data_notes(self._project),
        )
        return make_document(about, self._project.outline, self.shown)

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
        write_if_changed(self.path("csv"), results_csv(sections, self.shown, self.claims))
        return self.path("csv")

    def write_tables(self, call_rows: Iterable[Sequence[object]] = ()) -> list[Path]:
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
        files = {
            self._folder.path / "checks.csv": checks,
            self._folder.path / "calls.csv": to_csv(CALL_COLUMNS, call_rows),
        }
        for path, content in files.items():
            write_if_changed(path, content)
        return list(files)

    def write_manifest(
        self,
        outcome: Outcome,
        clock: Clock,
        files: Iterable[Path],
        calls: Mapping[str, object] = NO_CALLS,
    ) -> None:
        """Write `run.json`.

        Args:
            outcome: How the run ended.
            clock: Its times.
            files: What it wrote, in the order in which a reader wants them.
            calls: What its model calls come to.
        """
        self._folder.write_manifest(
            make_manifest(
                self._project,
                self.records,
                (claim for claims in self.claims.values() for claim in claims),
                outcome=outcome,
                written_now=self.seconds,
                times=clock.measured(),
                files=[path.name for path in (*files, self._folder.manifest_path)],
                calls=calls,
            )
        )

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
            yield claim.model_copy(update={"source": named_rows(rows)})

    def _kept(self) -> Mapping[str, SectionRecord]:
        """Records of earlier runs, of the sections that this run has no outcome of."""
        return {
            spec.id: record
            for spec in self._project.whole.sections
            if spec.id not in self.written
            and (record := self._folder.read_record(spec.id)) is not None
        }


def _data_notes(project: Project) -> tuple[str, ...]:
    """What was cleaned in the data, and what else was found in them, each told once.

    A warning is not told beside the cleaning that it is about.
    """
    cleanings = project.dataset.cleanings
    told = {f"data.{_TOLD_AS.get(cleaning.kind, cleaning.kind)}" for cleaning in cleanings}
    others = [
        finding.message
        for finding in project.findings
        if finding.code.startswith("data.") and finding.code not in told
    ]
    return tuple(dict.fromkeys((*(cleaning.sentence for cleaning in cleanings), *others)))
