"""What the engine costs a section, beside an empty Prefect task and a plain thread pool.

``python benchmarks/overhead.py`` runs as many sections as ``--sizes`` says through each of the
three in turn, in one process and against one server, with a writer that only sleeps. It prints
tables; ``--json FILE`` keeps them with all samples. `benchmarks/README.md` explains the columns.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from large_project import COUNTRIES, make_large_project
from meter import Meter
from overhead_table import (
    FACTBOOK,
    PLAIN,
    PREFECT,
    Sample,
    Samples,
    markdown,
    overhead_rows,
    preparation_rows,
)

from factbook.config.project_config import Limits
from factbook.runs.begin import begun
from factbook.runs.ref import RunRef
from factbook.runs.run_report import run_report
from factbook.writing.job import Draft, SectionJob
from flows.private_client import private_settings, uses_private_server
from flows.private_server import PrivateServer
from flows.shell_engine import ShellEngine

SIZES = (40, 400, 2000)
LARGE = 1000
"""From this size on, one run is the default; below it, the median of three."""


@dataclass(frozen=True)
class SleepingWriter:
    """Takes its time and no CPU, as one that waits for a model; its text has one figure.

    Attributes:
        seconds: How long each section takes.
    """

    seconds: float

    def identity(self, job: SectionJob) -> Mapping[str, str]:
        """What determines the texts."""
        return {"provider": "benchmark", "version": "1"}

    def write(self, job: SectionJob) -> Draft:
        """Sleep, then write a sentence."""
        time.sleep(self.seconds)
        facts = job.evidence.facts
        text = f"The leading figure is {{{facts[0].id}}}." if facts else "There is no figure."
        return Draft(source_text=text)


@dataclass(frozen=True)
class Benchmark:
    """The three ways to run sections.

    Attributes:
        private_server: The Prefect server.
        server: Its process.
        seconds: How long each section sleeps.
        workers: How many sections work at once.
        folder: Where projects and runs are written.
    """

    private_server: PrivateServer
    server: psutil.Process
    seconds: float
    workers: int
    folder: Path

    @property
    def kinds(self) -> dict[str, Callable[[int], Sample]]:
        """Name of each way → its measurement."""
        return {
            PLAIN: self.plain_threads,
            PREFECT: self.empty_prefect_task,
            FACTBOOK: self.factbook,
        }

    def plain_threads(self, sections: int) -> Sample:
        """A thread pool of the standard library; the server rests."""
        with Meter(self.server) as meter, ThreadPoolExecutor(self.workers) as pool:
            list(pool.map(time.sleep, [self.seconds] * sections))
        return Sample.of(meter)

    def empty_prefect_task(self, sections: int) -> Sample:
        """A flow that maps a Prefect task which only sleeps: no cache, no result kept."""
        from prefect import flow, task
        from prefect.cache_policies import NO_CACHE
        from prefect.futures import wait
        from prefect.task_runners import ThreadPoolTaskRunner

        @task(cache_policy=NO_CACHE, persist_result=False)
        def sleep(number: int) -> None:
            """Sleep."""
            time.sleep(self.seconds)

        runner: Any = ThreadPoolTaskRunner(max_workers=self.workers)

        @flow(task_runner=runner, persist_result=False)
        def empty() -> None:
            """Sleep once for each section."""
            futures = sleep.map(range(sections))
            wait(list(futures))
            _check(all(future.state.is_completed() for future in futures), "a task failed")

        with Meter(self.server) as meter:
            empty()
        return Sample.of(meter)

    def factbook(self, sections: int) -> Sample:
        """The report flow in a new run folder; reading and evidence are timed apart."""
        project = self.folder / f"project-{sections}"
        if not project.exists():
            make_project(project, sections)
        with tempfile.TemporaryDirectory(dir=self.folder) as out:
            # The flow is measured, not the exporters.
            changes = ("outputs=csv", "conclude_report=false", f"limits.max_workers={self.workers}")
            run = RunRef(project=str(project), out=out, assignments=changes)
            started = time.perf_counter()
            with begun(run, SleepingWriter(self.seconds)) as begun_run:
                opened, cpu = time.perf_counter(), time.process_time()
                begun_run.prepare()
                ready, cpu = time.perf_counter(), time.process_time() - cpu
                meter = Meter(self.server)
                with ShellEngine(self.private_server) as engine:
                    engine.prepare()
                    end = run_report(begun_run, engine, watch=lambda _: meter)
        _check(end.message == f"{sections} sections written", f"{end.state}: {end.message}")
        return Sample.of(
            meter,
            reading_seconds=opened - started,
            evidence_seconds=ready - opened,
            evidence_cpu_seconds=cpu,
        )


def make_project(folder: Path, sections: int) -> None:
    """Write a project of exactly so many sections, in up to ten chapters."""
    chapters = _largest_divisor(sections, 10)
    countries = _largest_divisor(sections // chapters, len(COUNTRIES))
    parts = sections // chapters // countries
    tasks = _largest_divisor(parts, 4)
    make_large_project(
        folder, chapters=chapters, tasks=tasks, sub_tasks=parts // tasks, countries=countries
    )


def _largest_divisor(number: int, limit: int) -> int:
    return next(divisor for divisor in range(limit, 0, -1) if number % divisor == 0)


def _check(is_right: bool, otherwise: str) -> None:
    """End the benchmark when what it measured is not what it claims to measure."""
    if not is_right:
        raise SystemExit(f"The measurement is worthless: {otherwise}")


def measure(sizes: Sequence[int], seconds: float, workers: int, repeat: int | None) -> Samples:
    """All samples; the three kinds take turns, so that a busy machine hits each of them."""
    samples: Samples = {}
    with prefect_server() as server, tempfile.TemporaryDirectory(prefix="overhead-") as folder:
        process = psutil.Process(server.pid)
        once = Benchmark(server, process, 0.0, workers, Path(folder, "once"))
        for run in once.kinds.values():  # what is done once in a process is not measured
            run(2)
        benchmark = Benchmark(server, process, seconds, workers, Path(folder, "measured"))
        for sections in sizes:
            for _ in range(repeat or (1 if sections >= LARGE else 3)):
                for kind, run in benchmark.kinds.items():
                    sample = run(sections)
                    samples.setdefault((sections, kind), []).append(sample)
                    print(f"{sections} · {kind}: {sample.wall_seconds:.2f} s", file=sys.stderr)
    return samples


@contextmanager
def prefect_server() -> Iterator[PrivateServer]:
    """One embedded server for all measurements.

    Heartbeats are off: at its end a flow waits up to a second for their thread.
    """
    if not uses_private_server():
        raise SystemExit("Unset PREFECT_API_URL: the benchmark measures a server of its own")
    server = PrivateServer()
    try:
        with private_settings(server):
            server.wait()
            from prefect.settings import (
                PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
                PREFECT_LOGGING_LEVEL,
                temporary_settings,
            )

            settings: dict[Any, Any] = {
                **server.environment,
                PREFECT_LOGGING_LEVEL: "CRITICAL",
                PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
            }
            with temporary_settings(settings):
                yield server
    finally:
        server.stop()


def environment() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "python": platform.python_version(),
        "prefect": version("prefect"),
        "factbook": version("factbook"),
        "system": platform.system(),
        "cores": str(os.cpu_count()),
        "load_before": f"{os.getloadavg()[0]:.1f}",
    }


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(_positive(part) for part in text.split(","))


def _positive(text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1 on")
    return int(text)


def _duration(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no time above 0 seconds")
    return seconds


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--sizes", type=_sizes, default=SIZES, help="sections, with commas (default: 40,400,2000)"
    )
    parser.add_argument(
        "--seconds", type=_duration, default=1.0, help="sleep of a section (default: 1)"
    )
    parser.add_argument(
        "--workers",
        type=_positive,
        default=Limits().max_workers,
        help="limits.max_workers (default: %(default)s)",
    )
    parser.add_argument(
        "--repeat",
        type=_positive,
        help=f"runs of each; their median counts (default: 3, and 1 from {LARGE} sections on)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there too")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="CHECKOUT",
        help="another commit's checkout with its .venv: both in turn, and CPU ratios",
    )
    return parser.parse_args(arguments)


def against(checkout: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """CPU of a section here and in another checkout, each measured in processes of its own.

    Args:
        checkout: The other commit, installed in its ``.venv``.
        options: Sizes, seconds, workers and repetitions, the same for both.
    """
    trees = {"here": Path(__file__).parents[1], "there": checkout}
    found: dict[tuple[int, str], list[float]] = {}
    for _ in range(options.repeat or 3):
        for name, tree in trees.items():
            for row in _measured_in(tree, options):
                if row["kind"] == FACTBOOK:
                    cpu_ms = row["cpu_ms_per_section"] + row["server_cpu_ms_per_section"]
                    found.setdefault((row["sections"], name), []).append(cpu_ms)
    return [
        {
            "sections": size,
            "here: CPU ms per section, run and server": round(median(found[size, "here"]), 1),
            "there": round(median(found[size, "there"]), 1),
            "here ÷ there": round(median(found[size, "here"]) / median(found[size, "there"]), 3),
        }
        for size in options.sizes
    ]


def _measured_in(tree: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "overhead.json")
        sizes = ",".join(map(str, options.sizes))
        command = [tree / ".venv/bin/python", "benchmarks/overhead.py", "--sizes", sizes]
        command += ["--seconds", str(options.seconds), "--workers", str(options.workers)]
        command += ["--repeat", "1", "--json", str(file)]
        subprocess.run(command, cwd=tree, check=True, stdout=subprocess.DEVNULL)
        rows: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["overhead"]
        return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables, and keep them when asked to."""
    options = _options(arguments)
    if options.against is not None:
        print(markdown(against(options.against, options)))
        return
    before = environment()
    samples = measure(options.sizes, options.seconds, options.workers, options.repeat)
    overhead = overhead_rows(samples, options.seconds, options.workers)
    preparation = preparation_rows(samples)
    print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in before.items()))
    print(f"{options.seconds:g} s a section, {options.workers} workers\n")
    print(f"{markdown(overhead)}\n\nBefore the flow:\n\n{markdown(preparation)}")
    if options.json:
        kept = {
            "environment": before,
            "seconds": options.seconds,
            "workers": options.workers,
            "overhead": overhead,
            "preparation": preparation,
            "samples": [
                {"sections": sections, "kind": kind, **asdict(sample)}
                for (sections, kind), runs in samples.items()
                for sample in runs
            ],
        }
        options.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
