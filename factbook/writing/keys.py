"""Content keys: SHA-256 of all that determines a section, kept with its parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from factbook.evidence.facts import Evidence
from factbook.evidence.finding import DataFinding
from factbook.evidence.traits import plain
from factbook.writing.job import SectionJob, Upstream
from factbook.writing.record import digest

_SHEET_PARTS: Mapping[str, tuple[str, ...]] = {
    "section": ("section_id", "kind", "place"),
    "titles": ("chapter_title", "task_title", "title", "covered"),
    "description": ("description",),
    "guidelines": ("guidelines", "shape"),
    "research": ("research_notes", "searches"),
    "notes": ("notes",),
    "style": ("style_examples",),
    "outline": ("outline", "neighbours"),
}
"""Part of a key → the fields of a job that it stands for, so that a change can be explained."""


@dataclass(frozen=True)
class Key:
    """A content key with its parts.

    Attributes:
        parts: Name of the part → SHA-256 of it: ``sheet.titles`` and others of the sheet,
            ``evidence``, ``plan`` (which findings other sections of the report tell),
            ``settings.tone``, ``settings.context``, ``writer``, and one for each section that this
            one follows on from: ``upstream.1.1.2@AT``. ``settings.places`` is there when the
            report is not about countries, ``note`` when an editor asks something of the text,
            ``edit`` when a person's text replaces it.
    """

    parts: Mapping[str, str]

    @property
    def value(self) -> str:
        """SHA-256 over all parts."""
        return digest(dict(self.parts))

    def with_upstream(self, upstream: Iterable[Upstream]) -> Key:
        """The key once the texts that the section follows on from are known."""
        return Key(
            {**self.parts, **{f"upstream.{u.section_id}": digest(u.model_dump()) for u in upstream}}
        )

    def with_edit(self, edit: str) -> Key:
        """The key of a section whose text is a person's.

        Args:
            edit: SHA-256 of the edit.
        """
        return Key({**self.parts, "edit": edit})


def base_key(job: SectionJob, writer: Mapping[str, str]) -> Key:
    """The key of a section, but for its upstream texts.

    Args:
        job: The section's job; its upstream is not looked at.
        writer: Identity of the writer.
    """
    said = job.model_dump(mode="json", exclude={"evidence", "upstream"})
    sheet = {
        f"sheet.{part}": digest({name: said[name] for name in fields})
        for part, fields in _SHEET_PARTS.items()
    }
    not_of_countries = job.place_kind != "countries"
    return Key(
        {
            **sheet,
            "evidence": evidence_id(job.evidence),
            "settings.tone": digest(dict(job.tone)),
            "settings.context": digest(job.context),
            "writer": digest(dict(writer)),
            **({"plan": plan_id(job)} if job.evidence.findings else {}),
            **({"settings.places": digest(job.place_kind)} if not_of_countries else {}),
            **({"note": digest(job.editor_note)} if job.editor_note else {}),
        }
    )


def evidence_id(evidence: Evidence) -> str:
    """SHA-256 of what the facts say; where they stand in the files does not count."""
    said = [
        (
            *(f.place, f.subject, f.metric, f.period, f.value, f.unit),
            *(f.role, f.table, f.among, f.derivation.said),
            *((f.status,) if f.status else ()),
        )
        for f in evidence.facts
    ]
    of_it = [evidence.gap_sentences, dict(evidence.origins), plain(evidence.measures)]
    flags = [dict(evidence.flags)] if evidence.flags else []
    findings = [_said_of(one) for one in evidence.findings]
    said_in_all = [said, *of_it, *flags, *([findings] if findings else [])]
    return hashlib.sha256(orjson.dumps(said_in_all)).hexdigest()


def _said_of(finding: DataFinding) -> tuple[object, ...]:
    """What a finding says; which section tells it is of the report's plan, not of the evidence.

    Its key is a part, as the choice among phrasings follows from it.
    """
    return (
        *(finding.kind, finding.form, finding.direction, dict(finding.facts)),
        *(dict(finding.words), finding.periods, finding.score, finding.key, finding.is_lead),
    )


def plan_id(job: SectionJob) -> str:
    """SHA-256 of which findings other sections tell, and which figures enough of them tell."""
    found = job.evidence.findings
    said = [(one.key, one.told_in, one.untold) for one in found if one.told_in or one.untold]
    return hashlib.sha256(orjson.dumps([said, dict(job.elsewhere)])).hexdigest()
