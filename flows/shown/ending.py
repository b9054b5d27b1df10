"""Artifacts of a run that has ended: summary, cost by model, flagged claims, links."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from factbook.checking.claims import Claim
from factbook.report.markdown import escape_text
from factbook.runs.folder import read_manifest
from factbook.runs.manifest import Outcome
from flows.shown.artifacts import are_kept, artifact_key, forgiving

CHANGES_SHOWN = 30
CLAIMS_SHOWN = 200


def show_ending(
    folder: Path,
    outcome: Outcome,
    changed: Sequence[str] | None,
    flagged: Sequence[Claim],
    links: Mapping[str, str],
) -> None:
    """Make the artifacts of a run that has ended.

    Args:
        folder: Its run folder, with ``run.json``.
        outcome: How it ended, with what came after ``run.json``.
        changed: Ids of the sections that are not as the last run left them; None when there was
            none.
        flagged: Claims that the evidence contradicts or does not hold.
        links: Name of a published file → its address.
    """
    if not are_kept():
        return
    manifest = read_manifest(folder)
    slug = manifest["slug"]
    with forgiving("how the run ended"):
        create_markdown_artifact(
            "\n".join(summary(manifest, outcome, folder, changed, links)),
            key=artifact_key(slug, "summary"),
            description="How the run ended",
        )
        costs = cost_rows(manifest["calls"])
        if costs:
            create_table_artifact(
                costs, key=artifact_key(slug, "cost"), description="Cost of the report by model"
            )
        if flagged:
            create_table_artifact(
                claim_rows(flagged),
                key=artifact_key(slug, "flagged"),
                description="Claims that the data contradict or do not hold",
            )
        for name, address in links.items():
            if Path(name).stem.startswith(slug):  # the report; the summary links the other files
                create_link_artifact(
                    address, link_text=name, key=artifact_key(slug, name), description="Published"
                )


def summary(
    manifest: Mapping[str, Any],
    outcome: Outcome,
    folder: Path,
    changed: Sequence[str] | None,
    links: Mapping[str, str],
) -> Iterator[str]:
    """How a run ended, as lines of Markdown.

    Args:
        manifest: ``run.json``.
        outcome: How the run ended.
        folder: The run folder.
        changed: Ids of the sections that are not as the last run left them; None when there was
            none.
        links: Name of a published file → its address.
    """
    calls, times = manifest["calls"], manifest["times"]
    run = calls.get("this_run", calls)
    yield f"# {escape_text(manifest['project'])}"
    yield ""
    yield f"**{outcome.state}**: {escape_text(outcome.message)}"
    yield ""
    yield from _chapters(manifest["sections"])
    yield ""
    checks = ", ".join(f"{count} {verdict}" for verdict, count in manifest["checks"].items())
    yield f"- Checks: {checks or 'no claims'}"
    yield f"- Model calls: {run['made']} made, {run['cached']} from the call store"
    yield f"- Cost: {run['cost_usd']:.2f} USD in this run, {calls['cost_usd']:.2f} USD in all"
    yield f"- Time: {times['elapsed_seconds']:.1f} s instead of {times['sequential_seconds']:.1f} s"
    yield ""
    yield from _changes(changed, manifest["sections"])
    yield ""
    yield from _files(manifest["files"], folder, links)


def cost_rows(calls: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Calls, tokens and cost of the report, a row a model."""
    return [{"model": model, **totals} for model, totals in calls.get("by_model", {}).items()]


def claim_rows(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Flagged claims as rows of a table."""
    return [
        claim.model_dump(include={"section_id", "claim", "verdict", "fact_value", "unit", "source"})
        for claim in claims[:CLAIMS_SHOWN]
    ]


def _chapters(sections: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    statuses: dict[str, Counter[str]] = {}
    for section in sections.values():
        statuses.setdefault(section["chapter"], Counter())[section["status"]] += 1
    names = sorted({name for counter in statuses.values() for name in counter})
    yield f"| chapter | sections | {' | '.join(names)} |"
    yield f"|---|---:|{'---:|' * len(names)}"
    for chapter, counter in statuses.items():
        counts = " | ".join(str(counter[name]) for name in names)
        yield f"| {escape_text(chapter)} | {counter.total()} | {counts} |"


def _changes(
    changed: Sequence[str] | None, sections: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    if changed is None:
        yield "No run has finished here before, to which this one could be compared."
        return
    if not changed:
        yield "No text has changed since the last run."
        return
    yield f"{len(changed)} sections differ from the last run:"
    yield ""
    for name in changed[:CHANGES_SHOWN]:
        told = sections.get(name)
        what = f"{escape_text(told['title'])}, {escape_text(told['place'])}" if told else "removed"
        yield f"- {escape_text(name)} {what}"
    if len(changed) > CHANGES_SHOWN:
        yield f"- and {len(changed) - CHANGES_SHOWN} more"


def _files(files: Sequence[str], folder: Path, links: Mapping[str, str]) -> Iterator[str]:
    yield f"Files on {socket.gethostname()} in `{folder.resolve()}`:"
    yield ""
    for name in files:
        shown = escape_text(name)
        yield f"- [{shown}](<{links[name]}>)" if name in links else f"- {shown}"
