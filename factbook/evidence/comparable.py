"""What the flags of figures say about comparing them: through time, and with each other."""

from __future__ import annotations

from typing import NamedTuple

from factbook.data.series import Place
from factbook.data.statuses.flags import Status, barrier_between, barrier_over_time
from factbook.evidence.derivation import DIFFERING
from factbook.evidence.panels import Panel
from factbook.evidence.sums import Value


class Barrier(NamedTuple):
    """Why two figures of a series are not compared.

    Attributes:
        status: What stands between them: a break, or another definition.
        period: The first period that cannot be compared with the earlier figure.
    """

    status: Status
    period: str


def basis(panel: Panel, place: Place, period: str) -> str:
    """What a place's value in a period can be compared with: the values of the same basis.

    ``since 2017`` after a break in the series in 2017, and whether the definition is one of its
    own; empty for values that nothing is said of. A sum breaks where any of its summands does.
    """
    return _bases(panel, place).get(period, "") if panel.table.is_flagged else ""


def barrier(panel: Panel, place: Place, base: str, target: str) -> Barrier | None:
    """What keeps a place's values of two periods from being compared; None if nothing does.

    Args:
        panel: The quantity.
        place: The place.
        base: The earlier period; it has a value.
        target: The later one; it has a value.
    """
    if not panel.table.is_flagged:
        return None
    bases = _bases(panel, place)
    if bases[base] == bases[target]:
        return None
    first = next(p for p in bases if base < p <= target and bases[p] != bases[base])
    is_break = bases[first].removesuffix(DIFFERING) != bases[base].removesuffix(DIFFERING)
    return Barrier(Status.BREAK if is_break else Status.DEFINITION_DIFFERS, first)


def is_alike(panel: Panel, *values: Value) -> bool:
    """Whether all summands of some values have the same definition, or all another one."""
    if not panel.table.is_flagged:
        return True
    one, *others = {text for value in values for text in value.statuses}
    first = panel.dataset.flags.status_of(one)
    return all(
        barrier_between(first, panel.dataset.flags.status_of(text)) is None for text in others
    )


def _bases(panel: Panel, place: Place) -> dict[str, str]:
    """Period → basis of all values of a place, in order of time."""
    found = panel.bases.get(place.code)
    if found is None:
        found, since = {}, ""
        before: frozenset[Status] | None = None
        for period, value in panel.of(place).items():
            flagged = (panel.dataset.flags.status_of(text) for text in value.statuses)
            statuses = frozenset(status for every in flagged for status in every)
            if before is not None and barrier_over_time([before, statuses]) is Status.BREAK:
                since = f"since {period}"
            differs = barrier_between((), statuses) is not None
            found[period] = " ".join([since, DIFFERING] if differs else [since]).strip()
            before = statuses
        panel.bases[place.code] = found
    return found
