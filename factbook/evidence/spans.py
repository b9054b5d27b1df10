"""Spans: which two periods of a table a section compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factbook.config.project_config import Data
from factbook.data.periods.period_calendar import Frequency
from factbook.data.periods.period_texts import period_of
from factbook.evidence.panels import Panel
from factbook.evidence.row_blocks import Block

WHOLE_YEARS: frozenset[Frequency] = frozenset({"year", "season"})
"""Lengths of periods that are compared over many years; parts of years with a year earlier."""


def spans(
    panels: Sequence[tuple[Panel, Block]], data: Data
) -> dict[tuple[str, Frequency], tuple[str, str]]:
    """Base and target period by table and length of periods.

    Of years and seasons: as configured, else the first and the last. Of parts of years the target
    is the last one that most places have (most of those that have the best known one), and the
    base the same part of `base_year`, else of the year before, so that the season does not look
    like a change; without it, the part before.

    Args:
        panels: The quantities of a sub-task, each with what selects it.
        data: The configuration: base and target year.
    """
    held: dict[tuple[str, Frequency], dict[str, int]] = {}
    for panel, block in panels:
        most = held.setdefault((block.table.name, block.frequency), {})
        for period, places in panel.places_by_period.items():
            most[period] = max(places, most.get(period, 0))
    return {key: _span(places, key[1], data) for key, places in held.items() if places}


def _span(places: Mapping[str, int], frequency: Frequency, data: Data) -> tuple[str, str]:
    """Base and target among periods of one length, each with how many places have it."""
    target = _target(places, frequency, data)
    year = data.base_year
    if year is not None:
        same_part = f"{year}{target[4:]}"
        if target[:4] != str(year) and same_part in places:
            return same_part, target
        return min((p for p in places if p.startswith(str(year))), default=str(year)), target
    if frequency in WHOLE_YEARS:
        return min(places), target
    return _part_before(places, target), target


def _target(places: Mapping[str, int], frequency: Frequency, data: Data) -> str:
    asked = str(data.target_year or "")
    found = {period: count for period, count in places.items() if period.startswith(asked)}
    if not found:
        return asked
    if frequency in WHOLE_YEARS:
        return max(found)
    return max(period for period, count in found.items() if 2 * count > max(found.values()))


def _part_before(places: Mapping[str, int], target: str) -> str:
    """The same part of the year before, else the last one before the target; else the target."""
    if target not in places:
        return min(places)
    year_before = period_of(target).year_before()
    if year_before is not None and year_before.text in places:
        return year_before.text
    return max((period for period in places if period < target), default=target)
