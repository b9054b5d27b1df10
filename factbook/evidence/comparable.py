"""What the flags of figures say about comparing them: through time, and with each other."""

from __future__ import annotations

from typing import NamedTuple

from factbook.data.flags import Status, barrier_between, barrier_over_time
from factbook.data.series import Place
from factbook.evidence.panels import Panel, Value


class Barrier(NamedTuple):
    """Why two figures of a series are not compared.

    Attributes:
        status: What stands between them.
        period: The period whose figure is flagged with it.
    """

    status: Status
    period: str


def barrier(panel: Panel, place: Place, base: str, target: str) -> Barrier | None:
    """What keeps a place's values of two periods from being compared; None if nothing does.

    Of a sum that is the first break in any of its summands.

    Args:
        panel: The quantity.
        place: The place.
        base: The earlier period; it has a value.
        target: The later one; it has a value.
    """
    if not panel.table.is_flagged:
        return None
    values = panel.of(place)
    periods = [period for period in values if base <= period <= target]
    statuses = [
        [status for text in values[period].statuses for status in panel.flags.status_of(text)]
        for period in periods
    ]
    for last in range(1, len(periods)):
        if barrier_over_time(statuses[: last + 1]) is Status.BREAK:
            return Barrier(Status.BREAK, periods[last])
    found = barrier_over_time(statuses)
    return None if found is None else Barrier(found, target)


def is_alike(panel: Panel, *values: Value) -> bool:
    """Whether all summands of some values have the same definition, or all another one."""
    if not panel.table.is_flagged:
        return True
    one, *others = {text for value in values for text in value.statuses}
    first = panel.flags.status_of(one)
    return all(barrier_between(first, panel.flags.status_of(text)) is None for text in others)
