"""The table of figures under a section, from the facts in its record."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from factbook.data.flags import known_flags
from factbook.evidence.facts import Fact, Kind
from factbook.evidence.figures import row_of
from factbook.evidence.references import DIGITS_OF_ANY_FLOAT, MINUS
from factbook.report.blocks import Table
from factbook.writing.record import SectionRecord

GAP = "\N{EN DASH}"
MOST_DECIMALS = 12
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
        return f"Change {self.period}, {self.unit}"


def figure_tables(record: SectionRecord, place: str) -> tuple[Table, ...]:
    """Tables of a section's main figures, one per table and unit; each column has fixed decimals.

    Args:
        record: The section's record.
        place: Name of its place.
    """
    facts = [record.by_id[fact_id] for fact_id in record.figures]
    groups: dict[tuple[str, str], list[Fact]] = {}
    units: dict[tuple[str, ...], str] = {}
    for fact in facts:
        if fact.is_value:
            units.setdefault(row_of(fact), fact.unit)
    for fact in facts:
        groups.setdefault((fact.table, units.get(row_of(fact), fact.unit)), []).append(fact)
    return tuple(
        _table(part, unit, place, record.origins.get(name, "") or name, record.flags)
        for (name, unit), group in groups.items()
        for part in _parts(group)
    )


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
    facts: Sequence[Fact], unit: str, place: str, origin: str, flags: Mapping[str, str]
) -> Table:
    rows: dict[tuple[str, ...], dict[_Column, Fact]] = {}
    for fact in facts:
        column = _Column(fact.measured_kind, fact.period, fact.unit)
        rows.setdefault(row_of(fact), {})[column] = fact
    columns = _columns(rows)
    metrics = list(dict.fromkeys(fact.plain_metric for fact in facts))
    labels = {row_of(fact): _label(fact, of_metric=len(metrics) > 1) for fact in facts}
    decimals = {column: _decimals(column, rows.values()) for column in columns}
    return Table(
        caption=f"{metrics[0] if len(metrics) == 1 else 'Main figures'}, {place}, {unit}",
        columns=("", *(column.head for column in columns)),
        rows=tuple(
            (labels[row], *(_cell(cells.get(column), decimals[column]) for column in columns))
            for row, cells in rows.items()
        ),
        numeric=(False, *(True for _ in columns)),
        note=f"Source: {origin}{_caveat(facts)}{_legend(rows.values(), columns, flags)}",
    )


def _label(fact: Fact, *, of_metric: bool) -> str:
    """The head of a fact's row: its subject, its metric where there are several, its scenario."""
    label = f"{fact.subject}: {fact.plain_metric}" if of_metric else fact.subject
    return f"{label}, {fact.scenario}" if fact.scenario else label


def _legend(
    rows: Iterable[Mapping[_Column, Fact]], columns: Sequence[_Column], flags: Mapping[str, str]
) -> str:
    """What the flags in the cells mean, the worst first: ``. p = provisional``."""
    shown = {code for row in rows for c in columns if c in row for code in row[c].status.split()}
    known = known_flags(flags)
    return f". {known.legend(shown)}" if shown else ""


def _caveat(facts: Sequence[Fact]) -> str:
    """Says when changes do not compare all that the values beside them are made of, or nothing."""
    if any(fact.derivation.is_like_for_like for fact in facts):
        return ". Some changes compare only what has a value in both periods"
    bases: dict[tuple[str, ...], set[str]] = {}
    for fact in facts:
        if fact.is_value:
            bases.setdefault(row_of(fact), set()).add(fact.derivation.basis)
    if any(len(found) > 1 for found in bases.values()):
        return ". Figures without a change are not comparable: the series has a break between them"
    return ""


def _columns(rows: Mapping[tuple[str, ...], Mapping[_Column, Fact]]) -> list[_Column]:
    """Values by period, then changes, then the share of the last period with one."""
    found = list(dict.fromkeys(column for cells in rows.values() for column in cells))
    values = sorted((c for c in found if c.kind == "value"), key=lambda c: c.period)
    changes = [c for kind in ("change", "relative change") for c in found if c.kind == kind]
    shares = sorted((c for c in found if c.kind == "share of category"), key=lambda c: c.period)
    return [*values, *changes, *shares[-1:]]


def _decimals(column: _Column, rows: Iterable[Mapping[_Column, Fact]]) -> int:
    """Decimals that give the column's largest figure three to four digits."""
    largest = max(abs(cells[column].value) for cells in rows if column in cells)
    if column.unit == "%":
        return 1
    for bound, decimals in ((1000, 0), (10, 1), (1, 2)):
        if largest >= bound:
            return decimals
    return min(2 - math.floor(math.log10(largest)), MOST_DECIMALS) if largest else 0


def _cell(fact: Fact | None, decimals: int) -> str:
    if fact is None:
        return GAP
    # Rounds half to even on the float's shortest decimal; adding 0 makes a negative zero positive.
    with localcontext(prec=DIGITS_OF_ANY_FLOAT):
        rounded = round(Decimal(repr(fact.value)), decimals) + 0
    number = f"{rounded:,f}".replace("-", MINUS)
    return f"{number} {fact.status}" if fact.status else number
