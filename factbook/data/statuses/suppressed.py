"""Confidential figures that sums would give away, and what must not be shown beside them.

A confidential cell under a shown total, beside shown parts, can be computed: total less the other
parts. Statistics offices withhold further cells for it (*secondary* or *complementary suppression*;
Hundepool et al., "Statistical Disclosure Control", Wiley 2012, chapter 4). Here totals are withheld
first, as a report can do without a total sooner than without a figure.

Whether a cell can be computed is a question of linear algebra, answered exactly: all sums together
are equations in the cells that are not shown, and a cell is given away when they have one solution
for it. So "Thermal" = coal + gas beside "Total" = coal + gas + wind gives wind away, although three
cells are hidden. What is not answered: how narrowly a cell is bounded when its parts cannot be
negative, and what is known from elsewhere. A cell without data is no secret here: it counts as
known, which withholds rather more than less.

A figure derived from one that is withheld is withheld with it: of a hidden total, a shown part and
its share of 40 % are as good as the total.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

Cell = tuple[str, ...]
"""What identifies a figure: (place, category), or with further dimensions."""

Key = TypeVar("Key", Cell, int)


@dataclass(frozen=True, slots=True)
class Sum:
    """An equation that readers know: the total is the sum of its parts.

    Attributes:
        total: The sum.
        parts: Its summands.
    """

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The total, then the parts."""
        return (self.total, *self.parts)


@dataclass(slots=True)
class _Row:
    """A combination of equations: coefficients of hidden cells, and which equations it uses."""

    terms: dict[Cell, Fraction]
    uses: dict[int, Fraction]

    def subtract(self, other: _Row, times: Fraction) -> None:
        """Take another row away, so many times."""
        _subtract(self.terms, other.terms, times)
        _subtract(self.uses, other.uses, times)


def _subtract(mine: dict[Key, Fraction], others: Mapping[Key, Fraction], times: Fraction) -> None:
    for key, value in others.items():
        mine[key] = mine.get(key, Fraction(0)) - times * value
        if not mine[key]:
            del mine[key]


def sums_of_block(
    places: Sequence[str], categories: Sequence[str], *, region: str = "", total: str = ""
) -> tuple[Sum, ...]:
    """The sums of a block of places and categories.

    Args:
        places: The members of the region.
        categories: The parts of the total.
        region: The region whose figures are sums of the places'; empty if there are none.
        total: The category whose figures are sums of the categories'; empty if there are none.
    """
    rows = (*places, region) if region else places
    columns = (*categories, total) if total else categories
    of_rows = (
        Sum((place, total), tuple((place, category) for category in categories)) for place in rows
    )
    of_columns = (
        Sum((region, category), tuple((place, category) for place in places))
        for category in columns
    )
    return (*(of_rows if total else ()), *(of_columns if region else ()))


def computable(hidden: Iterable[Cell], sums: Sequence[Sum]) -> Mapping[Cell, tuple[int, ...]]:
    """The hidden cells that readers can compute from what is shown.

    Returns:
        Cell → indices of the sums that together give it away, in order.
    """
    solved: dict[Cell, _Row] = {}
    unknown = set(hidden)
    for index, one in enumerate(sums):
        row = _Row({}, {index: Fraction(1)})
        for cell, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
            if cell in unknown:
                row.terms[cell] = row.terms.get(cell, Fraction(0)) + sign
        row.terms = {cell: factor for cell, factor in row.terms.items() if factor}
        for cell in [cell for cell in row.terms if cell in solved]:
            row.subtract(solved[cell], row.terms[cell])
        if row.terms:
            _take(row, solved)
    return {
        cell: tuple(sorted(row.uses)) for cell, row in solved.items() if set(row.terms) == {cell}
    }


def _take(row: _Row, solved: dict[Cell, _Row]) -> None:
    """Solve a row for its first cell, and take that cell out of the other rows."""
    pivot, factor = next(iter(row.terms.items()))
    row.terms = {cell: value / factor for cell, value in row.terms.items()}
    row.uses = {index: value / factor for index, value in row.uses.items()}
    for other in solved.values():
        if pivot in other.terms:
            other.subtract(row, other.terms[pivot])
    solved[pivot] = row


def also_withheld(confidential: Collection[Cell], sums: Sequence[Sum]) -> tuple[Cell, ...]:
    """What must not be shown either, so that no confidential cell can be computed.

    For each cell that is given away, a shown total of the sums that do so is withheld: one that the
    cell is itself a part of if there is one, and of several the one with the fewest parts; where
    no total is left to withhold (two breakdowns of one hidden total), the first shown part. Then
    whatever turns out not to be needed is shown again, so that none of the cells can be left out.

    Time grows with the square of the number of sums that touch what is withheld; periods are
    independent of each other and best asked about one by one.

    Args:
        confidential: The cells that must stay unknown.
        sums: All sums that readers know, those of other tables included.

    Returns:
        The further cells, in order of the sums. Empty if nothing is given away. A cell that no
        shown figure takes part in giving away (the sums alone make it 0) is no secret.
    """
    secret = tuple(dict.fromkeys(confidential))
    further: dict[Cell, None] = {}
    while True:
        found = computable((*secret, *further), sums)
        hidden = {*secret, *further}
        chosen = dict.fromkeys(
            _to_withhold(cell, [sums[index] for index in found[cell]], hidden)
            for cell in secret
            if cell in found
        )
        chosen.pop(None, None)
        if not chosen:
            break
        further |= {cell: None for cell in chosen if cell is not None}
    for cell in tuple(further):
        fewer = {other: None for other in further if other != cell}
        if not _gives_away(secret, fewer, sums):
            further = fewer
    order = dict.fromkeys(cell for one in sums for cell in one.cells)
    return tuple(cell for cell in order if cell in further)


def _to_withhold(cell: Cell, sums: Sequence[Sum], hidden: Collection[Cell]) -> Cell | None:
    """The shown figure whose absence hides a cell that these sums give away; None if all are."""
    nearest = sorted(sums, key=lambda one: (cell not in one.parts, len(one.parts)))
    totals = (one.total for one in nearest)
    parts = (part for one in nearest for part in one.parts)
    return next((other for other in (*totals, *parts) if other not in hidden), None)


def _gives_away(secret: Sequence[Cell], further: Iterable[Cell], sums: Sequence[Sum]) -> bool:
    """Whether a confidential cell can be computed with the help of shown figures."""
    hidden = {*secret, *further}
    found = computable((*secret, *further), sums)
    return any(
        cell in found
        and _to_withhold(cell, [sums[index] for index in found[cell]], hidden) is not None
        for cell in secret
    )
