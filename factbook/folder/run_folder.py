"""The run folder ``<out>/<slug>``: what stands where, and writing it without half files."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from factbook.data.series import SourceRows
from factbook.errors import StoppedError
from factbook.evidence.facts import Evidence
from factbook.files.atomic import write_atomically, write_if_changed
from factbook.files.file_names import file_name
from factbook.files.regular_files import read_regular, remove
from factbook.folder.evidence_file import EvidenceFile, evidence_bytes, read_sources
from factbook.folder.manifest import MANIFEST
from factbook.writing.record import SectionRecord, unseal

EXPORTS = ".exports.json"
TABLES = ("checks.csv", "calls.csv")

MOST_REPORT_BYTES = 500_000_000
"""A file of the report is made in memory, and is never near that."""

_MOST_RECORD_BYTES = 16_000_000
"""A text has some thousand letters, and refers to some of a section's facts."""

log = logging.getLogger("factbook")


@dataclass(frozen=True)
class RunFolder:
    """Paths of a run folder, and its files read and written.

    Every file is written to a temporary name beside it and renamed, so that a reader never sees
    half of it. File names are made of ids by percent-encoding, so that none leads outside.

    Attributes:
        path: The folder itself.
        slug: Slug of the project's name: base name of the report's files.
    """

    path: Path
    slug: str

    @classmethod
    def of(cls, out: Path, slug: str) -> RunFolder:
        """The current run folder of a project."""
        return cls(path=out / slug, slug=slug)

    def create(self) -> None:
        """Make the folder, and find out now whether it can be written to.

        Raises:
            StoppedError: It cannot.
        """
        try:
            for folder in (self.path, self.evidence_folder, self.records_folder):
                folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):  # of no name, which no kill can leave
                pass
        except OSError as error:
            raise StoppedError(
                f"The output folder {self.path} cannot be written to: {error.strerror}. "
                "Give another one with --out, or correct its permissions"
            ) from None

    @property
    def evidence_folder(self) -> Path:
        """Holds ``<section id>.json``: what each section was written from."""
        return self.path / "evidence"

    @property
    def records_folder(self) -> Path:
        """Holds ``<section id>.json``: what each section became."""
        return self.path / "records"

    @property
    def manifest_path(self) -> Path:
        """``run.json``."""
        return self.path / MANIFEST

    def chapter_csv_path(self, chapter_id: str) -> Path:
        """``objective_<id>_results.csv``."""
        return self.path / f"objective_{file_name(chapter_id)}_results.csv"

    def report_path(self, suffix: str, *, is_selection: bool) -> Path:
        """``<slug>.pdf``, or ``<slug>-selection.pdf``."""
        return self.path / f"{self.slug}{'-selection' if is_selection else ''}.{suffix}"

    def _evidence_path(self, section_id: str) -> Path:
        return self.evidence_folder / f"{file_name(section_id)}.json"

    def write_evidence(self, evidence: Evidence, evidence_id: str) -> None:
        """Write a section's evidence, unless the same bytes stand there.

        Args:
            evidence: The evidence.
            evidence_id: SHA-256 of what it says, by which a record names it.
        """
        write_if_changed(
            self._evidence_path(evidence.section_id), evidence_bytes(evidence, evidence_id)
        )

    def read_evidence(self, section_id: str) -> Evidence:
        """Read a section's evidence.

        Raises:
            StoppedError: The file is missing or damaged.
        """
        return EvidenceFile.read(self._evidence_path(section_id), section_id).evidence

    def evidence_of(self, record: SectionRecord) -> Evidence | None:
        """The evidence that a record was written from; None when the folder does not hold it.

        A run that broke off has written today's evidence beside records of the run before.
        """
        with suppress(StoppedError):
            found = EvidenceFile.read(self._evidence_path(record.section_id), record.section_id)
            if found.id == record.evidence_id:
                return found.evidence
        return None

    def read_sources(
        self, section_id: str, evidence_id: str, fact_ids: Container[str]
    ) -> dict[str, tuple[SourceRows, ...]]:
        """The rows that some facts of a section come from, as they stand today.

        Args:
            section_id: The section.
            evidence_id: The evidence that the facts are of; nothing is known of any other.
            fact_ids: The facts.
        """
        return read_sources(self._evidence_path(section_id), evidence_id, fact_ids)

    def save_record(self, record: SectionRecord) -> None:
        """Write what a section became."""
        path = self.records_folder / f"{file_name(record.section_id)}.json"
        write_atomically(path, orjson.dumps(record.sealed()))

    def read_record(self, section_id: str) -> SectionRecord | None:
        """What a section became in this run or an earlier one; None when it is not known."""
        path = self.records_folder / f"{file_name(section_id)}.json"
        try:
            return unseal(orjson.loads(read_regular(path, _MOST_RECORD_BYTES)), section_id)
        except (OSError, ValueError, TypeError, RecursionError):
            # A damaged record counts as none: the section is written again.
            return None

    def remove_others(self, chapter_ids: Iterable[str], section_ids: Iterable[str]) -> None:
        """Remove the files of chapters and sections that are not named."""
        chapters = {self.chapter_csv_path(chapter_id) for chapter_id in chapter_ids}
        sections = {f"{file_name(section_id)}.json" for section_id in section_ids}
        outdated = [p for p in self.path.glob("objective_*_results.csv") if p not in chapters]
        for folder in (self.evidence_folder, self.records_folder):
            outdated += [path for path in folder.glob("*.json") if path.name not in sections]
        for path in outdated:
            try:
                remove(path)
            except OSError as error:  # no run reads it
                log.warning("%s is outdated and cannot be removed: %s", path, error.strerror)
