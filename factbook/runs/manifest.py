"""``run.json``: what a run was made of and what it became."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from factbook.checking.claims import Claim
from factbook.config.redaction import without_secrets
from factbook.folder.manifest import SCHEMA_VERSION
from factbook.llm.chat import CallCount
from factbook.project.project import Project
from factbook.runs.outcome import Outcome
from factbook.writing.record import EditState, SectionRecord, Status

NO_CALLS: Mapping[str, object] = {"made": 0, "cached": 0, "cost_usd": 0.0}
"""What `calls` says of a run that made none."""

_VERSIONS_OF = ("factbook", "prefect", "pandas", "pydantic", "python-docx", "typst")


def make_manifest(
    project: Project,
    records: Mapping[str, SectionRecord],
    claims: Iterable[Claim],
    *,
    outcome: Outcome,
    written_now: Mapping[str, float],
    times: Mapping[str, Any],
    files: Sequence[str],
    calls: Mapping[str, object] = NO_CALLS,
    texts: Mapping[str, str] = {},
    titles: Mapping[str, str] = {},
) -> dict[str, Any]:
    """The manifest as JSON values.

    Args:
        project: The project.
        records: All records that the run folder holds; a section without one is `missing`.
        claims: All claims of their texts.
        outcome: How the run ended.
        written_now: Section id → seconds, of the sections that this run worked on.
        times: From `Clock.measured`.
        files: Names of the files that this run wrote.
        calls: What the run's model calls come to: at least those of `NO_CALLS`.
        texts: Section id → SHA-256 of its text as the last finished run has left it.
        titles: The same of its titles.
    """
    verdicts = Counter(claim.verdict for claim in claims)
    statuses: Counter[str] = Counter()
    sections: dict[str, Any] = {}
    selected = {spec.id for spec in project.outline.sections}
    for chapter in project.whole.chapters:
        for spec in chapter.sections:
            record = records.get(spec.id)
            status: Status | str = record.status if record else "missing"
            statuses[status] += 1
            sections[spec.id] = {
                "chapter": chapter.id,
                "title": spec.title,
                "place": spec.place.name,
                "status": status,
                "is_selected": spec.id in selected,
                **_section(record),
                "text": texts.get(spec.id, ""),
                "titles": titles.get(spec.id, ""),
            }
    return {
        "schema_version": SCHEMA_VERSION,
        "project": project.name,
        "slug": project.slug,
        "is_selection": project.outline.is_selection,
        "outcome": {
            "state": outcome.state,
            "exit_code": outcome.exit_code,
            "message": outcome.message,
            **({"review": outcome.review} if outcome.review else {}),
            **({"fail_on_change": True} if outcome.fail_on_change else {}),
        },
        "config": without_secrets(project.config.model_dump(mode="json")),
        "versions": {"python": platform.python_version(), **_versions()},
        "sections_by_status": dict(sorted(statuses.items())),
        "checks": dict(sorted(verdicts.items())),
        "calls": {**NO_CALLS, **calls},
        "findings": without_secrets([f.model_dump(mode="json") for f in project.findings]),
        "cleanings": [asdict(cleaning) for cleaning in project.dataset.cleanings],
        "headings": project.whole.headings,
        "sections": sections,
        "files": list(files),
        "times": {
            **times,
            "sequential_seconds": round(sum(written_now.values()), 3),
            "section_seconds": {name: round(value, 4) for name, value in written_now.items()},
        },
    }


def _section(record: SectionRecord | None) -> dict[str, Any]:
    """What the manifest says of a section that has a record, or as much of one that has none."""
    return {
        "key": record.key if record else "",
        "key_parts": dict(record.key_parts) if record else {},
        "evidence": record.evidence_id if record else "",
        "writer": dict(record.writer) if record else {},
        "reason": record.reason if record else "",
        "marks": list(record.marks) if record else [],
        "edit": _edit(record.edit) if record and record.edit else None,
        "calls": (record.calls if record else CallCount()).model_dump(mode="json"),
    }


def _edit(edit: EditState) -> dict[str, Any]:
    """What the manifest says of an edit: whether the data have changed since, and how."""
    return {
        "sha256": edit.sha256,
        "evidence": edit.evidence_id,
        "outdated": edit.is_outdated,
        "changes": list(edit.changes),
        "writer_text": edit.writer_text,
        "writer_reason": edit.writer_reason,
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in _VERSIONS_OF:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a checkout that is not installed
            found[name] = ""
    return found
