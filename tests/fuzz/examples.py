"""How many examples: few, always the same, in `make test`; as many as asked for in `make fuzz`."""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import settings

_ASKED_FOR = os.environ.get("FUZZ_EXAMPLES")

fuzzed = (
    settings(
        max_examples=int(_ASKED_FOR),
        # Nobody waits, and an input that takes a minute is a find: tables have some fifty rows.
        deadline=timedelta(seconds=60),
    )
    if _ASKED_FOR
    else settings(derandomize=True, max_examples=12)
)
"""On each test of this folder, and on no other."""
