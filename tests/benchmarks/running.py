"""Running a benchmark as a user does."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def figures_of(
    script: str, file: Path, *options: str, timeout_seconds: float = 600
) -> tuple[Any, str]:
    """The figures that a script keeps as JSON, and what it prints.

    Args:
        script: Its file in ``benchmarks/``.
        file: Where it keeps them.
        options: Its options, but for ``--json``.
        timeout_seconds: How long it may take.
    """
    ended = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / script), *options, "--json", str(file)],
        cwd=tempfile.gettempdir(),  # from another folder than the checkout
        env={key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"},
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(file.read_text(encoding="utf-8")), ended.stdout
