"""Spans: which two periods of a table a section compares."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from factbook.config.project_config import Data
from factbook.data.period_calendar import Frequency
from factbook.evidence.panels import Panel
from factbook.evidence.row_blocks import Block


def spans(
    panels: Sequence[tuple[Panel, Block]], data: Data
) -> dict[tuple[str, Frequency], tuple[str, str]]:
    """Base and target period by table and length of periods.

    Args:
        panels: The quantities of a sub-task, each with what selects it.
        data: The configuration: base and target year.
    """
    periods: dict[tuple[str, Frequency], set[str]] = {}
    for panel, block in panels:
        periods.setdefault((block.table.name, block.frequency), set()).update(panel.periods)
    return {key: _span(found, data) for key, found in periods.items() if found}


def _span(periods: Collection[str], data: Data) -> tuple[str, str]:
    """As configured, else the first and the last year of the rows.

    Among parts of years, the target is the last one of its year and the base the same part of its
    year, so that the season does not look like a change.
    """
    base = str(data.base_year or min(periods)[:4])
    target = str(data.target_year or max(periods)[:4])
    target = max((p for p in periods if p.startswith(target)), default=target)
    if base == target[:4] or f"{base}{target[4:]}" not in periods:
        return min((p for p in periods if p.startswith(base)), default=base), target
    return f"{base}{target[4:]}", target
