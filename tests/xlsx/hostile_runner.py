"""Opens projects one after the other, as ``factbook check`` does, and says how it went.

A process of its own: its memory is that of the inputs alone. One line of JSON a project.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

GIVEN_UP_SECONDS = 120


def main(folders: list[str]) -> None:
    """Open the projects in these folders."""
    from factbook.errors import UserError
    from factbook.project.project import open_project
    from tests.growth import computing_seconds

    for folder in folders:
        signal.setitimer(signal.ITIMER_REAL, GIVEN_UP_SECONDS)
        before = computing_seconds()
        answer: dict[str, Any] = {"accepted": True, "crash": ""}
        try:
            findings = open_project(Path(folder)).findings
        except UserError as error:
            answer["accepted"] = False
            findings = error.findings
        except BaseException:  # noqa: BLE001 - a crash is what the test wants to see
            answer |= {"accepted": False, "crash": traceback.format_exc()}
            findings = ()
        answer["seconds"] = computing_seconds() - before
        signal.setitimer(signal.ITIMER_REAL, 0)
        answer["megabytes"] = _peak_kilobytes() / 1000
        answer["child_megabytes"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
        answer["findings"] = [
            (finding.severity, finding.code, str(finding)) for finding in findings
        ]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _peak_kilobytes() -> int:
    """The most memory of this process; what its resource usage says began with its parent's."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1])  # type: ignore[index]


def _ring(_signal: int, _frame: object) -> None:
    raise TimeoutError("it took too long")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _ring)
    main(sys.argv[1:])
