"""How fast sections come from a model, and how the limits are kept, by a real server's count.

``python benchmarks/model_calls.py`` measures both: sections of one call each through the whole
flow, beside what so many calls at once would ideally take; and single calls against a limit of
requests per minute, by the busiest window and the throughput. `benchmarks/README.md` explains the
columns.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from bisect import bisect_left
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the servers stand beside it

from overhead import environment, make_project
from overhead_table import markdown

from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from model_server.ledger import Hit
from tests.llm.dependencies import a_request, bench
from tests.servers.running import RunningServer, model_server

WINDOW_SECONDS = 60.0
NO_LIMIT = ("limits.requests_per_minute=1000000", "limits.tokens_per_minute=1000000000")
BOTH = ("run_objectives_concurrent=true", "run_task_concurrent=true")


def first_to_last(hits: Sequence[Hit]) -> float:
    """Seconds from the first request to the last answer."""
    ended = [hit.ended_seconds for hit in hits if hit.ended_seconds is not None]
    return max(ended) - min(hit.arrived_seconds for hit in hits)


def busiest_window(hits: Sequence[Hit], window_seconds: float = WINDOW_SECONDS) -> int:
    """Most requests that arrived in any window."""
    arrived = sorted(hit.arrived_seconds for hit in hits)
    return max(
        number + 1 - bisect_left(arrived, moment - window_seconds + 1e-9)
        for number, moment in enumerate(arrived)
    )


def sections(count: int, seconds: float, in_flight: int, folder: Path) -> dict[str, Any]:
    """Sections of one call each, all side by side, through the whole flow."""
    project = folder / "project"
    make_project(project, count)
    with model_server({"latency_seconds": seconds}) as server:
        _ask(server)
        settings = (
            *NO_LIMIT,
            *BOTH,
            "provider=openai",
            "outputs=csv",
            "conclude_report=false",
            f"limits.max_in_flight={in_flight}",
            f"limits.max_workers={in_flight}",
        )
        end = start_run(RunRef(project=str(project), out=str(folder / "out"), assignments=settings))
        hits = server.ledger()
    if end.exit_code or len(hits) != count:
        raise SystemExit(f"The measurement is worthless: {end.message}, {len(hits)} hits")
    ideal = math.ceil(count / in_flight) * seconds
    took = first_to_last(hits)
    return {
        "sections": count,
        "in flight": in_flight,
        "ideal seconds": ideal,
        "first request to last answer": took,
        "÷ ideal": took / ideal,
        "most in flight": max(hit.in_flight for hit in hits),
    }


def rate(per_minute: int, seconds: float, folder: Path) -> dict[str, Any]:
    """Calls that never run out, for a while, against a limit of requests per minute."""
    count = math.ceil(per_minute * seconds / 60) + 16
    with model_server({"latency_seconds": 0.2}) as server:
        limits = {"requests_per_minute": per_minute, "tokens_per_minute": 10**9}
        with (
            bench(folder, server, max_in_flight=64, **limits) as one,
            ThreadPoolExecutor(64) as pool,
        ):
            requests = [a_request(f"Write section {number}.") for number in range(count)]
            numbered = enumerate(requests)
            list(
                pool.map(lambda item: one.calls.call(f"1.1.{item[0]}", "draft", item[1]), numbered)
            )
        hits = server.ledger()
    took = max(h.arrived_seconds for h in hits) - min(h.arrived_seconds for h in hits)
    allowed = per_minute * took / 60
    return {
        "requests per minute": per_minute,
        "seconds": took,
        "requests": len(hits),
        "busiest 60 s": busiest_window(hits),
        "most in a second": busiest_window(hits, 1.0),
        "throughput ÷ limit": len(hits) / allowed,
    }


def _ask(server: RunningServer) -> None:
    os.environ |= {"OPENAI_API_KEY": "any", "OPENAI_BASE_URL": server.base_url}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sections", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=1.0, help="latency of each answer")
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--requests-per-minute", type=int, default=600)
    parser.add_argument("--rate-seconds", type=float, default=180.0)
    parser.add_argument("--json", type=Path, help="keep the figures in a file")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {"environment": environment()}
    with tempfile.TemporaryDirectory(prefix="model-calls-") as folder:
        flow = sections(options.sections, options.seconds, options.in_flight, Path(folder))
        print(markdown([flow]))
        paced = rate(options.requests_per_minute, options.rate_seconds, Path(folder))
        print(markdown([paced]))
    figures |= {"sections": flow, "rate": paced}
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
