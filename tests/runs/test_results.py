"""Prefect's results that no report is made of."""

from __future__ import annotations

import os
import time
from pathlib import Path

from factbook.runs.folder import RunFolder
from factbook.runs.results import RESULTS, SECONDS_KEPT, remove_results
from tests.runs.run_folders import save_manifest


def test_old_results_of_no_report_go(tmp_path: Path) -> None:
    """Those of any report of the output folder stay, those of today, and files of others."""
    results = tmp_path / RESULTS
    assert remove_results(tmp_path) == 0
    results.mkdir()
    old, young, others = ("a" * 64, "b" * 64, "c" * 64), ("d" * 64,), ("note.txt",)
    for name in (*old, *young, *others):
        (results / name).write_text("{}")
    past = time.time() - SECONDS_KEPT - 60
    for name in (*old, *others):
        os.utime(results / name, (past, past))
    for slug, key in (("one", old[0]), ("two", old[1])):
        folder = RunFolder.of(tmp_path, slug)
        folder.create()
        save_manifest(folder, {"sections": {"1.1.1@AT": {"key": key}}})
    assert remove_results(tmp_path) == 1
    assert sorted(path.name for path in results.iterdir()) == sorted((*old[:2], *young, *others))


def test_damaged_manifest_and_strange_entries_fail_nothing(tmp_path: Path) -> None:
    """The report is finished then."""
    entry = tmp_path / RESULTS / ("a" * 64)
    entry.mkdir(parents=True)
    os.utime(entry, (0, 0))
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "run.json").write_text("[")
    assert remove_results(tmp_path) == 0
    assert entry.is_dir()
