"""A process that makes three model calls side by side: for tests that stop and continue it.

Usage: ``python -m tests.llm.calling_process FOLDER BASE_URL DEADLINE_SECONDS``. Prints as JSON
what came of each call, and the rows of ``calls.csv``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.llm.dependencies import a_request, bench, model_on

CALLS = 3


def main(folder: Path, base_url: str, deadline_seconds: float) -> None:
    """Make the calls."""
    requests = [a_request(f"Write section {number}.") for number in range(CALLS)]
    with bench(folder, model_on(base_url), deadline_seconds=deadline_seconds) as one:
        outcomes = one.outcomes(requests)
        rows = [list(map(str, row)) for row in one.rows()]
    print(json.dumps({"outcomes": [type(outcome).__name__ for outcome in outcomes], "rows": rows}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
