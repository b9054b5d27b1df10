"""How fast sections come from Dask workers, beside threads and the ideal, by a real server's count.

``python benchmarks/scale_out.py`` writes a report by a model that takes its time, once with as
many threads as the workers have together, once with the workers, through the whole flow. It needs
the extra ``dask`` and a Redis. `benchmarks/README.md` explains the columns.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the servers stand beside it

import distributed
from model_calls import BOTH, NO_LIMIT, first_to_last
from overhead import environment, make_project, prefect_server
from overhead_table import markdown

from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.servers.running import RunningServer, model_server


def measure(
    kind: str, count: int, at_once: int, server: RunningServer, folder: Path, *settings: str
) -> dict[str, Any]:
    """A report of so many sections of one call each.

    Args:
        kind: What it is called in the table.
        count: Number of sections.
        at_once: How many can be written at once.
        server: The model server, whose latency is set.
        folder: Holds the project; results go beside it.
        settings: Where sections are written.
    """
    server.clear_ledger()
    assignments = (*NO_LIMIT, *BOTH, "provider=openai", "outputs=csv", "conclude_report=false")
    run = RunRef(
        project=str(folder / "project"),
        out=str(folder / kind),
        assignments=(*assignments, f"limits.max_workers={at_once}", *settings),
    )
    began = time.monotonic()
    end = start_run(run)
    wall_seconds = time.monotonic() - began
    hits = server.ledger()
    if end.exit_code or len(hits) != count:
        raise SystemExit(f"The measurement is worthless: {end.message}, {len(hits)} hits")
    return {
        "runner": kind,
        "sections": count,
        "at once": at_once,
        "first request to last answer": first_to_last(hits),
        "whole seconds": wall_seconds,
        "most in flight": max(hit.in_flight for hit in hits),
    }


def both(options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """A row for threads and one for workers."""
    at_once = options.workers * options.threads
    ideal_seconds = math.ceil(options.sections / at_once) * options.seconds
    make_project(folder / "project", options.sections)
    with prefect_server(), model_server({"latency_seconds": options.seconds}) as server:
        os.environ |= {"OPENAI_API_KEY": "any", "OPENAI_BASE_URL": server.base_url}
        given = (options.sections, at_once, server, folder)
        rows = [measure("threads", *given)]
        with distributed.LocalCluster(
            n_workers=options.workers, threads_per_worker=options.threads, dashboard_address=None
        ) as cluster:
            address = f"dask_address={cluster.scheduler_address}"
            os.environ |= {
                "REDIS_URL": options.redis,
                "FACTBOOK_DASK_ADDRESS": cluster.scheduler_address,
            }
            settings = ("runner=dask", address, f"limits.shared={options.redis}")
            rows.append(measure("dask", *given, *settings))
    for row in rows:
        row["÷ ideal"] = row["first request to last answer"] / ideal_seconds
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sections", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=1.0, help="latency of each answer")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--threads", type=int, default=2, help="of each")
    parser.add_argument("--redis", default="redis://127.0.0.1:6379/0")
    parser.add_argument("--json", type=Path, help="keep the figures in a file")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="scale-out-") as folder:
        rows = both(options, Path(folder))
    print(markdown(rows))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        kept = {"environment": environment(), "runners": rows}
        options.json.write_text(json.dumps(kept, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
