"""By which run a report was made that comes back: texts by their marks, in all kept runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from factbook.folder.history import RUNS, kept_runs
from factbook.folder.manifest import MANIFEST
from factbook.folder.run_folder import RunFolder
from factbook.report.block_source import shown_headline, text_blocks, text_mark
from factbook.writing.record import SectionRecord


@dataclass(frozen=True)
class Version:
    """A section's text as a run has written it.

    Attributes:
        folder: The run folder.
        record: The section's record in it.
    """

    folder: RunFolder
    record: SectionRecord


class Versions:
    """The texts of a run, and of the runs of the project that are kept beside it.

    Args:
        given: The run folder, or one of its ``runs/<id>``.
        section_ids: The sections of the report.

    Attributes:
        given: The run folder that was given.
    """

    def __init__(self, given: RunFolder, section_ids: Iterable[str]) -> None:
        self.given = given
        self._ids = list(section_ids)
        self._folders = [given, *_beside(given)]
        self._known: dict[Path, dict[str, Version]] = {}

    def made_by(self, marks: Collection[str]) -> RunFolder:
        """The run that has most of some texts; of runs with as many the given one, or the newest.

        Args:
            marks: The marks of the texts.
        """
        best, most = self._folders[0], 0
        for folder in self._folders:
            count = len(self._of(folder).keys() & set(marks))
            if count > most:
                best, most = folder, count
            if most == len(marks):
                break
        return best

    def of(self, mark: str) -> Version | None:
        """The version of a section that a mark names; None when no run has it any more."""
        for folder in self._folders:
            if found := self._of(folder).get(mark):
                return found
        return None

    def _of(self, folder: RunFolder) -> dict[str, Version]:
        """Mark → version, of the sections of a run."""
        if folder.path not in self._known:
            records = [folder.read_record(section_id) for section_id in self._ids]
            self._known[folder.path] = {
                mark_of(record): Version(folder, record) for record in records if record
            }
        return self._known[folder.path]


def mark_of(record: SectionRecord) -> str:
    """The mark with which a report shows a section's text."""
    text = record.text if record.source_text else ""
    blocks = text_blocks(text, links=record.edit is not None)
    return text_mark(record.section_id, blocks, shown_headline(record))


def _beside(given: RunFolder) -> list[RunFolder]:
    """The runs of the same project: the current one, then those that are kept, newest first."""
    current = given.path.resolve()
    if current.parent.name == RUNS and (current.parent.parent / MANIFEST).is_file():
        current = current.parent.parent
        first = [RunFolder(current, given.slug)]
    else:
        first = []
    kept = reversed(kept_runs(RunFolder(current, given.slug)))
    own = given.path.resolve()
    return [*first, *(RunFolder(path, given.slug) for path in kept if path != own)]
