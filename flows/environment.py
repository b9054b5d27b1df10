"""The environment of this process, which the processes that it starts inherit."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def environment_values(values: Mapping[str, str]) -> Iterator[None]:
    """Environment variables have these values inside the block.

    Args:
        values: Name → value.
    """
    before = {key: os.environ.get(key) for key in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value
