"""Adopting a report that an editor has changed: its changed sections become edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from pathlib import Path

from factbook.adopt.restored import untied, with_references
from factbook.adopt.returned_file import bad_file, read_returned, require_project
from factbook.adopt.versions import Versions
from factbook.data.cleaning import listing
from factbook.diff.earlier_runs import run_to_compare
from factbook.edits.edit import (
    EDITS,
    Basis,
    Edit,
    set_aside,
    text_digest,
    with_headline,
    without_headline,
    write_edit,
)
from factbook.edits.section_texts import MOST_CHARACTERS, text_path
from factbook.errors import ConfigError
from factbook.evidence.facts import Evidence
from factbook.folder.run_folder import RunFolder
from factbook.project.about import about_project, changes_since
from factbook.project.project import Project
from factbook.report.block_source import source_of, text_mark
from factbook.report.document import make_document
from factbook.report.expected import Expected
from factbook.report.likeness import folded, is_retyped
from factbook.report.pieces import HeadingPiece, TextBlock
from factbook.report.returned import Returned, laid_beside
from factbook.report.word_body import bookmark_name
from factbook.writing.record import SectionRecord

MOST_NAMED = 10
"""Sections that are named when a file leaves them out; a selection leaves out many."""


@dataclass(frozen=True)
class AdoptedEdit:
    """A section that an editor has changed.

    Attributes:
        text: The edit, with its headline.
        basis: What it was made against.
    """

    text: str
    basis: Basis


@dataclass
class Adopted:
    """What an editor's file holds.

    Attributes:
        edits: Section id → edit, of the sections that were changed.
        unchanged: How many sections were not, or are edited just so already.
        refused: Ids of the sections that were changed and are not taken over.
        unplaced: What could not be taken over, a sentence each.
        remarks: What else an editor must know, a sentence each.
    """

    edits: dict[str, AdoptedEdit] = field(default_factory=dict)
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def adopt(project: Project, run_folder: RunFolder, file: Path, *, replace: bool = False) -> Adopted:
    """Find what an editor has changed in a report. Nothing is written.

    A section is compared with the text that the file was made with, which its mark names, whatever
    the run holds today. What the editor saw is looked for in the run and in those kept beside it.

    Args:
        project: The project.
        run_folder: The run that wrote the report, or a later one.
        file: The changed report: ``.docx`` or ``.md``.
        replace: Whether a text may take the place of an edit that it was not made from.

    Raises:
        UserError: The file cannot be read, or is not a report of this project.
    """
    pieces = read_returned(file)
    require_project(pieces, run_folder.slug, file)
    ids = [spec.id for spec in project.whole.sections]
    versions = Versions(run_folder, ids)
    marks = {p.text_mark for p in pieces if isinstance(p, HeadingPiece) and p.text_mark}
    maker = versions.made_by(marks)
    records = {name: record for name in ids if (record := maker.read_record(name)) is not None}
    expected = _expected(project, maker, records)
    found = laid_beside(pieces, expected)
    if not found.texts:
        raise bad_file(
            file,
            f"it holds no section of the run in {run_folder.path}",
            "Give a report of this run",
        )
    taking = _Taking(
        project, Comparison(maker, records, expected, versions), found, replace=replace
    )
    return taking.take_all()


@dataclass(frozen=True)
class Comparison:
    """What a file is compared with.

    Attributes:
        folder: The run that seems to have made it.
        records: The records of that run.
        expected: Its report.
        versions: The texts of all runs.
    """

    folder: RunFolder
    records: dict[str, SectionRecord]
    expected: Expected
    versions: Versions


class _Taking:
    """Takes over the changed sections of a file.

    Args:
        project: The project.
        beside: What the file is compared with.
        found: What the file holds.
        replace: Whether a text may take the place of an edit that it was not made from.
    """

    def __init__(
        self, project: Project, beside: Comparison, found: Returned, *, replace: bool
    ) -> None:
        self._edits = project.edits
        self._beside = beside
        self._found = found
        self._replace = replace
        self._adopted = Adopted(unplaced=list(found.unplaced))
        self._is_maker_known = all(beside.versions.of(mark) for mark in found.marks.values())
        self._retyped: list[str] = []
        self._unknown: list[str] = []
        self._earlier: dict[Path, list[str]] = {}

    def take_all(self) -> Adopted:
        """Take over all sections of the file."""
        adopted = self._adopted
        for section_id, blocks in self._found.texts.items():
            if self._is_unchanged(section_id, blocks):
                adopted.unchanged += 1
            else:
                self._take(section_id, self._found.headlines.get(section_id, ""), source_of(blocks))
        if self._retyped:
            adopted.unplaced.append(
                f"other quotation marks or dashes in {listing(self._retyped, MOST_NAMED)}, whose "
                "words are as they were"
            )
        if self._is_maker_known:
            adopted.unplaced += self._found.differing
        adopted.unplaced += _removed(self._found, self._beside.records, self._beside.expected)
        adopted.remarks += self._about_versions()
        return adopted

    def _is_unchanged(self, section_id: str, blocks: Sequence[TextBlock]) -> bool:
        headline = self._found.headlines.get(section_id, "")
        place = self._beside.expected.sections[section_id]
        now = text_mark(section_id, blocks, headline)
        standing = text_mark(section_id, place.texts, place.headline)
        pairs = ((source_of(blocks), source_of(place.texts)), (headline, place.headline))
        if now == standing and any(is_retyped(one, other) for one, other in pairs):
            self._retyped.append(section_id)
        return now in (standing, self._found.marks.get(section_id))

    def _take(self, section_id: str, headline: str, text: str) -> None:
        """Take over a changed section with its headline, unless something is against it."""
        mark = self._found.marks.get(section_id)
        version = self._beside.versions.of(mark) if mark else None
        record = version.record if version else self._beside.records.get(section_id)
        problem = _problem(section_id, headline, text, record)
        if record is None or problem:
            self._refuse(section_id, problem)
            return
        sources = len(record.sources)
        written = with_headline(
            with_references(headline, record.headline, record.by_id, sources=sources),
            with_references(text, record.source_text, record.by_id, sources=sources),
        )
        folder = version.folder if version else self._beside.folder
        is_known = version is not None or not mark
        edit = self._edits.of(section_id)
        if edit is not None and edit.sha256 == text_digest(written):
            self._adopted.unchanged += 1
            return
        if edit is not None and not self._replace and not (is_known and _shows(record, edit)):
            self._refuse(section_id, _conflict(section_id))
            return
        basis = basis_in_run(folder, record, written).model_copy(update={"is_known": is_known})
        self._adopted.edits[section_id] = AdoptedEdit(written, basis)
        pairs = zip(without_headline(written), (record.headline, record.source_text), strict=True)
        for new, old in pairs:
            lost = untied(new, old, record.by_id, sources=sources)
            self._adopted.remarks += (f"{section_id}: {sentence}" for sentence in lost)
        if not is_known:
            self._unknown.append(section_id)
        elif version and version.folder.path != self._beside.versions.given.path:
            self._earlier.setdefault(version.folder.path, []).append(section_id)

    def _refuse(self, section_id: str, why: str) -> None:
        self._adopted.refused.append(section_id)
        self._adopted.unplaced.append(why)

    def _about_versions(self) -> Iterator[str]:
        """What is said of the runs that the file was made by."""
        unmarked = [name for name in self._found.texts if name not in self._found.marks]
        if unmarked:
            yield (
                f"{listing(unmarked, MOST_NAMED)} {_has(unmarked)} no mark of the text that "
                f"{'it was' if len(unmarked) == 1 else 'they were'} made with, and "
                f"{'is' if len(unmarked) == 1 else 'are'} compared with the run in "
                f"{self._beside.folder.path}: give a report as Factbook has written it where the "
                "data have changed meanwhile"
            )
        if not self._is_maker_known:
            yield (
                "the run that made this report is not kept (keep_runs): only its texts are looked "
                "at, not tables, notices, sources and annexes, which code makes"
            )
        for path, names in self._earlier.items():
            yield (
                f"{listing(names, MOST_NAMED)} {_has(names)} been made with the report of {path}: "
                "what has changed in the data since is flagged"
            )
        if self._unknown:
            yield (
                f"{listing(self._unknown, MOST_NAMED)} {_has(self._unknown)} been made with a "
                "report of a run that is not kept: flagged until you confirm with --confirm"
            )


def write_adopted(project_folder: Path, adopted: Adopted) -> list[Path]:
    """Write the edits into the project; an edit that stood there is set aside before.

    Args:
        project_folder: The project.
        adopted: What was found.

    Returns:
        Where the edits are that were set aside.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    moved: list[Path] = []
    for section_id, edit in adopted.edits.items():
        moved += set_aside(project_folder / EDITS, section_id)
        write_edit(project_folder, edit.text, edit.basis)
    return moved


