"""What ``run.json`` consists of: see `Manifest`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from factbook.llm.chat import CallCount
from factbook.llm.ledger import ReportTotals
from factbook.llm.periods import EndEntry
from factbook.writing.record import Status

Moment = Annotated[
    datetime,
    PlainSerializer(lambda at: at.isoformat(timespec="milliseconds"), return_type=str),
]
"""A point in time, to the millisecond: ``2026-11-24T21:47:00.000+00:00``."""

_Absent = Field(exclude_if=lambda value: not value)
"""Of what stands in the file only where it says something."""


class Part(BaseModel):
    """Base of the parts of the manifest: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RunOutcome(Part):
    """How the run ended.

    Attributes:
        state: Name of the Prefect state.
        exit_code: Exit code of the command line.
        message: One sentence.
        review: Of a report that waits for approval, what distinguishes it from any other.
        fail_on_change: Whether that report fails once it is approved, when a text has changed.
    """

    state: str
    exit_code: int
    message: str
    review: Annotated[str, _Absent] = ""
    fail_on_change: Annotated[bool, _Absent] = False


class KeyMessage(Part):
    """A finding that opens a chapter or the report.

    Attributes:
        section: Id of the section that it comes from.
        source_text: A sentence, figures by reference to facts of that section.
        text: The same as readers see it.
        headline: The same in at most twelve words; that of the first one heads the messages.
    """

    section: str
    source_text: str
    text: str
    headline: str = ""


class ReportCalls(ReportTotals):
    """What the model calls of the report come to; of an offline run three fields alone.

    Attributes:
        this_run: What those of this run come to; None where no model was asked.
        end: The end of the run that the journal gets after the manifest; None without a journal.
    """

    this_run: ReportTotals | None = None
    end: EndEntry | None = None


class EditEntry(Part):
    """The edit that stands in a section.

    Attributes:
        sha256: SHA-256 of its text.
        evidence: The evidence that it was made against.
        outdated: Whether the data have changed since.
        changes: How, each in words.
        writer_text: What the writer writes on today's evidence; only with `changes`.
        writer_reason: Why there is no such text, or why it is not all that was asked for.
    """

    sha256: str
    evidence: str
    outdated: bool
    changes: tuple[str, ...] = ()
    writer_text: str = ""
    writer_reason: str = ""


class SectionEntry(Part):
    """A section: its place in the report, what it became, and what determined that.

    Attributes:
        chapter: Id of its chapter.
        title: Its title; empty where an earlier version did not say.
        place: Name of its place.
        status: What it became; ``missing`` without a record.
        is_selected: Whether the run was to write it; an earlier version had no selections.
        key: Content key; empty without a record.
        key_parts: What the key is made of, each part as a SHA-256.
        evidence: SHA-256 of its evidence.
        writer: Identity of the writer that wrote the text.
        reason: Why it is neither ``written`` nor ``edited``.
        marks: What stays wrong in its text after all repairs, a sentence each.
        edit: The edit that stands in it; None when the writer's text does.
        calls: Model calls that were made for it.
        text: SHA-256 of its text as the last finished run has left it; empty where not noted.
        titles: The same of its titles.
    """

    chapter: str
    title: str = ""
    place: str
    status: Literal[Status, "missing"]
    is_selected: bool = True
    key: str
    key_parts: dict[str, str]
    evidence: str
    writer: dict[str, str]
    reason: str
    marks: tuple[str, ...] = ()
    edit: EditEntry | None = None
    calls: CallCount = CallCount()
    text: str = ""
    titles: str = ""


class Times(Part):
    """Times and resources of the run.

    Attributes:
        started: When it began.
        finished: When it ended.
        elapsed_seconds: How long it worked, before a person was asked as well.
        process_seconds: How long its process had lived.
        cpu_seconds: CPU time of its process.
        peak_memory_mb: Largest resident memory of its process, in MB (10^6 bytes).
        sequential_seconds: The sum of `section_seconds`: what it would have taken one by one.
        section_seconds: Section id → seconds, of the sections that the run worked on.
    """

    started: Moment
    finished: Moment
    elapsed_seconds: float
    process_seconds: float
    cpu_seconds: float
    peak_memory_mb: float
    sequential_seconds: float = 0.0
    section_seconds: dict[str, float] = {}
