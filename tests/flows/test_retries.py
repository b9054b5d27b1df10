"""How often Prefect repeats what fails: flows never, whatever an operator has set for others."""

from __future__ import annotations

import os
import subprocess
import sys

FLOWS = """
from flows.chapter import chapter
from flows.check_project import check_project
from flows.report import generate_report
print([flow.retries for flow in (generate_report, chapter, check_project)])
"""


def test_flows_are_not_repeated() -> None:
    """A report that ends as Incomplete or Stopped would be paid for again, behind one's back."""
    environment = {**os.environ, "PREFECT_FLOW_DEFAULT_RETRIES": "3"}
    done = subprocess.run(
        [sys.executable, "-c", FLOWS],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[0, 0, 0]"
