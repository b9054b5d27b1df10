"""Artifacts of a run that has ended: summary, cost by model, flagged claims, links."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, get_args

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from factbook.checking.claims import Claim
from factbook.config.project_config import Output
from factbook.data.cleaning import plural
from factbook.folder.manifest import Manifest
from factbook.folder.manifest_parts import ReportCalls, SectionEntry
from factbook.report.markdown import escape_text
from factbook.runs.make_manifest import NO_CALLS
from factbook.runs.outcome import Outcome
from factbook.runs.publish import Published
from factbook.runs.run import Run
from factbook.runs.tally import COLUMNS, tally
from factbook.sheet.outline import CONCLUSION
from flows.artifacts.artifact_keys import (
    are_kept,
    artifact_key,
    forgiving,
)
from flows.artifacts.form_words import in_words_of_form

CHANGES_SHOWN = 30
CLAIMS_SHOWN = 200


def show_ending(run: Run, outcome: Outcome) -> None:
    """Make the artifacts of a run that has ended.

    Args:
        run: The run; ``run.json`` stands in its folder.
        outcome: How it ended.
    """
    if not are_kept():
        return
    folder = run.inputs.folder.path
    manifest = Manifest.read_if_sound(folder)
    if manifest is None:
        return
    slug = manifest.slug
    key = partial(artifact_key, run.inputs.project.folder, slug)
    with forgiving("the end of the run"):
        create_markdown_artifact(
            "\n".join(summary(manifest, folder, outcome)),
            key=key("summary"),
            description=f"{outcome.state}: how the run stands",
        )
        costs = cost_rows(manifest.calls)
        if costs:
            create_table_artifact(costs, key=key("cost"), description="Cost of the report by model")
        if outcome.flagged:
            create_table_artifact(
                claim_rows(outcome.flagged),
                key=key("flagged"),
                description="Claims that the data contradict or do not support",
            )
        for name, address in outcome.links.items():
            if _is_report(name, slug):  # the summary links the other files
                kind = name.removeprefix(slug).lstrip("-.").replace(".", "-")
                create_link_artifact(
                    address, link_text=name, key=key(kind), description="Published"
                )


def summary(manifest: Manifest, folder: Path, outcome: Outcome) -> Iterator[str]:
    """How a run ended, as lines of Markdown.

    Args:
        manifest: ``run.json``.
        folder: The run folder.
        outcome: How the run ended.
    """
    if outcome.unchanged_seconds is not None:
        manifest = _without_work(manifest, outcome.unchanged_seconds)
    calls, times = manifest.calls, manifest.times
    run = calls.this_run or calls
    yield f"# {escape_text(manifest.project)}"
    yield ""
    yield f"**{outcome.state}**: {escape_text(in_words_of_form(outcome.message))}"
    yield ""
    yield from _report(manifest.slug, outcome.links)
    yield from _chapters(tally(manifest, outcome.state), manifest.headings)
    yield ""
    checks = ", ".join(f"{count} {verdict}" for verdict, count in manifest.checks.items())
    yield f"- Checks: {checks or 'no claims'}"
    yield f"- Model calls: {run.made} made, {run.cached} from the call store"
    yield f"- Cost: {run.cost_usd:.2f} USD in this run, {calls.cost_usd:.2f} USD in all"
    took, instead = times.elapsed_seconds, times.sequential_seconds
    yield f"- Time: {took:.1f} s{f' instead of {instead:.1f} s' if instead > took else ''}"
    yield ""
    yield from _changes(outcome.changed, manifest.sections)
    yield ""
    yield from _published(outcome.published)
    yield from _files(manifest.files, folder, outcome.links)


def cost_rows(calls: ReportCalls) -> list[dict[str, Any]]:
    """Calls, tokens and cost of the report, a row a model."""
    return [
        {"model": model, **totals.model_dump(mode="json")}
        for model, totals in calls.by_model.items()
    ]


def claim_rows(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Flagged claims as rows of a table."""
    return [
        {
            "section_id": claim.section_id,
            "claim": claim.claim,
            "unit": claim.unit,
            "verdict": claim.verdict,
            "fact_value": claim.fact_value,
            "source": claim.source,
        }
        for claim in claims[:CLAIMS_SHOWN]
    ]


def _without_work(manifest: Manifest, seconds: float) -> Manifest:
    """The manifest of an earlier run as that of one which has found all as it was."""
    worked = {"elapsed_seconds": seconds, "sequential_seconds": 0.0, "section_seconds": {}}
    return manifest.model_copy(
        update={
            "calls": manifest.calls.model_copy(update={"this_run": NO_CALLS}),
            "times": manifest.times.model_copy(update=worked),
        }
    )


def _report(slug: str, links: Mapping[str, str]) -> Iterator[str]:
    """Links to the report itself, which is what most readers of a summary look for."""
    own = [f"[{escape_text(name)}](<{links[name]}>)" for name in links if _is_report(name, slug)]
    if own:
        yield f"Read it: {', '.join(own)}"
        yield ""


def _is_report(name: str, slug: str) -> bool:
    """Whether a file is the report, or a selection of it, in one of its formats."""
    stem, _, suffix = name.partition(".")
    return suffix in get_args(Output) and stem in (slug, f"{slug}-selection")


def _chapters(chapters: Mapping[str, Counter[str]], headings: Mapping[str, str]) -> Iterator[str]:
    names = [name for name in COLUMNS if any(counter[name] for counter in chapters.values())]
    yield f"| chapter | sections | {' | '.join(names)} |"
    yield f"|---|---:|{'---:|' * len(names)}"
    for chapter, counter in chapters.items():
        counts = " | ".join(str(counter[name]) for name in names)
        title = headings[chapter] if chapter == CONCLUSION else f"{chapter} {headings[chapter]}"
        yield f"| {escape_text(title)} | {counter.total()} | {counts} |"


def _changes(changed: Sequence[str] | None, sections: Mapping[str, SectionEntry]) -> Iterator[str]:
    if changed is None:
        yield "There is no earlier finished run to compare with."
        return
    if not changed:
        yield "No text has changed since the last run."
        return
    yield f"{len(changed)} sections differ from the last run:"
    yield ""
    for name in changed[:CHANGES_SHOWN]:
        seen = sections.get(name)
        what = f"{escape_text(seen.title)}, {escape_text(seen.place)}" if seen else "removed"
        yield f"- {escape_text(name)} {what}"
    if len(changed) > CHANGES_SHOWN:
        yield f"- and {len(changed) - CHANGES_SHOWN} more"


def _published(files: Sequence[Published]) -> Iterator[str]:
    if not files:
        return
    folder = files[0].folder
    where = "" if "://" in folder else f" on {socket.gethostname()}"
    now = sum(file.is_new for file in files)
    yield f"Published{where} in `{folder}`: {plural(len(files), 'file')}, {now} of them copied now"
    yield ""


def _files(files: Sequence[str], folder: Path, links: Mapping[str, str]) -> Iterator[str]:
    yield f"Files on {socket.gethostname()} in `{folder.resolve()}`:"
    yield ""
    for name in files:
        shown = escape_text(name)
        yield f"- [{shown}](<{links[name]}>)" if name in links else f"- {shown}"
