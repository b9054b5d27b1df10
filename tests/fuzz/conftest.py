"""Few examples, always the same, in `make test`; as many as asked for in `make fuzz`."""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings

settings.register_profile(
    "all",
    # Of what is read and of what is written alike: tables have some fifty rows at most.
    deadline=timedelta(seconds=15),
    # Without a store of earlier failures the seed alone says what is tried.
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_ALL = settings.get_profile("all")
settings.register_profile("few", _ALL, derandomize=True, max_examples=12)
settings.register_profile(
    "many", _ALL, derandomize=False, max_examples=int(os.environ.get("FUZZ_EXAMPLES") or 2000)
)
settings.load_profile("many" if os.environ.get("FUZZ_EXAMPLES") else "few")
