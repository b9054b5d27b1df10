"""The section record: what a section became. Every output is rendered from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from factbook.evidence.facts import Fact, StoredFact
from factbook.evidence.references import render, without_citations
from factbook.files.schema_version import OLDEST_READ, SCHEMA_VERSION, Version, is_read
from factbook.llm.chat import CallCount, Source

Status = Literal["written", "edited", "degraded", "refused", "failed"]

FINISHED: frozenset[Status] = frozenset({"written", "edited"})
"""Statuses with which a report is complete."""


class EditState(BaseModel):
    """What a section's record keeps of the edit that stands in it.

    Attributes:
        sha256: SHA-256 of the edit's text, as its file holds it.
        evidence_id: The evidence that it was made against.
        facts: What that evidence said, without where its numbers come from.
        gaps: What that evidence did not hold.
        is_whole: Whether `facts` are all of that evidence.
        is_known: Whether its author saw that evidence; else an older one that is not known.
        changes: What the evidence says otherwise today, each in words (``Solar generation in
            Austria 2021: 2.78 → 2.91 TWh``), what the edit refers to first.
        writer_text: What the writer writes on today's evidence, rendered; only with `changes`.
        writer_reason: Why there is no such text, or why it is not all that was asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    evidence_id: str
    facts: tuple[StoredFact, ...] = ()
    gaps: tuple[str, ...] = ()
    is_whole: bool = True
    is_known: bool = True
    changes: tuple[str, ...] = ()
    writer_text: str = ""
    writer_reason: str = ""

    @property
    def is_outdated(self) -> bool:
        """Whether the data have changed since the edit was made."""
        return bool(self.changes)


class Message(BaseModel):
    """A sentence of a section that says a finding to who has read nothing else.

    Attributes:
        source_text: The sentence, figures by reference to facts of the section.
        headline: The same in at most twelve words; empty where it has no such form.
        kind: Kind of the finding.
        about: What the finding is about, so that no two messages tell of the same.
        score: Its score, from 0 to 100.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source_text: str
    headline: str = ""
    kind: str
    about: str
    score: float


class SectionRecord(BaseModel):
    """What a section became.

    Attributes:
        section_id: ``1.1.2@AT``.
        status: Only ``written`` and ``edited`` are complete; see docs/architecture.md.
        source_text: What the writer wrote, with references to facts and to `sources`; empty when
            there is no text.
        headline: Source text of the headline; empty where there is no text, or nothing to tell.
        messages: What of it a reader of the whole report should know, the strongest first.
        summary: Source text of the summary; empty without the flag.
        feedback: Outcome of the sense check; empty without the flag.
        sources: What the text may cite: ``{S1}`` is the first.
        marks: What stays wrong in the text after all repairs, a sentence each.
        facts: The facts that the text refers to and those of the figure table, without
            their sources, which stand in the evidence; only changes keep their derivation,
            and values the basis on which they can be compared.
        figures: Ids of the facts that the table under the section shows.
        gaps: What the evidence does not hold.
        origins: Table name → origin, for the note under the table.
        flags: Flag of the facts → its meaning, for the legend under the table.
        key: Content key: SHA-256 of `key_parts`.
        key_parts: What determined the section, each part as a SHA-256.
        evidence_id: SHA-256 of the evidence.
        writer: Identity of the writer that wrote the text.
        inputs: Part of the key → the words that stand behind it, of some parts and only while they
            are short: ``sheet.guidelines``, ``sheet.description``, ``note``.
        reason: Why the section is neither ``written`` nor ``edited``; empty when it is.
        edit: The edit that stands in the section; None when the writer's text does.
        calls: Model calls that the run made for it.
        seconds: How long the work took, but for waiting in the queues of model calls.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section_id: str
    status: Status
    source_text: str = ""
    headline: str = ""
    messages: tuple[Message, ...] = ()
    summary: str = ""
    feedback: str = ""
    sources: tuple[Source, ...] = ()
    marks: tuple[str, ...] = ()
    facts: tuple[StoredFact, ...] = ()
    figures: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    origins: Mapping[str, str] = {}
    flags: Mapping[str, str] = {}
    key: str
    key_parts: Mapping[str, str]
    evidence_id: str
    writer: Mapping[str, str] = {}
    inputs: Mapping[str, str] = {}
    reason: str = ""
    edit: EditState | None = None
    calls: CallCount = CallCount()
    seconds: float = 0.0

    @cached_property
    def by_id(self) -> dict[str, Fact]:
        """Facts by id."""
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def text(self) -> str:
        """What readers see."""
        return render(self.source_text, self.by_id, sources=len(self.sources))

    @cached_property
    def headline_text(self) -> str:
        """The headline as readers see it."""
        return render(self.headline, self.by_id, sources=len(self.sources))

    @cached_property
    def summary_text(self) -> str:
        """The summary as readers see it."""
        return render(self.summary, self.by_id, sources=len(self.sources))

    @property
    def told(self) -> tuple[str, ...]:
        """Source texts of what readers see in the section's place: its headline, then its text."""
        return tuple(text for text in (self.headline, self.source_text) if text)

    @property
    def message_texts(self) -> tuple[str, ...]:
        """The messages as readers see them: without citations, as they stand apart from sources."""
        return tuple(
            render(without_citations(message.source_text), self.by_id) for message in self.messages
        )

    @property
    def shown(self) -> tuple[str, str, str]:
        """All that readers see of it: headline, text and summary."""
        return self.headline_text, self.text, self.summary_text

    @property
    def is_finished(self) -> bool:
        """Whether the section is complete: written, or edited by a person."""
        return self.status in FINISHED

    def sealed(self) -> dict[str, Any]:
        """The record as the JSON values of a `SealedRecord`, which `unseal` reads."""
        body = {"schema_version": SCHEMA_VERSION, **self.model_dump(mode="json")}
        return {**body, "checksum": digest(body)}


class SealedRecord(SectionRecord):
    """A record as it is kept: in ``records/<section id>.json``, and as a task's result.

    Attributes:
        schema_version: Version of the form; records of version 1 do not say it.
        checksum: SHA-256 of all else, in canonical form.
    """

    schema_version: Version = OLDEST_READ
    checksum: str


def unseal(sealed: object, section_id: str) -> SectionRecord | None:
    """Read a sealed record back; None when it is damaged, or another section's.

    None as well when it is of a version that is not read: whoever asks makes the section again, of
    saved answers where its calls are the same.

    Args:
        sealed: JSON values, such as `SectionRecord.sealed` gave.
        section_id: The section that it must be of.
    """
    if not isinstance(sealed, Mapping):
        return None
    body = dict(sealed)
    checksum = body.pop("checksum", None)
    if checksum != digest(body) or body.get("section_id") != section_id:
        return None
    if not is_read(body.pop("schema_version", OLDEST_READ)):
        return None
    try:
        return SectionRecord.model_validate(body)
    except ValidationError:
        return None


def digest(value: object) -> str:
    """SHA-256 of a JSON value in canonical form."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
