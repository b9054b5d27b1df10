"""Units as readers see them: codes of statistics in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from factbook.measures.tables import read_table


def label_of_unit(unit: str) -> str:
    """What readers see of a unit: ``thousand tonnes`` for ``THS_T``; a unit that is no code stays.

    It says the same of figures as the code does: `read_unit` reads both alike.
    """
    return _labels().get(unit, unit)


@cache
def _labels() -> Mapping[str, str]:
    labels: Mapping[str, str] = read_table("unit_labels.toml")["labels"]
    return labels
