"""Notices beside a section's text: it is missing, incomplete, marked or edited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile

from factbook.data.cleaning import listing
from factbook.report.blocks import AnyBlock, Document, Notice
from factbook.sheet.outline import Outline
from factbook.writing.record import SectionRecord

MOST_NAMED = 10

EDITED = "A person has edited this text."


def status_notice(section_id: str, record: SectionRecord | None) -> Notice | None:
    """The notice in place of a section's text, or above it; None when none is needed.

    Args:
        section_id: The section.
        record: Its record; None when there is none.
    """
    if record is None:
        return _missing(f"Section {section_id} is missing: it has not been written yet.")
    reason = record.reason.rstrip(". ") or "there is no text"
    if record.status == "refused":
        return _missing(f"Section {section_id} was refused by the content filter: {reason}.")
    if not record.source_text:
        return _missing(f"Section {section_id} is missing: {reason}.")
    if record.status != "degraded":
        return None
    if record.writer.get("provider") == "offline":
        return Notice(
            tone="degraded",
            text=f"Written without the model, from the figures alone: {reason}. "
            "The next run tries again.",
        )
    whose = "A person's" if record.edit is not None else "The model's"
    return Notice(
        tone="partial",
        text=f"{whose} text stands, but a later pass is missing: {reason}. "
        "The next run tries again.",
    )


def marks_notice(record: SectionRecord) -> Notice | None:
    """The notice of what is still wrong or unproven in a section's text; None when nothing is."""
    marks = [mark.strip() for mark in record.marks if mark.strip()]
    if not marks:
        return None
    sentences = (mark if mark[-1] in ".!?" else f"{mark}." for mark in marks)
    return Notice(tone="marked", text=" ".join(sentences))


def edit_notices(record: SectionRecord, *, show_edits: bool = False) -> tuple[Notice, ...]:
    """The notices of a section that a person has edited.

    They show what has changed in its data since, and the writer's current text; without changes,
    only that it was edited, if requested.

    Args:
        record: The section's record.
        show_edits: Whether each edit is mentioned.
    """
    edit = record.edit
    if edit is None:
        return ()
    if not edit.is_outdated:
        return (Notice(tone="note", text=EDITED),) if show_edits else ()
    reason = edit.writer_reason.rstrip(". ")
    if edit.writer_text:
        because = f" ({reason})" if reason else ""
        today = f"The text that the writer would write now{because}: {edit.writer_text}"
    else:
        today = f"The writer has no text to compare it with: {reason or 'nothing to write'}."
    changed = (
        "A person has edited this text, and the data have changed since: "
        f"{'; '.join(edit.changes)}. "
        f"If it is right all the same, run with --confirm {record.section_id}."
    )
    return Notice(tone="marked", text=changed), Notice(tone="note", text=today)


def report_notices(
    outline: Outline, records: Mapping[str, SectionRecord], *, show_edits: bool = False
) -> Iterator[Notice]:
    """The notices before the first chapter: how many sections are missing or not as requested.

    Args:
        outline: The structure of the report.
        records: Section id → record; a missing one counts as not written.
        show_edits: Whether the sections that a person has edited are counted as well.
    """
    missing: list[str] = []
    refused: list[str] = []
    degraded: list[str] = []
    outdated: list[str] = []
    edited: list[str] = []
    for section in outline.sections:
        record = records.get(section.id)
        if record is not None and record.source_text and record.edit is not None:
            edited.append(section.id)
        if record is not None and record.status == "refused":
            refused.append(section.id)
        elif record is None or not record.source_text:
            missing.append(section.id)
        elif record.status == "degraded":
            degraded.append(section.id)
        elif edit_notices(record):
            outdated.append(section.id)
    total = len(outline.sections)

    def count(one: str, several: str, ids: list[str]) -> str:
        what = one if len(ids) == 1 else several
        return f"{len(ids)} of {total} sections {what} ({listing(ids, MOST_NAMED)})"

    counts = [
        count(one, several, ids)
        for one, several, ids in (
            ("is missing", "are missing", missing),
            ("is refused by the content filter", "are refused by the content filter", refused),
            ("is a stand-in or lacks a pass", "are stand-ins or lack a pass", degraded),
            ("is an edit older than its data", "are edits older than their data", outdated),
        )
        if ids
    ]
    if counts:
        yield Notice(
            tone="missing" if missing or refused else "partial" if degraded else "marked",
            text=f"{'; '.join(counts)}.",
        )
    if show_edits and edited:
        said = count("has been edited by a person", "have been edited by a person", edited)
        yield Notice(tone="note", text=f"{said}.")


def split_front(document: Document) -> tuple[list[Notice], tuple[AnyBlock, ...]]:
    """The notices before everything else, and the blocks after them.

    They are about the whole report, so an exporter with pages puts them on the title page: a
    chapter begins a page, and they would be alone on the page before.

    Args:
        document: The report.
    """
    first = takewhile(lambda block: isinstance(block, Notice), document.blocks)
    front = [block for block in first if isinstance(block, Notice)]
    return front, document.blocks[len(front) :]


def _missing(text: str) -> Notice:
    return Notice(tone="missing", text=text)
