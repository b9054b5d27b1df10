"""The environment of child processes that parse files which somebody has sent."""

from __future__ import annotations

import os

# What an interpreter and its libraries may need to start and to compute.
_NAMES = (
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "CUDA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
)


def bare_environment() -> dict[str, str]:
    """This process's environment without all that such a child has no need of: keys, tokens."""
    return {name: os.environ[name] for name in _NAMES if name in os.environ}
