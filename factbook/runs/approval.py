"""Approval: what a person is asked before a report is exported, and what the answer may be."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from factbook.checking.claims import Claim
from factbook.files.atomic import write_atomically
from factbook.files.regular_files import remove
from factbook.report.export import exporter
from factbook.report.markdown import escape_text
from factbook.runs.inputs import RunInputs
from factbook.runs.run import Run
from factbook.runs.written_report import Report
from factbook.writing.record import SectionRecord, digest

log = logging.getLogger("factbook")

CLAIMS_SHOWN = 20
"""As many flagged claims are shown; all stand in ``checks.csv``."""

Action = Literal["approve", "rewrite", "reject"]


@dataclass(frozen=True)
class Decision:
    """What a person has decided about a report.

    Attributes:
        action: Export it, rewrite some of its sections first, or leave it.
        sections: Ids of the sections to rewrite.
        note: What is asked of them.
    """

    action: Action
    sections: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Review:
    """What a person is asked to approve.

    Attributes:
        digest: SHA-256 of what was written: another text, or a lack, has another one.
        project: Name of the project.
        by_status: Sections by status.
        missing: Ids of the sections that are neither written nor edited, with the reason.
        outdated: Ids of the edited sections whose data have changed since.
        flagged: Claims that the evidence contradicts or does not hold.
        cost_usd: What the run has paid.
        draft: The report as one page to read, not exported yet.
    """

    digest: str
    project: str
    by_status: dict[str, int]
    missing: dict[str, str]
    outdated: tuple[str, ...]
    flagged: tuple[Claim, ...]
    cost_usd: float
    draft: Path


def make_review(run: Run, report: Report) -> Review:
    """What a person needs to know to decide; the draft is written beside the report.

    Raises:
        StoppedError: The draft cannot be written.
    """
    inputs = run.inputs
    sections = inputs.project.outline.sections
    records = {spec.id: report.shown.get(spec.id) for spec in sections}
    draft = draft_path(inputs)
    write_atomically(draft, exporter("html")(report.document()))
    return Review(
        digest=digest([[name, _shown(record)] for name, record in records.items()]),
        project=inputs.project.name,
        by_status=dict(
            sorted(Counter(r.status if r else "missing" for r in records.values()).items())
        ),
        missing={
            name: record.reason if record else "nothing was written"
            for name, record in records.items()
            if record is None or not record.is_finished
        },
        outdated=tuple(
            name
            for name, record in records.items()
            if record is not None and record.edit is not None and record.edit.is_outdated
        ),
        flagged=report.flagged,
        cost_usd=_cost_usd(run),
        draft=draft,
    )


def _cost_usd(run: Run) -> float:
    """What the run has paid, before a person was asked a first time as well."""
    totals = run.call_totals(0)
    return float((totals.this_run or totals).cost_usd)


def _shown(record: SectionRecord | None) -> object:
    """What a person is asked about; what it took to write it may differ."""
    return record.model_dump(mode="json", exclude={"calls", "seconds"}) if record else None


def draft_path(inputs: RunInputs) -> Path:
    """Where the report stands for reading while it waits for approval."""
    return inputs.folder.path / f"{inputs.folder.slug}-draft.html"


def remove_draft(inputs: RunInputs) -> None:
    """Remove the draft once it is decided about."""
    path = draft_path(inputs)
    try:
        remove(path)
    except OSError as error:  # the report is made
        log.warning("%s cannot be removed: %s", path, error.strerror)


def as_markdown(review: Review, place: str = "") -> str:
    """A review as Markdown, in which text of the report is not markup.

    Args:
        review: The review.
        place: Where else than in its file the report can be read, and on which machine that is.
    """
    counts = ", ".join(f"{count} {status}" for status, count in review.by_status.items())
    lines = [
        f"**{escape_text(review.project)}**: {sum(review.by_status.values())} sections: {counts}. "
        f"Cost of this run: {review.cost_usd:.2f} USD.",
        "",
        f"Read it: {place}`{review.draft}`",
    ]
    if review.missing:
        lines += ["", "| not written | why |", "|---|---|"]
        lines += [
            f"| {escape_text(name)} | {escape_text(why)} |" for name, why in review.missing.items()
        ]
    if review.outdated:
        outdated = ", ".join(map(escape_text, review.outdated))
        lines += ["", f"Edited, but the data have changed since: {outdated}"]
    if review.flagged:
        shown = review.flagged[:CLAIMS_SHOWN]
        lines += ["", "| section | claim | verdict | data |", "|---|---|---|---|"]
        lines += [
            f"| {escape_text(c.section_id)} | {escape_text(c.claim)} | {c.verdict} "
            f"| {escape_text(f'{c.fact_value:g} {c.unit}')} |"
            for c in shown
        ]
        if len(review.flagged) > len(shown):
            lines += ["", f"and {len(review.flagged) - len(shown)} more in checks.csv"]
    else:
        lines += ["", "No claim is contradicted by the data or without support in them."]
    return "\n".join(lines)
