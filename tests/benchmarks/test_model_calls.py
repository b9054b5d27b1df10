"""The benchmark of model calls runs; how fast is not asserted."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_model_calls_measures_sections_and_rate(tmp_path: Path) -> None:
    """A few sections and calls give positive figures, and never more requests than allowed."""
    file = tmp_path / "calls.json"
    environment = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
    command = [sys.executable, str(ROOT / "benchmarks" / "model_calls.py")]
    options = ["--sections", "4", "--seconds", "0.05", "--rate-seconds", "1", "--json", str(file)]
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
    assert kept["sections"]["sections"] == 4
    assert kept["sections"]["first request to last answer"] >= 0.05
    assert kept["rate"]["busiest 60 s"] == kept["rate"]["requests"] <= 600
    assert kept["rate"]["most in a second"] <= 15
    assert ended.stdout.count("| --") + ended.stdout.count("|---") >= 2
