"""What is guessed of a table, and what its user says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from factbook.init.columns import Column
from factbook.init.opened import Opened

NO_UNIT = "1"
"""SDMX's code for figures without a unit."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says of the tables' columns; empty where it is to be guessed.

    Attributes:
        place: Heading of the places, or the place that all rows are of.
        period: Heading of the periods, or the period that all rows are of.
        values: Headings of the figures.
        category: Heading of the categories.
        unit: Heading of the units, or the unit of all figures.
        sheet: Worksheet to read.
    """

    place: str = ""
    period: str = ""
    values: tuple[str, ...] = ()
    category: str = ""
    unit: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class NamedValues:
    """What the figures of a column are.

    Attributes:
        measure: Name of what is measured.
        unit: Its unit.
        is_known: Whether the unit was found, or stands for none.
        place: The place that its figures are of; empty if rows have places.
        month: The month that its figures are of; 0 if rows have whole periods.
    """

    measure: str
    unit: str
    is_known: bool = True
    place: str = ""
    month: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """What the columns of a table are. A role without a column is an empty text.

    Attributes:
        name: Name of the table in the project.
        opened: The table.
        columns: Heading → column.
        place, period, value, measure, category, unit, status: Headings.
        values: Headings of figures, where each is a measure of its own.
        periods: Headings of periods, where each has a column.
        dimensions: Headings of what else tells figures apart.
        constants: Factbook's column name → what all rows have.
        unit_of_all: Unit of all figures without a column of units.
        reasons: Role → why it was taken.
        unread: Headings of the columns that are not read.
    """

    name: str
    opened: Opened
    columns: Mapping[str, Column]
    place: str = ""
    period: str = ""
    value: str = ""
    measure: str = ""
    category: str = ""
    unit: str = ""
    status: str = ""
    values: Mapping[str, NamedValues] = field(default_factory=dict)
    periods: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    unit_of_all: str = ""
    unit_is_known: bool = True
    reasons: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[str, ...]:
        """Headings of all columns of figures."""
        return self.periods or tuple(self.values) or (self.value,)

    @property
    def is_proposed(self) -> bool:
        """Whether the file's own format says what its columns are."""
        return self.opened.grid.roles is not None
