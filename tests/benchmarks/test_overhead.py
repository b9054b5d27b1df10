"""The benchmark of the engine runs; how fast is not asserted."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
KINDS = ["plain threads", "empty Prefect task", "Factbook"]


def test_overhead_measures_the_engine_and_both_baselines(tmp_path: Path) -> None:
    """Four sections give a row for each of the three kinds, with positive figures, kept as JSON."""
    file = tmp_path / "overhead.json"
    environment = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
    command = [sys.executable, str(ROOT / "benchmarks" / "overhead.py")]
    options = ["--sizes", "4", "--seconds", "0.01", "--repeat", "1", "--json", str(file)]
    ended = subprocess.run(
        [*command, *options],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    kept = json.loads(file.read_text(encoding="utf-8"))
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
    printed = [line.split("|")[1:3] for line in ended.stdout.splitlines() if line.startswith("|")]
    assert [kind.strip() for size, kind in printed if size.strip() == "4"][:3] == KINDS
    (prepared,) = kept["preparation"]
    assert prepared["sections"] == 4
    assert prepared["evidence_cpu_ms_per_section"] > 0
