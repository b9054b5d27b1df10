"""The manifest of a run, made of its project and its records."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from factbook.checking.claims import Claim
from factbook.config.redaction import without_secrets
from factbook.errors import Finding
from factbook.files.schema_version import SCHEMA_VERSION
from factbook.folder.manifest import Manifest
from factbook.folder.manifest_parts import EditEntry, ReportCalls, RunOutcome, SectionEntry, Times
from factbook.folder.manifest_parts import KeyMessage as KeyMessageEntry
from factbook.llm.chat import CallCount
from factbook.project.project import Project
from factbook.report.key_messages import KeyMessage
from factbook.runs.outcome import Outcome
from factbook.writing.record import EditState, SectionRecord

NO_CALLS = ReportCalls(made=0, cached=0, cost_usd=Decimal(0))
"""What `calls` says of a run that made none."""

_VERSIONS_OF = ("factbook", "prefect", "pandas", "pydantic", "python-docx", "typst")


def make_manifest(
    project: Project,
    records: Mapping[str, SectionRecord],
    claims: Iterable[Claim],
    *,
    outcome: Outcome,
    written_now: Mapping[str, float],
    times: Times,
    files: Sequence[str],
    calls: ReportCalls = NO_CALLS,
    texts: Mapping[str, str] = {},
    titles: Mapping[str, str] = {},
    key_messages: Mapping[str, Sequence[KeyMessage]] = {},
) -> Manifest:
    """The manifest of a run.

    Args:
        project: The project.
        records: All records that the run folder holds; a section without one is `missing`.
        claims: All claims of their texts.
        outcome: How the run ended.
        written_now: Section id → seconds, of the sections that this run worked on.
        times: From `Clock.measured`.
        files: Names of the files that this run wrote.
        calls: What the run's model calls come to.
        texts: Section id → SHA-256 of its text as the last finished run has left it.
        titles: The same of its titles.
        key_messages: Chapter id, or empty for the whole report → the messages that open it.
    """
    sections = _sections(project, records, texts, titles)
    verdicts = Counter(claim.verdict for claim in claims)
    statuses = Counter(section.status for section in sections.values())
    return Manifest(
        schema_version=SCHEMA_VERSION,
        project=project.name,
        slug=project.slug,
        is_selection=project.outline.is_selection,
        outcome=_outcome(outcome),
        config=without_secrets(project.config.model_dump(mode="json")),
        versions={"python": platform.python_version(), **_versions()},
        sections_by_status=dict(sorted(statuses.items())),
        checks=dict(sorted(verdicts.items())),
        calls=calls,
        findings=tuple(
            Finding.model_validate(without_secrets(finding.model_dump(mode="json")))
            for finding in project.findings
        ),
        cleanings=tuple(project.dataset.cleanings),
        inputs=project.dataset.inputs,
        headings=dict(project.whole.headings),
        key_messages={part: _messages(chosen) for part, chosen in key_messages.items()},
        sections=sections,
        files=tuple(files),
        times=times.model_copy(
            update={
                "sequential_seconds": round(sum(written_now.values()), 3),
                "section_seconds": {name: round(value, 4) for name, value in written_now.items()},
            }
        ),
    )


def _messages(chosen: Iterable[KeyMessage]) -> tuple[KeyMessageEntry, ...]:
    return tuple(
        KeyMessageEntry(
            section=one.section.id,
            source_text=one.source_text,
            text=one.text,
            headline=one.headline,
        )
        for one in chosen
    )


def _outcome(outcome: Outcome) -> RunOutcome:
    return RunOutcome(
        state=outcome.state,
        exit_code=outcome.exit_code,
        message=outcome.message,
        review=outcome.review,
        fail_on_change=outcome.fail_on_change,
    )


def _sections(
    project: Project,
    records: Mapping[str, SectionRecord],
    texts: Mapping[str, str],
    titles: Mapping[str, str],
) -> dict[str, SectionEntry]:
    """Section id → what the manifest says of it, in the order of the sheet."""
    selected = {spec.id for spec in project.outline.sections}
    return {
        spec.id: SectionEntry(
            chapter=chapter.id,
            title=spec.title,
            place=spec.place.name,
            is_selected=spec.id in selected,
            text=texts.get(spec.id, ""),
            titles=titles.get(spec.id, ""),
            **_of_record(records.get(spec.id)),
        )
        for chapter in project.whole.chapters
        for spec in chapter.sections
    }


def _of_record(record: SectionRecord | None) -> dict[str, Any]:
    """What the manifest says of a section that has a record, or as much of one that has none."""
    return {
        "status": record.status if record else "missing",
        "key": record.key if record else "",
        "key_parts": dict(record.key_parts) if record else {},
        "evidence": record.evidence_id if record else "",
        "writer": dict(record.writer) if record else {},
        "reason": record.reason if record else "",
        "marks": record.marks if record else (),
        "edit": _edit(record.edit) if record and record.edit else None,
        "calls": record.calls if record else CallCount(),
    }


def _edit(edit: EditState) -> EditEntry:
    """What the manifest says of an edit: whether the data have changed since, and how."""
    return EditEntry(
        sha256=edit.sha256,
        evidence=edit.evidence_id,
        outdated=edit.is_outdated,
        changes=edit.changes,
        writer_text=edit.writer_text,
        writer_reason=edit.writer_reason,
    )


def _versions() -> dict[str, str]:
    found = {}
    for name in _VERSIONS_OF:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a checkout that is not installed
            found[name] = ""
    return found
