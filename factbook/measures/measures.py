"""The measures of a project: what its configuration says of them, and what is known of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from factbook.config.measures import MeasureTable
from factbook.measures.known import known_measure
from factbook.measures.measure import Measure
from factbook.measures.tables import visible


def name_of(measure: str) -> str:
    """The name of a measure as it is compared: without regard to case and blanks."""
    return " ".join(visible(measure).casefold().split())


class Measures:
    """Finds what may be done to the figures of a measure. Safe to use from several threads.

    Args:
        configured: ``[measures]``: name of a measure → what the project says of it.
    """

    def __init__(self, configured: Mapping[str, MeasureTable] | None = None) -> None:
        self._configured = {name_of(name): table for name, table in (configured or {}).items()}
        self._kept: dict[tuple[str, str], Measure] = {}

    def of(self, name: str, unit: str) -> Measure:
        """The measure with a name and a unit, as the data spell them."""
        found = self._kept.get((name, unit))
        if found is None:
            found = known_measure(name, unit)
            table = self._configured.get(name_of(name))
            if table is not None:
                found = _as_configured(found, table)
            self._kept[name, unit] = found
        return found


def _as_configured(known: Measure, table: MeasureTable) -> Measure:
    """A measure, with what the project says of it in place of what is known."""
    # A mean is one over places: nothing is said by it of categories and periods.
    every = "none" if table.weight else table.aggregation
    changes: dict[str, Any] = {
        "over_places": "mean" if table.weight else table.over_places or every,
        "over_categories": table.over_categories or every,
        "over_time": table.over_time or every,
        "weight": table.weight or None,
        "better": table.better,
        "has_true_zero": table.zero,
        "denominator": table.denominator,
    }
    given = table.model_dump(exclude_none=True)
    said = ", ".join(f"{key} = {value}" for key, value in given.items())
    return replace(
        known,
        **{key: value for key, value in changes.items() if value is not None},
        reasons=(*known.reasons, f"project.toml says {said}"),
    )
