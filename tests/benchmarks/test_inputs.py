"""The benchmark of the inputs runs; how fast is not asserted."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_inputs_are_read_without_errors_and_measured(tmp_path: Path) -> None:
    """Each input has seconds and memory, printed and kept as JSON; a misread one would end it."""
    file = tmp_path / "figures" / "inputs.json"
    command = [sys.executable, str(ROOT / "benchmarks" / "inputs.py")]
    options = ["--sheet-rows", "430", "--table-rows", "200", "--repeat", "1", "--json", str(file)]
    ended = subprocess.run(
        [*command, *options], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert [one["input"] for one in figures] == [
        "sheet, 430 sub-tasks",
        "sheet, 430 rows in each of five tabs",
        "table, 200 rows",
    ]
    assert all(one["seconds"] > 0 and one["peak_mb"] > 20 for one in figures)
    assert "| table, 200 rows | " in ended.stdout
