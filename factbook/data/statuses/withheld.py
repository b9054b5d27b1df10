"""Figures that are withheld so that nobody can compute the confidential ones beside them.

A report is computed from the rows of its tables and from nothing else: a row that is left out is in
no total, share, change, rank or region's sum. So a figure is withheld on reading, once, as if the
publisher had not given it; what is made of the others gives nothing away that they do not.

The sums that readers know, of each measure that adds:

- a region's own figure is the sum of its members';
- a total, and any category that is found to be a sum of others, is the sum of its parts;
- a year's figure is the sum of its months' or quarters'.

`factbook.data.statuses.suppressed` says which of them to withhold. Sums across tables are not
looked at, nor what means and shares that the publisher gives might reveal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.categories.aggregate_names import is_total
from factbook.data.categories.aggregates import composition
from factbook.data.categories.categories import CategoryRules
from factbook.data.cleaning import Notes, listing, plural
from factbook.data.periods.period_calendar import Frequency
from factbook.data.periods.periods import Period, years_of
from factbook.data.rows import period_text, rows_named
from factbook.data.statuses.suppressed import Cell, Sum, also_withheld
from factbook.data.table import SUMMED_TO
from factbook.measures.measure import Measure
from factbook.measures.measures import Measures

_KIND = ("scenario", "collection", "metric", "unit")
_NAMED = 8
MOST_WORK = 3_000_000
"""Pairs of a confidential figure and a sum of its period, in a table: some ten seconds."""

Members = Mapping[str, Collection[str]]
"""Code of a region → codes of its members."""


def without_computable(
    rows: pd.DataFrame,
    secret: pd.DataFrame,
    table: str,
    files: Sequence[str],
    members: Members,
    measures: Measures,
    notes: Notes,
    rules: CategoryRules,
) -> pd.DataFrame:
    """Rows without the figures from which confidential ones could be computed.

    Args:
        rows: Rows of the long form with a value, those of totals and regions included.
        secret: The rows whose figure is confidential; they are not among `rows`.
        table: Name of the table.
        files: Names of its files.
        members: The regions and their members.
        measures: What may be done to figures.
        notes: Collects the cleaning that says what is withheld.
        rules: What is known of categories that hold each other.
    """
    if secret.empty or rows.empty:
        return rows
    withheld: list[int] = []
    work: list[int] = []
    kinds = secret.drop_duplicates(list(_KIND))[list(_KIND)].itertuples(index=False, name=None)
    for kind in kinds:
        at = np.flatnonzero(_is_of(rows, kind))
        measure = measures.of(kind[-2], kind[-1])
        block = _Block(rows.iloc[at], secret[_is_of(secret, kind)], measure, members, rules, work)
        withheld += at[block.withheld()].tolist()
    if sum(work) > MOST_WORK:
        notes.add(
            "error",
            "too-many-confidential",
            f"{table} has {len(secret):,} confidential figures beside totals of them: too many to "
            "find out which others give them away",
            file=listing(files, 3),
            allowed=f"{MOST_WORK:,} pairs of a confidential figure and a sum",
            remedy="Leave totals and regions' own rows out of the table, or the categories and "
            "places with many confidential figures",
        )
        return rows
    if not withheld:
        return rows
    left_out = rows.iloc[sorted(withheld)]
    labels = left_out[["name", "metric", "subject", "period"]].itertuples(index=False, name=None)
    named = [f"{name} {metric} {what} {period_text(when)}" for name, metric, what, when in labels]
    notes.cleaned(
        "withheld",
        table,
        f"{plural(len(left_out), 'figure')} of {table} withheld, as confidential ones could be "
        f"computed with {'it' if len(left_out) == 1 else 'them'}: {listing(named, _NAMED)}",
        len(left_out),
        rows_named(left_out, files),
    )
    return rows.drop(index=rows.index[withheld]).reset_index(drop=True)


def _is_of(rows: pd.DataFrame, kind: Sequence[str]) -> NDArray[np.bool_]:
    """Which rows are of a collection, metric and unit."""
    found = np.ones(len(rows), dtype=bool)
    for column, label in zip(_KIND, kind, strict=True):
        found &= (rows[column] == label).to_numpy()
    return found


@dataclass(frozen=True)
class _Block:
    """The figures of one metric in one unit, some of them confidential."""

    rows: pd.DataFrame
    secret: pd.DataFrame
    measure: Measure
    members: Members
    rules: CategoryRules
    work: list[int]

    def withheld(self) -> list[int]:
        """Positions of the rows to withhold."""
        shown, secret = _cells(self.rows), _cells(self.secret)
        position = {cell: at for at, cell in enumerate(shown)}
        groups, secrets = self._groups(self.rows), self._groups(self.secret)
        found: list[int] = []
        for group in np.unique(secrets).tolist():
            hidden = [secret[at] for at in np.flatnonzero(secrets == group).tolist()]
            others = [shown[at] for at in np.flatnonzero(groups == group).tolist()]
            cells = dict.fromkeys((*others, *hidden))
            sums = [*self._sums(cells)]
            self.work.append(len(hidden) * len(sums))
            if sum(self.work) > MOST_WORK:
                return list(range(len(shown)))
            found += [position[cell] for cell in also_withheld(hidden, sums)]
        return found

    def _groups(self, rows: pd.DataFrame) -> NDArray[np.int32]:
        """What the sums of a figure stay within: its period, or its year if months add up to it."""
        periods = rows["period"].to_numpy(dtype=np.int32)
        return years_of(periods) if self.measure.adds_over_time else periods

    def _sums(self, cells: Collection[Cell]) -> Iterator[Sum]:
        """The sums that readers know, of figures that are there."""
        if self.measure.adds_over_categories:
            for place, _, period in dict.fromkeys((c[0], "", c[2]) for c in cells):
                for total, parts in self._hierarchy:
                    yield from _sum(
                        (place, total, period), [(place, part, period) for part in parts], cells
                    )
        if self.measure.adds_over_places:
            for place, subject, period in cells:
                members = [(one, subject, period) for one in self.members.get(place, ())]
                yield from _sum((place, subject, period), members, cells)
        if self.measure.adds_over_time:
            yield from self._sums_over_time(cells)

    def _sums_over_time(self, cells: Collection[Cell]) -> Iterator[Sum]:
        """Longer periods and the shorter ones that make them up, where all of these are there."""
        for place, subject, text in cells:
            period = self._periods[text]
            for shorter, longer in SUMMED_TO.items():
                if period.frequency in longer and shorter in self._lengths:
                    parts = tuple((place, subject, one.text) for one in period.parts(shorter))
                    if all(part in cells for part in parts):
                        yield Sum((place, subject, text), parts)

    @cached_property
    def _periods(self) -> Mapping[str, Period]:
        """The periods by their texts."""
        codes = np.union1d(self.rows["period"].to_numpy(), self.secret["period"].to_numpy())
        return {period.text: period for period in map(Period.from_code, codes.tolist())}

    @cached_property
    def _lengths(self) -> frozenset[Frequency]:
        return frozenset(period.frequency for period in self._periods.values())

    @cached_property
    def _hierarchy(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Categories that are sums of others, each with its parts.

        They are found where nothing is confidential. A total by its name is the sum of all that
        does not overlap, and of what is confidential wherever it stands.
        """
        keys = set(zip(self.secret["place"], self.secret["period"], strict=True))
        is_open = np.array(
            [key not in keys for key in zip(self.rows["place"], self.rows["period"], strict=True)]
        )
        rows = self.rows[is_open] if is_open.any() else self.rows
        metric = str(self.secret["metric"].iloc[0])
        known = set(rows["subject"].unique())
        found = composition(
            *(rows[column].tolist() for column in ("place", "period", "subject", "value")),
            metric=metric,
            parents=self.rules.parents_among(known),
            members=self.rules.members,
        )
        sums = [(one.subject, one.parts) for one in found.aggregates if not one.is_open]
        sums += [(one.subject, one.parts) for one in found.conflicts if one.misfits]
        subjects = dict.fromkeys((*self.rows["subject"].tolist(), *self.secret["subject"].tolist()))
        everything = (*found.summands, *(one for one in subjects if one not in known))
        parts = tuple(one for one in everything if not is_total(one, metric))
        proven = {subject for subject, _ in sums}
        sums += [(one, parts) for one in subjects if is_total(one, metric) and one not in proven]
        return tuple(sums)


def _cells(rows: pd.DataFrame) -> list[Cell]:
    """Place, category and period of each row."""
    periods = map(period_text, rows["period"].tolist())
    return list(zip(rows["place"].tolist(), rows["subject"].tolist(), periods, strict=True))


def _sum(total: Cell, parts: Sequence[Cell], cells: Collection[Cell]) -> Iterator[Sum]:
    """A sum of the parts that are there; none without the total or without parts."""
    there = tuple(part for part in parts if part in cells)
    if total in cells and there:
        yield Sum(total, there)
