"""The benchmark of a large run with a model; how fast is not asserted."""

from pathlib import Path

import pytest

from tests.benchmarks.running import ROOT, figures_of


@pytest.mark.slow
def test_large_run_measures_both_commits(tmp_path: Path) -> None:
    """A row for each commit, with a call for each section, its time and its memory."""
    file = tmp_path / "large_run.json"
    options = ("--sections", "4", "--latency", "0.01", "--in-flight", "2", "--against", str(ROOT))
    rows, _ = figures_of("large_run.py", file, *options)
    assert [(row["commit"], row["calls"] >= 4) for row in rows] == [("there", True), ("here", True)]
    for row in rows:
        assert row["ideal seconds"] == 0.02
        assert row["wall seconds"] > row["ideal seconds"]
        assert row["MB with its server"] >= row["MB of the run"] > 20
