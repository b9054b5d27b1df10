"""Blocks: rows of one table, collection, property and unit, as the sheet selects them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from factbook.data.table import Table
from factbook.measures.measure import Measure


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table, collection, property and unit.

    Attributes:
        subjects: The selected categories.
        whole: Whether these are all categories that the property has there.
        at_region: Whether the region's figures are asked for whatever the section's place is.
    """

    table: Table
    collection: str
    metric: str
    unit: str
    subjects: tuple[str, ...]
    whole: bool
    monthly: bool
    at_region: bool

    @property
    def measure(self) -> Measure:
        """What may be done to its figures."""
        return self.table.measure(self.metric, self.unit)

    @property
    def has_only_months(self) -> bool:
        """Whether it is selected by year and has values of months alone, which don't add up."""
        return not self.monthly and self.table.has_only_months(
            self.metric, self.unit, self.collection
        )


def union(first: Block, second: Block) -> Block:
    """Two entries that select from the same rows, as one."""
    subjects = distinct((*first.subjects, *second.subjects))
    return replace(
        first,
        subjects=subjects,
        whole=is_whole(first.table, first.metric, first.collection, subjects),
    )


def is_whole(table: Table, metric: str, collection: str, subjects: tuple[str, ...]) -> bool:
    """Whether categories are all that a property has in a table."""
    return len(subjects) == len(table.subjects(metric, collection) or ("-",))


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Names, each once, in their order."""
    return tuple(dict.fromkeys(names))
