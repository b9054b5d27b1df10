"""The command line in a process to which something happens: see `tests.crash.points`.

``python -m tests.crash.launch kill FOLDER STEP run PROJECT --out OUT``; or ``fill_disk``. STEP may
be several, which are met one after another: ``STEP then STEP``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.crash.points import arm, fill_disk, kill

THEN = " then "
ACTIONS = {action.__name__: action for action in (kill, fill_disk)}


def main() -> None:
    """Arm this process, then do what the command line would."""
    action, folder, step = sys.argv[1:4]
    del sys.argv[1:4]
    from flows.main import main as factbook

    arm(Path(folder), step.split(THEN), ACTIONS[action])
    factbook()


if __name__ == "__main__":
    main()
