"""What was taken for the measures of a project, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from factbook.data.measure_findings import InUse, measures_in_use
from factbook.project.project import Project

_SHOWN = 12
"""Most measures that a check names; ``--explain-measures`` shows all."""


def print_measures(project: Project, console: Console, *, all_of_them: bool) -> None:
    """A line for each measure: what its figures may become, and, in full, why."""
    used = list(measures_in_use(project.dataset.tables))
    for one in used if all_of_them else used[:_SHOWN]:
        for line in _lines(one, in_full=all_of_them):
            console.print(line, soft_wrap=True, markup=False, highlight=False)
    more = len(used) - _SHOWN
    if more > 0 and not all_of_them:
        console.print(
            f"measure: {more} more; --explain-measures shows all, and why", soft_wrap=True
        )


def measures_as_json(project: Project) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "table": one.table.name,
            "measure": one.measure.name,
            "unit": one.measure.unit,
            "over_places": "mean" if one.weight else one.measure.over_places,
            "weight": one.weight.metric if one.weight else "",
            "over_categories": one.measure.over_categories,
            "over_time": one.measure.over_time,
            "better": one.measure.better,
            "zero": one.measure.has_true_zero,
            "reasons": list(one.measure.reasons),
        }
        for one in measures_in_use(project.dataset.tables)
    ]


def _lines(one: InUse, *, in_full: bool) -> Iterator[str]:
    measure = one.measure
    unit = f" ({measure.unit})" if measure.unit else ""
    yield f"measure: {one.table.name}, {measure.name}{unit}: {_told(one)}"
    if in_full:
        better = "" if measure.better == "neutral" else f"{measure.better} figures are better; "
        change = "" if measure.has_true_zero else "no changes in per cent; "
        yield f"    {better}{change}{'; '.join(measure.reasons)}"


def _told(one: InUse) -> str:
    """What the figures of a measure become: ``added over places and categories``."""
    measure = one.measure
    adds = [
        what
        for what, does in (
            ("places", measure.adds_over_places),
            ("categories", measure.adds_over_categories),
            ("time", measure.adds_over_time),
        )
        if does
    ]
    told = [f"added over {_and(adds)}"] if adds else []
    if one.weight is not None:
        told.append(f"over places the mean weighted by {one.weight.metric}")
    why = measure.reasons[0] if measure.reasons else "it is not known"
    return "; ".join(told) or f"never added ({why})"


def _and(names: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
