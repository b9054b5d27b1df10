"""One section: its passes, from the job to the record."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from factbook.errors import ModelUnavailableError, RefusedError
from factbook.evidence.facts import Fact
from factbook.evidence.figures import main_figures
from factbook.evidence.references import references
from factbook.writing.job import SectionJob, Writer
from factbook.writing.offline import OfflineWriter, summarise
from factbook.writing.record import SectionRecord, Status


def write_section(
    job: SectionJob,
    writer: Writer,
    *,
    key: str,
    key_parts: Mapping[str, str],
    add_summary: bool = False,
) -> SectionRecord:
    """Write one section.

    When the model cannot be had, the offline text stands in and the status is ``degraded``; when
    a content filter refuses, there is no text and the status is ``refused``.

    Args:
        job: Everything that determines the text, but for the model.
        writer: Who writes.
        key: Content key of the section.
        key_parts: Its parts.
        add_summary: Whether to make a summary as well.

    Raises:
        StoppedError: The run cannot go on.
    """
    started = time.perf_counter()
    status: Status = "written"
    reason = source_text = ""
    identity = writer.identity
    try:
        source_text = writer.write(job)
    except ModelUnavailableError as error:
        offline = OfflineWriter()
        status, reason = "degraded", str(error)
        identity, source_text = offline.identity, offline.write(job)
    except RefusedError as error:
        status, reason = "refused", str(error)
    summary = summarise(source_text, job) if add_summary and source_text else ""
    figures = main_figures(job.evidence.facts)
    used = {*references(source_text), *references(summary), *(fact.id for fact in figures)}
    return SectionRecord(
        section_id=job.section_id,
        status=status,
        source_text=source_text,
        summary=summary,
        facts=tuple(_kept(fact) for fact in job.evidence.facts if fact.id in used),
        figures=tuple(fact.id for fact in figures) if job.kind == "sub_task" else (),
        gaps=job.evidence.gaps,
        origins=job.evidence.origins,
        key=key,
        key_parts=key_parts,
        evidence_id=key_parts["evidence"],
        writer=identity,
        reason=reason,
        seconds=time.perf_counter() - started,
    )


def _kept(fact: Fact) -> Fact:
    """A fact as the record keeps it: its rows stand in the evidence, and may move in their file."""
    is_change = fact.kind in ("change", "relative change")
    return replace(fact, sources=(), derivation=fact.derivation if is_change else "")


def failed_section(
    section_id: str, reason: str, *, key: str = "", key_parts: Mapping[str, str] | None = None
) -> SectionRecord:
    """The record of a section that could not be written at all."""
    parts = key_parts or {}
    return SectionRecord(
        section_id=section_id,
        status="failed",
        reason=reason,
        key=key,
        key_parts=parts,
        evidence_id=parts.get("evidence", ""),
    )
