"""The summary at the end of a run, from its manifest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table
from rich.text import Text

from factbook.cli.console import in_one_line, say
from factbook.folder.manifest import Manifest
from factbook.folder.manifest_parts import ReportCalls, Times
from factbook.runs.outcome import Outcome
from factbook.runs.tally import COLUMNS, is_early, tally

_ALWAYS = ("written", "unchanged", "degraded", "failed")
_EXPORTED = ("Completed", "Incomplete")
"""States of runs that have exported a report."""


def print_summary(end: Outcome, console: Console) -> None:
    """Print how the run ended: chapters, calls, times, resources, and where the files are."""
    manifest = Manifest.read_if_sound(end.folder) if end.folder is not None else None
    if end.folder is not None and manifest is not None and _is_of_this_process(manifest):
        state = manifest.outcome.state
        console.print(_chapters(manifest, state))
        _print_calls(manifest.calls, manifest.config["limits"]["budget_usd"], console)
        _print_times(manifest.times, console)
        lines = (
            _files(manifest, end.folder) if state in _EXPORTED else _others(manifest, end.folder)
        )
        for line in lines:
            say(console, line)
    say(console, f"{end.state}: {end.message}")


def _is_of_this_process(manifest: Manifest) -> bool:
    """Whether it is this run's: one that does not come to write its own leaves the last one's."""
    return manifest.times.started.timestamp() >= psutil.Process().create_time()


def _chapters(manifest: Manifest, state: str) -> Table:
    """Sections by what became of them in this run, and seconds, of each chapter."""
    counts = tally(manifest, state)
    seconds: defaultdict[str, float] = defaultdict(float)
    worked = manifest.times.section_seconds
    for section_id, section in manifest.sections.items():
        seconds[section.chapter] += worked.get(section_id, 0.0)
    shown = [n for n in COLUMNS if n in _ALWAYS or any(count[n] for count in counts.values())]
    if is_early(state):
        shown.remove("unchanged")
    table = Table(show_edge=False, pad_edge=False, collapse_padding=True)
    table.add_column("chapter")
    for name in ("sections", *shown, "seconds"):
        table.add_column(name, justify="right")
    for chapter, count in counts.items():
        numbers = [count.total(), *(count[name] for name in shown)]
        table.add_row(Text(in_one_line(chapter)), *map(str, numbers), f"{seconds[chapter]:.2f}")
    return table


def _files(manifest: Manifest, folder: Path) -> Iterator[str]:
    """Where the run's files are."""
    yield from (str(folder / name) for name in manifest.files)


def _others(manifest: Manifest, folder: Path) -> Iterator[str]:
    """Of a run that exported no report, whether an earlier one stands there."""
    slug = manifest.slug
    outputs = manifest.config["outputs"]
    names = [f"{stem}.{suffix}" for stem in (slug, f"{slug}-selection") for suffix in outputs]
    standing = [name for name in names if (folder / name).exists()]
    yield f"Folder: {folder}"
    if standing:
        yield f"Of an earlier run, not of this one: {', '.join(standing)}"
    else:
        yield "No report is exported yet"


def _print_calls(calls: ReportCalls, budget_usd: float | None, console: Console) -> None:
    """Model calls of this run, and what the report has cost so far; nothing without any."""
    run = calls.this_run or calls
    if not run.made and not run.cached and not calls.made:
        return
    unpriced = run.without_price
    without = f"; calls without a known price, not counted: {unpriced:,}" if unpriced else ""
    unknown_usd = run.unknown_usd
    if unknown_usd:
        without = (
            f", of which {unknown_usd:.2f} USD for calls that were cut off, "
            f"at the most that they can have cost{without}"
        )
    lines = [
        f"Model calls: {run.made:,} made, {run.cached:,} answered from the call store",
        f"Tokens: {run.input_tokens:,} in, {run.output_tokens:,} out",
        f"Cost: {run.cost_usd:.2f} USD{without}",
    ]
    if budget_usd is not None:
        lines.append(f"Budget: {calls.cost_usd:.2f} of {budget_usd:g} USD are used by the report")
    elif calls.made > run.made:
        lines.append(f"With the runs that it continues: {calls.cost_usd:.2f} USD")
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def _print_times(times: Times, console: Console) -> None:
    lines = (
        f"Time taken: {times.elapsed_seconds:.2f} s "
        f"({times.process_seconds:.2f} s since the start of the process)",
        f"Sequential time replaced: {times.sequential_seconds:.2f} s in "
        f"{len(times.section_seconds)} sections",
        f"CPU: {times.cpu_seconds:.2f} s, peak memory: {times.peak_memory_mb:.0f} MB",
    )
    for line in lines:
        console.print(line, highlight=False)