def _expected(
    project: Project, run_folder: RunFolder, records: dict[str, SectionRecord]
) -> Expected:
    try:
        old = run_to_compare(project.config, project.folder, run_folder)
    except ConfigError:  # it is gone since; what stands in the annex is then reported as unknown
        old = None
    changes = changes_since(old, project, project.whole, records, run_folder)
    about = replaced(about_project(project), changes=changes, show_edits=False)
    document = make_document(about, project.whole, records)
    ids = [section.id for section in project.whole.sections]
    return Expected(document, {name: (name, bookmark_name(name)) for name in ids})


def _problem(section_id: str, headline: str, text: str, record: SectionRecord | None) -> str:
    """Why a changed text of a section is not an edit; empty when it is one."""
    if record is None:
        return f"{section_id} has a text, but the run has not written that section"
    if not text.strip():
        return f"{section_id} has no text any more, and an edit is never empty"
    length = len(with_headline(headline, text))
    if length > MOST_CHARACTERS:
        return f"{section_id} has {length:,} characters, an edit at most {MOST_CHARACTERS:,}"
    return ""


def _removed(
    found: Returned, records: dict[str, SectionRecord], expected: Expected
) -> Iterator[str]:
    """The sections of the run that the file leaves out."""
    gone = [name for name in expected.sections if name in records and name not in found.texts]
    for name in gone[:MOST_NAMED]:
        kept = "the report keeps it as it is"
        taken = _taken_in(expected.sections[name].texts, found)
        if taken:
            yield f"{name} has lost its heading, and its text counts as part of {taken}; {kept}"
        else:
            yield f"{name} is not in the file; {kept}"
    if len(gone) > MOST_NAMED:
        yield f"{len(gone) - MOST_NAMED} more sections are not in the file; the report keeps them"


