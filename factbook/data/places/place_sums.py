"""Places of no list that are sums of others: "All districts" beside the districts.

Countries, states and NUTS regions are known by a list, and groups of them by their names. Of places
that are whatever the data name, the figures tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from factbook.data.categories.aggregates import FEWEST_KEYS, composition
from factbook.data.categories.part_search import MOST_SEARCHED
from factbook.data.dataset import DataSet
from factbook.data.table import Table

_MOST_MEASURES = 20
_MOST_CATEGORIES = 5
"""Measures of a table, and categories of each, that are looked at."""


class PlaceSum(NamedTuple):
    """A place whose figures are the sums of other places' figures.

    Attributes:
        table: Name of the table.
        metric, unit: The measure.
        place: The code of the place.
        parts: The codes of the others.
        keys: Number of figures that prove it.
    """

    table: str
    metric: str
    unit: str
    place: str
    parts: tuple[str, ...]
    keys: int


def place_sums(dataset: DataSet) -> tuple[PlaceSum, ...]:
    """Places that are the sums of others wherever they stand beside them, each once."""
    found: dict[str, PlaceSum] = {}
    for table in dataset.tables.values():
        for metric, unit in _measures(table):
            for one in _sums(table, metric, unit, {place.code for place in dataset.countries}):
                found.setdefault(one.place, one)
    return tuple(found.values())


def _measures(table: Table) -> Iterator[tuple[str, str]]:
    """The measures that add over places, of tables without collections."""
    adding = (
        (metric, unit)
        for metric in table.metrics()
        if table.collections(metric) == ("",)
        for unit in table.units(metric)
        if table.measure(metric, unit).adds_over_places
    )
    yield from islice(adding, _MOST_MEASURES)


def _sums(table: Table, metric: str, unit: str, codes: set[str]) -> Iterator[PlaceSum]:
    """The sums of a measure, in the scenario that others are compared with."""
    subjects, periods, places, values = [], [], [], []
    scenario = next(iter(table.scenarios(metric, unit)), "")
    for subject in table.summands(metric, unit)[:_MOST_CATEGORIES]:
        for code in table.places(metric, subject, unit, scenario=scenario):
            series = table.series(code, metric, subject, unit, scenario=scenario)
            if code not in codes or series is None:
                continue
            for period, point in series.points.items():
                subjects.append(subject)
                periods.append(period)
                places.append(code)
                values.append(point.value)
    if not 2 < len(set(places)) <= MOST_SEARCHED:
        return
    for one in composition(subjects, periods, places, values).aggregates:
        if one.how == "value" and one.keys >= FEWEST_KEYS and not one.is_open:
            yield PlaceSum(table.name, metric, unit, one.subject, one.parts, one.keys)
