"""What a report costs that is run again and has not changed.

``python benchmarks/rerun.py`` writes a report once, then runs it again and again, all formats
included, in one process and against one server, and prints a table; ``--json FILE`` keeps it.
`benchmarks/README.md` explains the columns.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from factbook.runs.session import Session
from overhead import make_project, prefect_server
from overhead_table import markdown

from factbook.folder.manifest import read_manifest
from factbook.runs.progress import Progress
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from factbook.writing.record import Status

SECTIONS = 400


class TimedProgress(Progress):
    """Progress that knows when its first and its last section had an outcome."""

    def __init__(self, total: int) -> None:
        super().__init__(total)
        self.times: list[float] = []

    def finish(self, section_id: str, status: Status) -> None:
        """A section has an outcome."""
        super().finish(section_id, status)
        self.times.append(time.perf_counter())


def measure(project: Path, out: Path, profile: Path | None) -> dict[str, Any]:
    """Run a project, and say what that took.

    Args:
        project: The project.
        out: The folder for the results.
        profile: Where to write what the flow's thread spent its time on; None for nowhere.
    """
    profiler = cProfile.Profile()
    kept: list[TimedProgress] = []
    seconds = 0.0

    @contextmanager
    def watch(session: Session) -> Iterator[None]:
        nonlocal seconds
        session.progress = TimedProgress(len(session.specs))
        kept.append(session.progress)
        begun = time.perf_counter()
        yield
        seconds = time.perf_counter() - begun

    if profile is not None:
        profiler.enable()
    begun = time.perf_counter()
    end = start_run(RunRef(project=str(project), out=str(out)), watch=watch)
    whole = time.perf_counter() - begun
    if profile is not None:
        profiler.disable()
        profiler.dump_stats(profile)
    if end.exit_code:
        raise SystemExit(f"The measurement is worthless: {end.state}: {end.message}")
    manifest = read_manifest(end.folder)
    times = kept[0].times
    between = times[-1] - times[0]
    return {
        "sections": len(times),
        "written": len(manifest["times"]["section_seconds"]),
        "whole_seconds": round(whole, 2),
        "flow_seconds": round(seconds, 2),
        "sections_seconds": round(between, 2),
        "ms_per_section": round(1000 * between / len(times), 2),
        "calls": manifest["calls"]["made"],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and keep it when asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sections", type=int, default=SECTIONS, help="default: %(default)s")
    parser.add_argument("--repeat", type=int, default=3, help="runs after the first (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    parser.add_argument("--profile", type=Path, metavar="FILE", help="profile of the last run")
    options = parser.parse_args(arguments)
    rows: list[dict[str, Any]] = []
    with prefect_server(), tempfile.TemporaryDirectory(prefix="rerun-") as folder:
        project, out = Path(folder, "project"), Path(folder, "out")
        make_project(project, options.sections)
        for number in range(options.repeat + 1):
            is_last = number == options.repeat
            found = measure(project, out, options.profile if is_last else None)
            rows.append({"run": "first" if number == 0 else "again", **found})
    print(markdown(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
