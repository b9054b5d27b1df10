"""Blocks: rows of one table, collection, property and unit, as the sheet selects them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from factbook.data.categories.composition import Composition
from factbook.data.periods.period_calendar import Frequency
from factbook.data.table import Table
from factbook.measures.measure import Measure


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table, collection, property and unit.

    Attributes:
        subjects: The selected categories.
        whole: Whether these are all categories that the property has there.
        frequency: Length of the periods that are asked for.
        scenario: Scenario; empty for a table without scenarios.
        at_region: Whether the region's figures are asked for whatever the section's place is.
    """

    table: Table
    collection: str
    metric: str
    unit: str
    subjects: tuple[str, ...]
    whole: bool
    frequency: Frequency
    scenario: str
    at_region: bool

    @property
    def measure(self) -> Measure:
        """What may be done to its figures."""
        return self.table.measure(self.metric, self.unit)

    @property
    def adds_up(self) -> bool:
        """Whether its categories have a total, and shares of it."""
        return self.table.adds_up(self.metric, self.unit, self.collection)

    @property
    def whole_of(self) -> Composition:
        """How the categories of its property and unit hold each other."""
        return self.table.composition(self.metric, self.unit, self.collection)

    @property
    def has_no_such_periods(self) -> bool:
        """Whether it has values of other periods alone, which do not add up to those asked for."""
        return self.frequency not in self.table.lengths(self.metric, self.unit, self.collection)


def union(first: Block, second: Block) -> Block:
    """Two entries that select from the same rows, as one."""
    subjects = distinct((*first.subjects, *second.subjects))
    return replace(
        first,
        subjects=subjects,
        whole=is_whole(first.table, first.metric, first.unit, first.collection, subjects),
    )


def is_whole(
    table: Table, metric: str, unit: str, collection: str, subjects: tuple[str, ...]
) -> bool:
    """Whether categories are all that a property has in a unit of a table."""
    return len(subjects) == len(table.subjects(metric, collection, unit) or ("-",))


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Names, each once, in their order."""
    return tuple(dict.fromkeys(names))
