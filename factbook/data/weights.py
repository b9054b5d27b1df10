"""Weights: the measure of the data by which figures of places are averaged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from factbook.data.table import Table
from factbook.measures.measure import Measure
from factbook.names import name_key


class Weight(NamedTuple):
    """A measure of the data that weights means.

    Attributes:
        table: The table that has it.
        metric, unit: As the table spells them.
    """

    table: Table
    metric: str
    unit: str


def weight_of(measure: Measure, table: Table, tables: Mapping[str, Table]) -> Weight | None:
    """What the figures of a measure are weighted by over places; None where the data have it not.

    A measure that the project names has to be called so; a denominator that is known from a unit
    ("per capita") is the measure that is called by its word, or begins with it.

    Args:
        measure: The measure.
        table: The table that has it, which is searched first.
        tables: All tables of the project.
    """
    if measure.over_places == "mean":
        wanted, is_said = measure.weight, True
    elif measure.denominator and not measure.adds_over_places:
        wanted, is_said = measure.denominator, False
    else:
        return None
    key = name_key(wanted)
    found = list(_additive(table, tables))
    named = (one for one in found if name_key(one.metric) == key)
    begun = (one for one in found if name_key(one.metric).startswith(f"{key} "))
    return next(named, None) or (None if is_said else next(begun, None))


def _additive(table: Table, tables: Mapping[str, Table]) -> Iterator[Weight]:
    """All measures that add over places, those of `table` first."""
    for one in (table, *(other for other in tables.values() if other is not table)):
        for metric in one.metrics():
            for unit in one.units(metric):
                if one.measure(metric, unit).adds_over_places:
                    yield Weight(one, metric, unit)
