"""One section: its passes, from the job to the record."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from sys import intern

from factbook.errors import ModelUnavailableError, RefusedError, RunError
from factbook.evidence.derivation import UNKNOWN, Derivation
from factbook.evidence.facts import Fact
from factbook.evidence.figures import main_figures
from factbook.evidence.references import references
from factbook.llm.chat import CallCount
from factbook.writing.job import Author, Draft, SectionJob, Shape
from factbook.writing.offline import OfflineWriter, messages_of
from factbook.writing.record import Message, SectionRecord, Status

MOST_INPUT_LETTERS = 2_000
"""How long a text is that a record keeps of what its section was made from."""


def write_section(
    job: SectionJob,
    writer: Author,
    stand_in: OfflineWriter,
    *,
    key: str,
    key_parts: Mapping[str, str],
) -> SectionRecord:
    """Write one section.

    When the model is unavailable, the offline text is used and the status is ``degraded``; so it is
    when a later pass is unavailable, and then the model's text is used. When a content filter
    refuses, there is no text and the status is ``refused``.

    Args:
        job: Everything that determines the text, but for the model.
        writer: Who writes.
        stand_in: Who writes when the model cannot be had.
        key: Content key of the section.
        key_parts: Its parts.

    Raises:
        StoppedError: The run cannot continue.
        CancelledError: The run was interrupted.
    """
    started = time.perf_counter()
    status, reason, identity, draft = _drafted(job, writer, stand_in)
    figures = main_figures(job.evidence.facts)
    messages = messages_of(job) if draft.source_text else ()
    used = {*_referred_to(draft, messages), *(fact.id for fact in figures)}
    return SectionRecord(
        section_id=job.section_id,
        status=status,
        source_text=draft.source_text,
        headline=draft.headline,
        messages=messages,
        summary=draft.summary,
        feedback=draft.feedback,
        sources=draft.sources,
        marks=draft.marks,
        facts=tuple(_kept(fact) for fact in job.evidence.facts if fact.id in used),
        figures=tuple(fact.id for fact in figures) if job.kind == "sub_task" else (),
        gaps=job.evidence.gap_sentences,
        origins=job.evidence.origins,
        flags=job.evidence.flags,
        key=key,
        key_parts=key_parts,
        evidence_id=key_parts["evidence"],
        writer=identity,
        inputs=short_inputs(job),
        reason=reason,
        calls=draft.calls,
        seconds=max(time.perf_counter() - started - draft.calls.waited_seconds, 0.0),
    )


def _referred_to(draft: Draft, messages: Iterable[Message]) -> set[str]:
    """Ids of the facts that the texts of a section refer to."""
    texts = [draft.source_text, draft.headline, draft.summary]
    texts += [text for message in messages for text in (message.source_text, message.headline)]
    return {name for text in texts for name in references(text)}


def _drafted(
    job: SectionJob, writer: Author, stand_in: OfflineWriter
) -> tuple[Status, str, Mapping[str, str], Draft]:
    """The text with its status, why it is not complete, and the identity of who wrote it."""
    identity = writer.identity(job)
    try:
        draft = writer.write(job)
    except ModelUnavailableError as error:
        text = stand_in.write(job).model_copy(update={"calls": _calls_before(error)})
        return "degraded", str(error), stand_in.identity(job), text
    except RefusedError as error:
        draft = Draft(source_text="", calls=_calls_before(error))
        return "refused", str(error), identity, draft
    return "degraded" if draft.missing else "written", draft.missing, identity, draft


def short_inputs(job: SectionJob) -> dict[str, str]:
    """Part of the key → what a person wrote for it, so that a change can be put in words."""
    written = {
        "sheet.guidelines": job.guidelines or _in_words(job.shape),
        "sheet.description": job.description,
        "note": job.editor_note,
    }
    return {part: text for part, text in written.items() if 0 < len(text) <= MOST_INPUT_LETTERS}


def _in_words(shape: Shape) -> str:
    """Length and paragraphs, all that the offline writer reads of guidelines."""
    words = {"at least": shape.min_words, "at most": shape.max_words}
    said = [f"{what} {count} words" for what, count in words.items() if count is not None]
    if shape.paragraphs is not None:
        said.append(f"{shape.paragraphs} paragraph{'' if shape.paragraphs == 1 else 's'}")
    return ", ".join(said)


def _calls_before(error: RunError) -> CallCount:
    """The calls that were made for a text that could not be had."""
    return error.calls if isinstance(error.calls, CallCount) else CallCount()


def _kept(fact: Fact) -> Fact:
    """A fact as the record keeps it: its rows are in the evidence, and may move in their file.

    Records stay in memory, thousands of them, and name the same few places and metrics.
    """
    is_change = fact.kind in ("change", "relative change", "year to date relative change")
    return replace(
        fact,
        place=intern(fact.place),
        subject=intern(fact.subject),
        metric=intern(fact.metric),
        period=intern(fact.period),
        unit=intern(fact.unit),
        table=intern(fact.table),
        derivation=fact.derivation if is_change else _told(fact.derivation),
        sources=(),
    )


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


def _told(derivation: Derivation) -> Derivation:
    """What texts tell of a value's derivation: what it can be compared with, and equal ranks."""
    is_tie = derivation.among is not None and derivation.among.equal > 1
    if not derivation.basis and not is_tie:
        return UNKNOWN
    return Derivation(basis=derivation.basis, among=derivation.among if is_tie else None)