def _taken_in(blocks: Iterable[TextBlock], found: Returned) -> str:
    """The section of the file that holds a block of another one; empty when none does."""
    own = {folded(source_of([block])) for block in blocks}
    for section_id, others in found.texts.items():
        if any(folded(source_of([block])) in own for block in others):
            return section_id
    return ""


def _shows(record: SectionRecord, edit: Edit) -> bool:
    """Whether a report that was made of a record shows an edit, so that its editor has seen it."""
    return record.edit is not None and record.edit.sha256 == edit.sha256


def _conflict(section_id: str) -> str:
    path = text_path(Path(EDITS), section_id)
    return (
        f"{section_id} has been edited otherwise meanwhile, in {path}, which the file does not "
        "know: bring the two together there, or take this text with --replace, which sets the "
        "other one aside"
    )


def _has(names: Sized) -> str:
    return "has" if len(names) == 1 else "have"


def basis_in_run(folder: RunFolder, record: SectionRecord, text: str) -> Basis:
    """What a person was shown who has a section's text of a run before them.

    That is the evidence of the run, or as much of it as the record holds.

    Args:
        folder: The run folder.
        record: The section's record.
        text: The person's text.
    """
    evidence = folder.evidence_of(record)
    is_whole = evidence is not None and evidence.extent == "all"
    if evidence is None:
        parts = {"facts": record.facts, "gaps": record.gaps, "origins": record.origins}
        evidence = Evidence(section_id=record.section_id, place="", **parts)
    return Basis.of(evidence, record.evidence_id, text).model_copy(
        update={"is_whole": is_whole, "sources": record.sources}
    )
