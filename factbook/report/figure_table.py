"""The table of figures under a section, from the facts in its record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from factbook.evidence.facts import Fact, Kind
from factbook.evidence.figures import length_of, row_of
from factbook.evidence.spans import WHOLE_YEARS
from factbook.report.blocks import Table
from factbook.report.cells import caption_of, caveat, cell, decimals_of, label_of, legend
from factbook.report.part_table import by_subjects, part_table
from factbook.writing.record import SectionRecord

MOST_FIGURES = 9
"""Most columns of figures that fit the width of a page."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures: the selection of its facts, and its head."""

    kind: Kind
    period: str
    unit: str

    @property
    def head(self) -> str:
        if self.kind == "value":
            return self.period
        if self.kind == "share of category":
            return f"Share {self.period}, %"
        return f"Change {self.period}, {self.unit}".removesuffix(", ")


def figure_tables(record: SectionRecord, place: str) -> tuple[Table, ...]:
    """Tables of a section's main figures, one per table and unit; each column has fixed decimals.

    Years are columns; parts of years are rows, as there are more of them.

    Args:
        record: The section's record.
        place: Name of its place.
    """
    facts = [record.by_id[fact_id] for fact_id in record.figures]
    of_years = [fact for fact in facts if length_of(fact.period) in WHOLE_YEARS]
    of_parts = [fact for fact in facts if length_of(fact.period) not in WHOLE_YEARS]
    return (
        *(
            _table(part, unit, place, source, record.flags)
            for unit, source, group in _groups(of_years, record)
            for part in _parts(group)
        ),
        *(
            part_table(part, unit, place, source, record.flags)
            for unit, source, group in _groups(of_parts, record)
            for part in by_subjects(group)
        ),
    )


def _groups(
    facts: Iterable[Fact], record: SectionRecord
) -> Iterator[tuple[str, str, Sequence[Fact]]]:
    """Unit, name of the source, and facts of each table, unit and length of periods."""
    facts = list(facts)
    groups: dict[tuple[str, str, str], list[Fact]] = {}
    units: dict[tuple[str, ...], str] = {}
    for fact in facts:
        if fact.is_value:
            units.setdefault(row_of(fact), fact.unit)
    for fact in facts:
        unit = units.get(row_of(fact), fact.unit)
        groups.setdefault((fact.table, unit, length_of(fact.period)), []).append(fact)
    for (name, unit, _), group in groups.items():
        yield unit, record.origins.get(name, "") or name, group


def _parts(facts: Sequence[Fact]) -> Iterable[Sequence[Fact]]:
    """All facts, or those of rows with the same periods where all have more than fits a page."""
    if len({(fact.measured_kind, fact.period) for fact in facts}) <= MOST_FIGURES:
        return [facts]
    periods: dict[tuple[str, ...], set[str]] = {}
    for fact in facts:
        if fact.is_value:
            periods.setdefault(row_of(fact), set()).add(fact.period)
    parts: dict[tuple[str, ...], list[Fact]] = {}
    for fact in facts:
        parts.setdefault(tuple(sorted(periods.get(row_of(fact), ()))), []).append(fact)
    return parts.values()


def _table(
    facts: Sequence[Fact], unit: str, place: str, source: str, flags: Mapping[str, str]
) -> Table:
    rows: dict[tuple[str, ...], dict[_Column, Fact]] = {}
    for fact in facts:
        column = _Column(fact.measured_kind, fact.period, fact.unit)
        rows.setdefault(row_of(fact), {})[column] = fact
    columns = _columns(rows)
    metrics = list(dict.fromkeys(fact.plain_metric for fact in facts))
    labels = {row_of(fact): label_of(fact, of_metric=len(metrics) > 1) for fact in facts}
    decimals = {
        column: decimals_of(
            (cells[column].value for cells in rows.values() if column in cells), column.unit
        )
        for column in columns
    }
    shown = [cells[column] for cells in rows.values() for column in columns if column in cells]
    title = metrics[0] if len(metrics) == 1 else "Main figures"
    return Table(
        caption=caption_of(title, place, unit),
        columns=("", *(column.head for column in columns)),
        rows=tuple(
            (labels[row], *(cell(cells.get(column), decimals[column]) for column in columns))
            for row, cells in rows.items()
        ),
        numeric=(False, *(True for _ in columns)),
        note=f"Source: {source}{caveat(facts)}{legend(shown, flags)}",
    )


def _columns(rows: Mapping[tuple[str, ...], Mapping[_Column, Fact]]) -> list[_Column]:
    """Values by period, then changes, then the share of the last period with one."""
    found = list(dict.fromkeys(column for cells in rows.values() for column in cells))
    values = sorted((c for c in found if c.kind == "value"), key=lambda c: c.period)
    changes = [c for kind in ("change", "relative change") for c in found if c.kind == kind]
    shares = sorted((c for c in found if c.kind == "share of category"), key=lambda c: c.period)
    return [*values, *changes, *shares[-1:]]
