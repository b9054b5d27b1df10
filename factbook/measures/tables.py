"""The published tables beside this module, and how texts are compared with them."""

from __future__ import annotations

import tomllib
import unicodedata
from importlib import resources
from typing import Any


def read_table(name: str) -> dict[str, Any]:
    """A table of the package, such as ``units.toml``."""
    text = resources.files("factbook.measures").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def visible(text: str) -> str:
    """A text in its plainest characters: ``CO₂`` as ``CO2``, nothing that cannot be seen."""
    seen = (sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", "".join(seen)).strip()
