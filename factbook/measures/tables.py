"""The published tables beside this module."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read_table(name: str) -> dict[str, Any]:
    """A table of the package, such as ``units.toml``."""
    text = resources.files("factbook.measures").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)
