"""The benchmark of the engine runs; how fast is not asserted."""

from pathlib import Path

import pytest

from tests.benchmarks.running import figures_of

KINDS = ["plain threads", "empty Prefect task", "Factbook"]


@pytest.mark.slow
def test_overhead_measures_the_engine_and_both_baselines(tmp_path: Path) -> None:
    """Four sections give a row for each of the three kinds, with positive figures, kept as JSON."""
    file = tmp_path / "overhead.json"
    options = ("--sizes", "4", "--seconds", "0.01", "--repeat", "1")
    kept, said = figures_of("overhead.py", file, *options)
    rows = kept["overhead"]
    assert [(row["sections"], row["kind"]) for row in rows] == [(4, kind) for kind in KINDS]
    for row in rows:
        assert row["ideal_seconds"] == 0.01
        figures = {
            name: value for name, value in row.items() if name not in ("kind", "cores_of_others")
        }
        if row["kind"] == "plain threads":  # the server rests
            del figures["server_cpu_ms_per_section"]
        assert all(value > 0 for value in figures.values()), row
        assert row["wall_seconds"] >= 0.01
    printed = [line.split("|")[1:3] for line in said.splitlines() if line.startswith("|")]
    assert [kind.strip() for size, kind in printed if size.strip() == "4"][:3] == KINDS
    (prepared,) = kept["preparation"]
    assert prepared["sections"] == 4
    assert prepared["evidence_cpu_ms_per_section"] > 0
