"""How fast sections come with a Prefect server that stays, beside the private one and the ideal.

``python benchmarks/server_load.py`` starts a server on PostgreSQL and a worker by the
repository's own commands, and writes a report by a model that takes its time: on the private
server of ``factbook run``, from a shell on the server, and deployed. It needs a PostgreSQL in which
it may make a database. `benchmarks/README.md` explains the columns.
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

from model_calls import BOTH, NO_LIMIT, first_to_last
from overhead import environment, make_project
from overhead_table import markdown

from tests.on_server.prefect_server import PrefectServer, prefect_server, worker
from tests.servers.running import RunningServer, model_server

KEY = "any"
PRIVATE, SHELL, DEPLOYED = "private server", "from a shell", "deployed"
RUN_SECONDS = 600.0


class Load:
    """Reports of so many sections of one call each.

    Args:
        server: The server that stays, with deployments.
        provider: The model server, whose latency is set.
        folder: Holds the project; results go beside it.
        sections: Number of sections.
        in_flight: How many are written at once.
    """

    def __init__(
        self,
        server: PrefectServer,
        provider: RunningServer,
        folder: Path,
        sections: int,
        in_flight: int,
    ) -> None:
        self._server = server
        self._provider = provider
        self._folder = folder
        self._sections = sections
        self._in_flight = in_flight
        make_project(folder / "project", sections)

    def row(self, kind: str, number: int) -> dict[str, Any]:
        """Write the report once, into a new run folder.

        Args:
            kind: Where it is written.
            number: Counts the repetitions.
        """
        out = self._folder / f"{kind}-{number}"
        self._provider.clear_ledger()
        load, began = os.getloadavg()[0], time.monotonic()
        (self._deployed if kind == DEPLOYED else self._from_a_shell)(kind, out)
        wall_seconds = time.monotonic() - began
        hits = self._provider.ledger()
        if len(hits) != self._sections or any(hit.status != 200 for hit in hits):
            raise SystemExit(f"The measurement is worthless: {kind}, {len(hits)} hits")
        return {
            "run": kind,
            "sections": self._sections,
            "in flight": self._in_flight,
            "first request to last answer": first_to_last(hits),
            "whole seconds": wall_seconds,
            "most in flight": max(hit.in_flight for hit in hits),
            "load before": load,
        }

    def _from_a_shell(self, kind: str, out: Path) -> None:
        access = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": self._provider.base_url}
        if kind == SHELL:
            access["PREFECT_API_URL"] = f"{self._server.url}/api"
        assignments = [part for one in self._settings for part in ("--set", one)]
        project = str(self._folder / "project")
        done = self._server.command("run", project, "--out", str(out), *assignments, **access)
        if done.returncode:
            raise SystemExit(f"The measurement is worthless: {done.stdout[-2000:]}{done.stderr}")

    def _deployed(self, kind: str, out: Path) -> None:
        overrides = {"out": str(out), "settings": self._settings}
        run_id = self._server.start_run(
            "report", project=str(self._folder / "project"), overrides=overrides
        )
        run = self._server.wait_for(run_id, seconds=RUN_SECONDS)
        if run["state"]["type"] != "COMPLETED":
            raise SystemExit(f"The measurement is worthless: {run['state']['message']}")

    @property
    def _settings(self) -> list[str]:
        at_once = [f"limits.max_in_flight={self._in_flight}"]
        at_once += [f"limits.max_workers={self._in_flight}"]
        plain = ["provider=openai", "outputs=csv", "conclude_report=false"]
        return [*NO_LIMIT, *BOTH, *plain, *at_once]


def measure(options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """A row for each run; the ways take turns, so that a busy machine hits each of them."""
    ideal_seconds = math.ceil(options.sections / options.in_flight) * options.seconds
    rows = []
    with (
        model_server({"latency_seconds": options.seconds}) as provider,
        prefect_server(folder, f"factbook_benchmark_{os.getpid()}") as server,
    ):
        server.make("deploy", OPENAI_API_KEY=KEY)
        with worker(server, OPENAI_BASE_URL=provider.base_url):
            load = Load(server, provider, folder, options.sections, options.in_flight)
            for number in range(options.repeat):
                for kind in options.runs.split(","):
                    row = load.row(kind, number)
                    row["÷ ideal"] = row["first request to last answer"] / ideal_seconds
                    rows.append(row)
                    print(f"{kind}: {row['÷ ideal']:.2f} × ideal", file=sys.stderr)
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sections", type=int, default=400, help="in up to ten chapters")
    parser.add_argument("--seconds", type=float, default=1.0, help="latency of each answer")
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--repeat", type=int, default=1, help="runs of each kind")
    parser.add_argument("--runs", default=",".join((PRIVATE, SHELL, DEPLOYED)), help="which kinds")
    parser.add_argument("--json", type=Path, help="keep the figures in a file")
    options = parser.parse_args(arguments)
    before = environment()
    with tempfile.TemporaryDirectory(prefix="server-load-") as folder:
        rows = measure(options, Path(folder))
    print(markdown(rows))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        kept = {"environment": before, "runs": rows}
        options.json.write_text(json.dumps(kept, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
