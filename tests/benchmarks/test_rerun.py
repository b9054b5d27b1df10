"""The benchmark of a report that is run again; how fast is not asserted."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_rerun_writes_once_and_makes_no_call(tmp_path: Path) -> None:
    """The first run writes every section, the second none."""
    file = tmp_path / "rerun.json"
    environment = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
    command = [sys.executable, str(ROOT / "benchmarks" / "rerun.py")]
    ended = subprocess.run(
        [*command, "--sections", "4", "--repeat", "1", "--json", str(file)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert ended.returncode == 0, ended.stderr
    first, again = json.loads(file.read_text(encoding="utf-8"))
    assert (first["run"], again["run"]) == ("first", "again")
    assert first["written"] == first["sections"] == again["sections"] > 4  # with conclusions
    assert (again["written"], again["calls"]) == (0, 0)
    assert again["whole_seconds"] >= again["flow_seconds"] >= again["sections_seconds"] > 0
