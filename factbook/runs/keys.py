"""Content keys: SHA-256 of all that determines a section, kept with its parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from factbook.evidence.facts import Evidence
from factbook.writing.job import SectionJob, Upstream
from factbook.writing.record import digest

_OTHER_PARTS = {"evidence", "upstream", "tone", "context"}


@dataclass(frozen=True)
class Key:
    """A content key with its parts.

    Attributes:
        parts: Name of the part → SHA-256 of it: sheet, evidence, settings, writer, upstream.
    """

    parts: Mapping[str, str]

    @property
    def value(self) -> str:
        """SHA-256 over all parts."""
        return digest(dict(self.parts))

    def with_upstream(self, upstream: Iterable[Upstream]) -> Key:
        """The key once the texts that the section follows on from are known."""
        return Key({**self.parts, "upstream": digest([u.model_dump() for u in upstream])})


def base_key(job: SectionJob, writer: Mapping[str, str]) -> Key:
    """The key of a section, but for its upstream texts.

    Args:
        job: The section's job; its upstream is not looked at.
        writer: Identity of the writer.
    """
    return Key(
        {
            "sheet": digest(job.model_dump(mode="json", exclude=_OTHER_PARTS)),
            "evidence": evidence_id(job.evidence),
            "settings": digest({"tone": dict(job.tone), "context": job.context}),
            "writer": digest(dict(writer)),
        }
    )


def evidence_id(evidence: Evidence) -> str:
    """SHA-256 of what the facts say; where they stand in the files does not count."""
    said = [
        (f.place, f.subject, f.metric, f.period, f.value, f.unit, f.role, f.table, f.among)
        for f in evidence.facts
    ]
    return hashlib.sha256(orjson.dumps([said, evidence.gaps, dict(evidence.origins)])).hexdigest()
