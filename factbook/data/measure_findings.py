"""What a project says of its measures, held against the measures of its data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from factbook.config.measures import MeasureTable
from factbook.data.cleaning import Notes, listing
from factbook.data.table import Table
from factbook.data.weights import Weight, weight_of
from factbook.errors import nearest
from factbook.measures.measure import Measure
from factbook.names import name_key


class InUse(NamedTuple):
    """A measure of the data, and what its figures of places are weighted by.

    Attributes:
        table: The table that has it.
        measure: What may be done to its figures.
        weight: What weights a mean of them; None where they are added, or neither.
    """

    table: Table
    measure: Measure
    weight: Weight | None


def measures_in_use(tables: Mapping[str, Table]) -> Iterator[InUse]:
    """Every measure of the data, in the order of the tables and of their names."""
    for table in tables.values():
        for metric in table.metrics():
            for unit in table.units(metric):
                measure = table.measure(metric, unit)
                yield InUse(table, measure, weight_of(measure, table, tables))


def note_measures(
    configured: Mapping[str, MeasureTable], tables: Mapping[str, Table], notes: Notes
) -> None:
    """Findings about ``[measures]``: names that no table has, and weights that it has not."""
    used = list(measures_in_use(tables))
    names = [name for one in used for name in (one.measure.name, one.measure.made_of) if name]
    known = {name_key(name): name for name in names}
    for name, said in configured.items():
        if name_key(name) not in known:
            like = nearest(name, known.values())
            notes.add(
                "warning",
                "unused-measure",
                f"[measures] has '{name}', which no table has as PROPERTY",
                file="project.toml",
                allowed="" if like else listing(map(repr, known.values()), 20),
                remedy=f"Did you mean '{like}'?" if like else "Correct the name, or delete it",
            )
            continue
        without = [one for one in used if name_key(one.measure.name) == name_key(name)]
        if said.weight and all(one.weight is None for one in without):
            like = nearest(said.weight, known.values())
            notes.add(
                "error",
                "no-weight",
                f"[measures.\"{name}\"] is to be weighted by '{said.weight}', which no table has "
                "as a PROPERTY whose figures add up over places",
                file="project.toml",
                allowed=listing((repr(n) for n in known.values() if n != name), 20),
                remedy=f"Did you mean '{like}'?" if like else "Name a measure of the data",
            )
