"""The benchmark with a server that stays runs; how fast is not asserted."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.running import figures_of


def test_server_load_measures_runs_on_a_server(tmp_path: Path) -> None:
    """Four sections give a row for a run from a shell and one for a deployed run."""
    file = tmp_path / "load.json"
    size = ("--sections", "4", "--seconds", "0.05", "--in-flight", "2")
    kinds = ("--runs", "from a shell,deployed")
    kept, printed = figures_of("server_load.py", file, *size, *kinds, timeout_seconds=500)
    assert [row["run"] for row in kept["runs"]] == ["from a shell", "deployed"]
    for row in kept["runs"]:
        assert row["first request to last answer"] >= 0.1
        assert row["÷ ideal"] >= 1
        assert 1 <= row["most in flight"] <= row["in flight"] == 2
    assert "deployed" in printed
