"""The summary at the end of a run, from its manifest."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

from factbook.runs.folder import read_manifest
from flows.start import RunEnd

_COLUMNS = ("written", "edited", "degraded", "refused", "failed", "missing")


def print_summary(end: RunEnd, console: Console) -> None:
    """Print how the run ended: chapters, calls, times, resources, and where the files are."""
    manifest = read_manifest(end.folder)
    if end.state != "Skipped" and manifest:
        console.print(_chapters(manifest))
        _print_calls(manifest["calls"], manifest["config"]["limits"]["budget_usd"], console)
        _print_times(manifest["times"], console)
        for name in manifest["files"]:
            console.print(str(end.folder / name), soft_wrap=True, highlight=False, markup=False)
    console.print(f"{end.state}: {end.message}", soft_wrap=True, highlight=False, markup=False)


def _chapters(manifest: dict[str, Any]) -> Table:
    """Sections by status and seconds of each chapter."""
    statuses: dict[str, Counter[str]] = {}
    seconds: Counter[str] = Counter()
    worked = manifest["times"]["section_seconds"]
    for section_id, section in manifest["sections"].items():
        statuses.setdefault(section["chapter"], Counter())[section["status"]] += 1
        seconds[section["chapter"]] += worked.get(section_id, 0.0)
    shown = [
        name
        for name in _COLUMNS
        if name in ("written", "degraded", "failed") or any(c[name] for c in statuses.values())
    ]
    table = Table(title=None, show_edge=False)
    table.add_column("chapter")
    for name in ("sections", *shown, "seconds"):
        table.add_column(name, justify="right")
    for chapter, count in statuses.items():
        numbers = [count.total(), *(count[name] for name in shown)]
        table.add_row(chapter, *map(str, numbers), f"{seconds[chapter]:.2f}")
    return table


def _print_calls(calls: dict[str, Any], budget_usd: float | None, console: Console) -> None:
    """Model calls of this run, and what the report has cost so far; nothing without any."""
    run = calls.get("this_run", calls)
    if not run["made"] and not run["cached"] and not calls["made"]:
        return
    unpriced = run.get("without_price", 0)
    without = f"; calls without a known price, not counted: {unpriced:,}" if unpriced else ""
    lines = [
        f"Model calls: {run['made']:,} made, {run['cached']:,} answered from the call store",
        f"Tokens: {run.get('input_tokens', 0):,} in, {run.get('output_tokens', 0):,} out",
        f"Cost: {run['cost_usd']:.2f} USD{without}",
    ]
    if budget_usd is not None:
        lines.append(
            f"Budget: {calls['cost_usd']:.2f} of {budget_usd:g} USD are used by the report"
        )
    elif calls["made"] > run["made"]:
        lines.append(f"With the runs that it goes on from: {calls['cost_usd']:.2f} USD")
    for line in lines:
        console.print(line, highlight=False)


def _print_times(times: dict[str, Any], console: Console) -> None:
    lines = (
        f"Time taken: {times['elapsed_seconds']:.2f} s "
        f"({times['process_seconds']:.2f} s since the start of the process)",
        f"Sequential time replaced: {times['sequential_seconds']:.2f} s in "
        f"{len(times['section_seconds'])} sections",
        f"CPU: {times['cpu_seconds']:.2f} s, peak memory: {times['peak_memory_mb']:.0f} MB",
    )
    for line in lines:
        console.print(line, highlight=False)
