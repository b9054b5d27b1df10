"""The benchmark of a report that is run again; how fast is not asserted."""

from pathlib import Path

import pytest

from tests.benchmarks.running import figures_of


@pytest.mark.slow
def test_rerun_measures_both_engines(tmp_path: Path) -> None:
    """A row for each engine, with the first run and the median of those after it."""
    file = tmp_path / "rerun.json"
    rows, _ = figures_of("rerun.py", file, "--sections", "4", "--repeat", "1")
    assert [(row["sections"], row["engine"]) for row in rows] == [(4, "prefect"), (4, "threads")]
    for row in rows:
        assert row["first seconds"] > 0
        assert row["again seconds"] > 0
        assert row["again CPU seconds"] > 0
