"""Reports that the library writes by itself, and what their files say."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from factbook.writing.job import Writer

RUN_DEPENDENT = {"run.json", "calls.csv"}


def run(project: Path, out: Path, *settings: str, writer: Writer | None = None) -> Outcome:
    """Run a project in this process; its report is CSV and Markdown, unless a setting says more."""
    assignments = ("outputs=csv,md", *settings)
    ref = RunRef(project=str(project), out=str(out), assignments=assignments)
    return start_run(ref, writer=writer)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a run folder that must not depend on the run."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in RUN_DEPENDENT and path.parent.name != "records"
        if not path.name.startswith(".")
    }


def manifest(end: Outcome) -> dict[str, Any]:
    """The run's manifest."""
    assert end.folder is not None
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_bytes())
    return body


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
