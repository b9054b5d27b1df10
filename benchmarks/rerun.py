"""What a report costs that is run again and has not changed.

``python benchmarks/rerun.py`` writes a report with each engine, then runs it again and again with
the same command, each time as a process of its own, and prints a table; ``--json FILE`` keeps it.
`benchmarks/README.md` explains the columns.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from overhead import make_project
from overhead_table import markdown

SIZES = (40, 400, 2240)
ENGINES = ("prefect", "threads")


def run(project: Path, out: Path, engine: str) -> tuple[float, float]:
    """Run a project in a process of its own; seconds of wall time and of CPU."""
    command = [sys.executable, "-m", "flows.main", "run", str(project)]
    cpu, started = _cpu_seconds(), time.perf_counter()
    done = subprocess.run(
        [*command, "--out", str(out), "--engine", engine],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"The measurement is worthless: {done.stdout[-500:]}{done.stderr[-500:]}")
    return time.perf_counter() - started, _cpu_seconds() - cpu


def _cpu_seconds() -> float:
    """CPU of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(sections: int, repeat: int, folder: Path) -> list[dict[str, Any]]:
    """Rows of the table for one size; the engines take turns."""
    project = folder / f"project-{sections}"
    make_project(project, sections)
    first = {engine: run(project, folder / f"{engine}-{sections}", engine) for engine in ENGINES}
    again: dict[str, list[tuple[float, float]]] = {engine: [] for engine in ENGINES}
    for _ in range(repeat):
        for engine in ENGINES:
            again[engine].append(run(project, folder / f"{engine}-{sections}", engine))
    return [
        {
            "sections": sections,
            "engine": engine,
            "first seconds": round(first[engine][0], 2),
            "again seconds": round(median(wall for wall, _ in again[engine]), 2),
            "again CPU seconds": round(median(cpu for _, cpu in again[engine]), 2),
            "again ÷ first": round(median(wall for wall, _ in again[engine]) / first[engine][0], 3),
        }
        for engine in ENGINES
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and keep it when asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--sections", type=int, nargs="+", default=SIZES, help="default: %(default)s"
    )
    parser.add_argument("--repeat", type=int, default=3, help="runs after the first (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="rerun-") as folder:
        rows = [
            row
            for sections in options.sections
            for row in measure(sections, options.repeat, Path(folder))
        ]
    print(markdown(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
