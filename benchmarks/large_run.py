"""How long a large report takes with a model, and how much memory.

``python benchmarks/large_run.py`` writes 2,240 sections of one call each and their conclusions
with 64 calls in flight, by ``factbook run`` in a process of its own, and prints a table; with
``--against CHECKOUT`` another commit writes the same report in turn. `benchmarks/README.md`
explains the columns.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the model server stands beside it

import psutil
from overhead import make_project
from overhead_table import markdown

from tests.servers.running import model_server

HERE = Path(__file__).parents[1]
SECONDS_BETWEEN_SAMPLES = 0.1


@dataclass(frozen=True)
class Run:
    """One whole run.

    Attributes:
        wall_seconds: From the start of the process to its end.
        run_mb: Most memory of its process, resident, in 10⁶ bytes.
        all_mb: Most memory of it and all that it has started.
        calls: Calls that the model server has answered.
    """

    wall_seconds: float
    run_mb: float
    all_mb: float
    calls: int


def run(checkout: Path, project: Path, out: Path, options: argparse.Namespace) -> Run:
    """Write the report by the program of a checkout, and look at its memory meanwhile."""
    settings = (
        *("limits.requests_per_minute=1000000", "limits.tokens_per_minute=1000000000"),
        f"limits.max_in_flight={options.in_flight}",
        f"limits.max_workers={options.in_flight}",
        'outputs=["csv"]',
        *options.set,
    )
    program = checkout / ".venv" / "bin" / "factbook"
    command = [str(program), "run", str(project), "--out", str(out), "--provider", "openai"]
    with model_server({"latency_seconds": options.latency}) as server:
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, *(word for one in settings for word in ("--set", one))],
            env={**os.environ, "OPENAI_API_KEY": "any", "OPENAI_BASE_URL": server.base_url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        run_mb, all_mb = _watched(process)
        wall_seconds = time.perf_counter() - started
        calls = len(server.ledger())
    if process.returncode:
        raise SystemExit(f"The measurement is worthless: exit {process.returncode} of {checkout}")
    return Run(wall_seconds, run_mb, all_mb, calls)


def _watched(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Most memory of a process, and of it with its children, until it ends, in 10⁶ bytes."""
    own, together = 0.0, 0.0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            sizes = [watched.memory_info().rss]
            for child in watched.children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    sizes.append(child.memory_info().rss)
            own, together = max(own, sizes[0]), max(together, sum(sizes))
        time.sleep(SECONDS_BETWEEN_SAMPLES)
    return own / 1e6, together / 1e6


def measure(options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """Rows of the table; the checkouts take turns."""
    trees: Mapping[str, Path] = {"here": HERE}
    if options.against is not None:
        trees = {"there": options.against, "here": HERE}
    project = folder / "project"
    make_project(project, options.sections)
    runs: dict[str, list[Run]] = {name: [] for name in trees}
    for turn in range(options.repeat):
        for name, tree in trees.items():
            runs[name].append(run(tree, project, folder / f"{name}-{turn}", options))
    ideal = math.ceil(options.sections / options.in_flight) * options.latency
    walls = {name: median(one.wall_seconds for one in found) for name, found in runs.items()}
    return [
        {
            "commit": name,
            "sections": options.sections,
            "calls": found[0].calls,
            "in flight": options.in_flight,
            "ideal seconds": ideal,
            "wall seconds": walls[name],
            "÷ ideal": walls[name] / ideal,
            **({"÷ there": walls[name] / walls["there"]} if "there" in walls else {}),
            "MB of the run": max(one.run_mb for one in found),
            "MB with its server": max(one.all_mb for one in found),
        }
        for name, found in runs.items()
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and keep it when asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sections", type=int, default=2240, help="default: %(default)s")
    parser.add_argument("--latency", type=float, default=0.9, help="seconds of a call (0.9)")
    parser.add_argument("--in-flight", type=int, default=64, help="default: %(default)s")
    parser.add_argument("--repeat", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--set", action="append", default=[], help="a setting, as of factbook run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    parser.add_argument(
        "--against", type=Path, metavar="CHECKOUT", help="another commit's checkout with its .venv"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="large-run-") as folder:
        rows = measure(options, Path(folder))
    print(markdown(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
