"""Unfinished years: the last one of which only some months (quarters, days) have values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from factbook.data.periods.period_calendar import Frequency
from factbook.data.periods.period_coverage import Coverage, coverage
from factbook.data.periods.period_texts import period_of
from factbook.data.series import Place
from factbook.data.table import SUMMED_TO
from factbook.evidence.panels import Panel


def unfinished_year(panel: Panel, place: Place) -> Coverage | None:
    """What there is of the last year of a place, where that is later than its last value.

    The same of quarters and other periods that shorter ones add up to. None where the measure does
    not add over time, and where the data have no shorter periods.

    Args:
        panel: The quantity, in the longer periods.
        place: The place; of a region its members' values count as well.
    """
    if not panel.measure.adds_over_time:
        return None
    whole = panel.quantity.frequency
    last = max(panel.of(place), default="")
    for shorter in panel.table.frequencies:
        if whole in SUMMED_TO.get(shorter, ()):
            codes = {period_of(text).code for text in _parts(panel, place, shorter)}
            found = coverage(np.array(sorted(codes), dtype=np.int32), whole)
            if found and found[-1].whole.text > last and not found[-1].is_complete:
                return found[-1]
    return None


def _parts(panel: Panel, place: Place, shorter: Frequency) -> Iterator[str]:
    """The shorter periods in which the place has any value of the quantity."""
    q = panel.quantity
    codes = [place.code]
    if place.kind == "region":
        codes += [member.code for member in panel.dataset.members]
    for code in codes:
        for metric, subject in q.components:
            series = panel.table.series(
                code, metric, subject, q.unit, q.collection, shorter, q.scenario
            )
            yield from series.points if series else ()
