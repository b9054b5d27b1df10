"""Adopting a report that an editor has changed: its changed sections become edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from factbook.data.cleaning import listing
from factbook.errors import ConfigError, Finding, StoppedError, UserError
from factbook.evidence.facts import Evidence
from factbook.report.document import make_document
from factbook.report.expected import Expected
from factbook.report.likeness import folded, is_retyped
from factbook.report.markdown_returned import read_markdown
from factbook.report.pieces import Piece, TextBlock
from factbook.report.returned import Returned, laid_beside, source_of
from factbook.report.word_body import bookmark_name
from factbook.report.word_returned import read_word
from factbook.runs.earlier import run_to_compare
from factbook.runs.edits import Basis, write_edit
from factbook.runs.folder import RunFolder
from factbook.runs.keys import evidence_id
from factbook.runs.project import Project
from factbook.runs.report import about_project, changes_since
from factbook.runs.restored import with_references
from factbook.runs.section_texts import MOST_CHARACTERS
from factbook.writing.record import SectionRecord

READ = ("docx", "md")
"""Formats of a report that can be adopted, by the suffix of the file."""

MOST_NAMED = 10
"""Sections that are named when a file leaves them out; a selection leaves out many."""


@dataclass(frozen=True)
class AdoptedEdit:
    """A section that an editor has changed.

    Attributes:
        text: The edit.
        basis: What it was made against.
    """

    text: str
    basis: Basis


@dataclass(frozen=True)
class Adopted:
    """What an editor's file holds.

    Attributes:
        edits: Section id → edit, of the sections that were changed.
        unchanged: How many sections were not.
        unplaced: What could not be taken over, a sentence each.
    """

    edits: dict[str, AdoptedEdit]
    unchanged: int
    unplaced: tuple[str, ...]


def adopt(project: Project, run_folder: RunFolder, file: Path) -> Adopted:
    """Find what an editor has changed in a report. Nothing is written.

    Args:
        project: The project.
        run_folder: The run that wrote the report.
        file: The changed report: ``.docx`` or ``.md``.

    Raises:
        UserError: The file cannot be read, or is no report of this run.
    """
    records = {
        spec.id: record
        for spec in project.whole.sections
        if (record := run_folder.read_record(spec.id)) is not None
    }
    expected = _expected(project, run_folder, records)
    found = laid_beside(_pieces(file), expected)
    if not found.texts:
        raise _bad_file(
            file,
            f"it holds no section of the run in {run_folder.path}",
            "Give a report of this run",
        )
    edits: dict[str, AdoptedEdit] = {}
    unplaced = list(found.unplaced)
    retyped = []
    for section_id, blocks in found.texts.items():
        text, before = source_of(blocks), source_of(expected.sections[section_id].texts)
        if folded(text) == folded(before):
            retyped += [section_id] if is_retyped(text, before) else []
            continue
        problem = _problem(section_id, text, records.get(section_id))
        if problem:
            unplaced.append(problem)
        else:
            edits[section_id] = _edit(run_folder, records[section_id], text)
    if retyped:
        unplaced.append(
            f"other quotation marks or dashes in {listing(retyped, MOST_NAMED)}, whose words are "
            "as they were"
        )
    unplaced += _removed(found, records, expected)
    return Adopted(edits, len(found.texts) - len(edits), tuple(unplaced))


def write_adopted(project_folder: Path, adopted: Adopted) -> list[Path]:
    """Write the edits into the project; return where they stand.

    Args:
        project_folder: The project.
        adopted: What was found.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    return [write_edit(project_folder, edit.text, edit.basis) for edit in adopted.edits.values()]


def _expected(
    project: Project, run_folder: RunFolder, records: dict[str, SectionRecord]
) -> Expected:
    try:
        old = run_to_compare(project.config, project.folder, run_folder)
    except ConfigError:  # it is gone since; what stands in the annex is then told as unknown
        old = None
    changes = changes_since(old, project, project.whole, records, run_folder)
    about = replace(about_project(project), changes=changes)
    document = make_document(about, project.whole, records)
    ids = [section.id for section in project.whole.sections]
    return Expected(document, {name: (name, bookmark_name(name)) for name in ids})


def _pieces(file: Path) -> list[Piece]:
    suffix = file.suffix.removeprefix(".").casefold()
    if suffix not in READ:
        raise _bad_file(file, f"a report as '{file.suffix}' cannot be adopted", "Give one of these")
    try:
        content = file.read_bytes()
        if suffix == "docx":
            return read_word(content)
        return list(read_markdown(content.decode("utf-8-sig")))
    except OSError as error:
        raise _bad_file(file, f"it cannot be read: {error.strerror}", "Give a file") from None
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} of it is not UTF-8"
        raise _bad_file(file, message, "Save it as UTF-8") from None
    except ValueError as error:
        raise _bad_file(file, str(error), "Save it as .docx") from None


def _bad_file(file: Path, message: str, remedy: str) -> UserError:
    return UserError(
        [
            Finding(
                severity="error",
                code="adopt.file",
                message=message,
                file=str(file),
                allowed=", ".join(f".{suffix}" for suffix in READ),
                remedy=remedy,
            )
        ]
    )


def _problem(section_id: str, text: str, record: SectionRecord | None) -> str:
    """Why a changed text of a section is no edit; empty when it is one."""
    if record is None:
        return f"{section_id} has a text, but the run has not written that section"
    if not text.strip():
        return f"{section_id} has no text any more, and an edit is never empty"
    if len(text) > MOST_CHARACTERS:
        return f"{section_id} has {len(text):,} characters, an edit at most {MOST_CHARACTERS:,}"
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


def _edit(folder: RunFolder, record: SectionRecord, text: str) -> AdoptedEdit:
    """A changed text as an edit, its unchanged figures tied to their facts."""
    restored = with_references(text, record.source_text, record.by_id, sources=len(record.sources))
    return AdoptedEdit(restored, basis_in_run(folder, record, restored))


def basis_in_run(folder: RunFolder, record: SectionRecord, text: str) -> Basis:
    """What a person was shown who has a section's text of a run before them.

    That is the evidence of the run, or as much of it as the record holds.

    Args:
        folder: The run folder.
        record: The section's record.
        text: The person's text.
    """
    try:
        evidence = folder.read_evidence(record.section_id)
        is_whole = evidence_id(evidence) == record.evidence_id
    except StoppedError:
        is_whole = False
    if not is_whole:
        told = {"facts": record.facts, "gaps": record.gaps, "origins": record.origins}
        evidence = Evidence(section_id=record.section_id, place="", **told)
    return Basis.of(evidence, record.evidence_id, text).model_copy(
        update={"is_whole": is_whole, "sources": record.sources}
    )
