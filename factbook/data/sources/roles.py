"""What the columns of a table are: place, category, period, value, measure, unit, others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

_COLUMNS = {
    "COUNTRY": "place",
    "SECTOR": "category",
    "YEAR": "period",
    "VALUE": "value",
    "PROPERTY": "measure",
    "UNIT": "unit",
    "STATUS": "status",
    "CONFIDENTIALITY": "confidentiality",
}


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of a table's columns, as its format proposes them.

    ``[data.tables.NAME] columns`` overrides each. A role without a column is an empty text. Columns
    are named by their headings as they are in the `factbook.data.grids.grid.Grid`.

    Attributes:
        format: Name of the format that proposes them, of `factbook.data.sources.formats`.
        place: Column of the reference areas.
        category: Column of the breakdown whose members are parts of a measure.
        has_rest: Whether the total may be more than the categories, of which a file has some.
        period: Column of the time periods; empty with `periods_in_columns`.
        value: Column of the observed values; empty with `periods_in_columns`.
        measure: Column that says what is measured.
        unit: Column of the units.
        status: Column of the observation flags, as they are in the file.
        confidentiality: Column of the confidentiality flags.
        dimensions: All columns with more than one member that tell figures apart, whatever their
            role; not the period's, and not the attributes of a figure.
        scenarios: Those of `dimensions` that tell models and scenarios apart.
        periods_in_columns: Whether each period has a column; flags then stand in its cells.
        constants: Column → its only member, of the columns that are therefore no dimension.
        parts: Column → the columns that were made of it, and that replace it.
        labels: Column → code → label, from the file's own code lists.
        parents: Column → code → code above it, likewise.
    """

    format: str = ""
    place: str = ""
    category: str = ""
    has_rest: bool = False
    period: str = ""
    value: str = ""
    measure: str = ""
    unit: str = ""
    status: str = ""
    confidentiality: str = ""
    dimensions: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    periods_in_columns: bool = False
    constants: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, str]:
        """Factbook's column name → heading, of the roles that have a column."""
        found = {column: str(getattr(self, role)) for column, role in _COLUMNS.items()}
        return {column: heading for column, heading in found.items() if heading}

    def unread(self, headings: Collection[str]) -> tuple[str, ...]:
        """The dimensions that are not among the headings read, whole or in all their parts."""
        return tuple(
            dimension
            for dimension in self.dimensions
            if dimension not in headings
            and not (dimension in self.parts and set(self.parts[dimension]) <= set(headings))
        )

    def words(self, column: str) -> dict[str, str]:
        """Code → label of a column, of the codes that share their label with no other."""
        labels = self.labels.get(column, {})
        times = Counter(labels.values())
        return {code: label for code, label in labels.items() if label and times[label] == 1}
