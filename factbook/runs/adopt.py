"""Adopting a report that an editor has changed: its changed sections become edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from factbook.errors import Finding, StoppedError, UserError
from factbook.report.document import make_document
from factbook.report.markdown_returned import read_markdown
from factbook.report.returned import Expected, Piece, Returned, laid_beside, plain, source_of
from factbook.report.word_body import bookmark_name
from factbook.report.word_returned import read_word
from factbook.runs.edits import Basis, text_digest, write_edit
from factbook.runs.folder import RunFolder
from factbook.runs.keys import evidence_id
from factbook.runs.project import Project
from factbook.runs.report import about_project
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
    expected = _expected(project, records)
    found = laid_beside(_pieces(file), expected)
    if not found.texts:
        raise _bad_file(
            file,
            f"it holds no section of the run in {run_folder.path}",
            "Give a report of this run",
        )
    edits: dict[str, AdoptedEdit] = {}
    unplaced = list(found.unplaced)
    for section_id, blocks in found.texts.items():
        text = source_of(blocks)
        if plain(text) == plain(source_of(expected.texts[section_id])):
            continue
        problem = _problem(section_id, text, records.get(section_id))
        if problem:
            unplaced.append(problem)
        else:
            edits[section_id] = _edit(run_folder, records[section_id], text)
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


def _expected(project: Project, records: dict[str, SectionRecord]) -> Expected:
    document = make_document(about_project(project), project.whole, records)
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
    gone = [name for name in expected.texts if name in records and name not in found.texts]
    for name in gone[:MOST_NAMED]:
        yield f"{name} is not in the file; the report keeps it as it is"
    if len(gone) > MOST_NAMED:
        yield f"{len(gone) - MOST_NAMED} more sections are not in the file; the report keeps them"


def _edit(folder: RunFolder, record: SectionRecord, text: str) -> AdoptedEdit:
    """A changed text as an edit, its unchanged figures tied to their facts."""
    restored = with_references(text, record.source_text, record.by_id, sources=len(record.sources))
    return AdoptedEdit(restored, _basis(folder, record, restored))


def _basis(folder: RunFolder, record: SectionRecord, text: str) -> Basis:
    """What the editor was given: the evidence of the run, or as much of it as the record holds."""
    try:
        evidence = folder.read_evidence(record.section_id)
        is_whole = evidence_id(evidence) == record.evidence_id
    except StoppedError:
        is_whole = False
    if is_whole:
        return Basis.of(evidence, record.evidence_id, text).model_copy(
            update={"sources": record.sources}
        )
    return Basis(
        section_id=record.section_id,
        sha256=text_digest(text),
        evidence_id=record.evidence_id,
        facts=tuple(replace(fact, sources=(), derivation="") for fact in record.facts),
        gaps=record.gaps,
        is_whole=False,
        sources=record.sources,
    )
