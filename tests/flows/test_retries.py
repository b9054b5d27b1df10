"""How often Prefect repeats what fails: never, whatever an operator has set for other flows."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FLOWS = """
from flows.chapter import chapter, write_chapter
from flows.check import check_project
from flows.report import generate_report
from flows.sections import export_report, write_section
flows, tasks = (generate_report, chapter, check_project), (write_section, export_report)
print([one.retries for one in (*flows, *tasks)])
"""


@pytest.mark.slow
def test_neither_reports_nor_sections_are_repeated() -> None:
    """What ends as Incomplete or Stopped would be paid for again, behind one's back."""
    defaults = {"PREFECT_FLOW_DEFAULT_RETRIES": "3", "PREFECT_TASK_DEFAULT_RETRIES": "3"}
    environment = {**os.environ, **defaults}
    done = subprocess.run(
        [sys.executable, "-c", FLOWS],
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=True,
    )
    assert done.stdout.strip() == "[0, 0, 0, 0, 0]"
