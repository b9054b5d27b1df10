"""Sections that have a headline and messages, as a writer of findings gives them."""

from __future__ import annotations

from pathlib import Path

from factbook.folder.run_folder import RunFolder
from factbook.writing.record import Message, SectionRecord

KINDS = ("record", "turn", "crossing")


def told(record: SectionRecord, number: int = 0) -> SectionRecord:
    """A record with a headline and two messages about its first fact; as it was without facts.

    Args:
        record: The record.
        number: Tells it from others: kinds and scores of its messages follow from it.
    """
    value = next((fact for fact in record.facts if fact.is_value), None)
    if value is None or not record.source_text:
        return record
    about = f"{value.subject} of {value.place}"
    messages = (
        Message(
            source_text=f"{about} came to {{{value.id}}} in {value.period}.",
            kind=KINDS[number % len(KINDS)],
            about=f"{record.section_id} {about}",
            score=80 - number % 7,
        ),
        Message(
            source_text=f"It was {{{value.id}}} in {value.place}.",
            kind="level",
            about=f"{record.section_id} level",
            score=30,
        ),
    )
    headline = f"{about} reached {{{value.id}}}"
    return record.model_copy(update={"headline": headline, "messages": messages})


def tell_all(folder: RunFolder) -> None:
    """Give the records of a run folder headlines and messages; the next run shows them.

    Args:
        folder: The run folder. No key changes, so that the run leaves the records as they are.
    """
    for number, path in enumerate(sorted((folder.path / "records").glob("*.json"))):
        section_id = SectionRecord.model_validate_json(path.read_bytes(), extra="ignore").section_id
        record = folder.read_record(section_id)
        assert record is not None
        folder.save_record(told(record, number))


def run_folder(project: Path) -> RunFolder:
    """The run folder of the small example."""
    return RunFolder(project / "out" / "electricity-in-europe", "electricity-in-europe")
