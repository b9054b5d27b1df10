"""The measures of a project: what its configuration says of them, and what is known of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from factbook.config.hourly import Statistic
from factbook.config.measures import MeasureTable
from factbook.measures.known import known_measure
from factbook.measures.measure import Bounds, Measure
from factbook.measures.units import read_unit
from factbook.names import name_key


class Measures:
    """Finds what may be done to the figures of a measure. Safe to use from several threads.

    Args:
        configured: ``[measures]``: name of a measure → what the project says of it.
    """

    def __init__(self, configured: Mapping[str, MeasureTable] | None = None) -> None:
        self._configured = {name_key(name): table for name, table in (configured or {}).items()}
        self._kept: dict[tuple[str, str], Measure] = {}
        self._made: dict[tuple[str, str], Measure] = {}

    def display_of(self, name: str) -> tuple[str, float | None]:
        """The unit in which a measure is shown, and the factor to it, as the project says.

        Both are empty where it says neither.
        """
        table = self._configured.get(name_key(name))
        return (table.unit or "", table.scale) if table is not None else ("", None)

    def of(self, name: str, unit: str) -> Measure:
        """The measure with a name and a unit, as the data spell them."""
        found = self._kept.get((name, unit))
        if found is None:
            found = self._made.get((name, unit)) or known_measure(name, unit)
            table = self._configured.get(name_key(name))
            if table is not None:
                found = _as_configured(found, table)
            self._kept[name, unit] = found
        return found

    def statistics(self, name: str, unit: str) -> tuple[Statistic, ...]:
        """What hourly figures of a measure are made into.

        As configured; else the sum of what adds over time, and of other known units the mean and
        the maximum. Empty where nothing is known.
        """
        table = self._configured.get(name_key(name))
        if table is not None and table.hourly:
            return table.statistics
        if self.of(name, unit).adds_over_time:
            return (Statistic("sum"),)
        read = read_unit(unit)
        is_known = read.quantity is not None or read.is_ratio
        return (Statistic("mean"), Statistic("max")) if is_known else ()

    def make(self, name: str, unit: str, statistic: Statistic) -> Measure:
        """The measure that a statistic of an hourly one is, which is found by its name from now on.

        The mean of a sum is the sum of the means; other statistics are not added, as places have
        their maxima at different hours. Hours add over time.
        """
        base = self.of(name, unit)
        if statistic.kind == "sum":
            return base
        made = replace(
            base,
            name=statistic.name(name, unit),
            over_time="none",
            made_of=name,
            reasons=(*base.reasons, f"it is the {statistic.kind} of hourly figures"),
        )
        if statistic.kind != "mean":
            made = replace(made, over_places="none", over_categories="none", weight="")
        if statistic.kind == "hours above":
            made = replace(
                *(made,), unit="hours", over_time="sum", has_true_zero=True, is_share=False,
                better="neutral", denominator="",
            )  # fmt: skip
        self._made[made.name, made.unit] = made
        self._kept.pop((made.name, made.unit), None)
        return made


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
        "bounds": _bounds(known.bounds, table),
    }
    given = table.model_dump(exclude_none=True)
    said = ", ".join(f"{key} = {value}" for key, value in given.items())
    return replace(
        known,
        **{key: value for key, value in changes.items() if value is not None},
        reasons=(*known.reasons, f"project.toml says {said}"),
    )


def _bounds(known: Bounds, table: MeasureTable) -> Bounds | None:
    """What the project says of the bounds; None where it says nothing."""
    if table.minimum is None and table.maximum is None:
        return None
    return Bounds(
        known.minimum if table.minimum is None else table.minimum,
        known.maximum if table.maximum is None else table.maximum,
        "project.toml",
    )
