"""Figures against those of the last edition: revised by much, and gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from factbook.data.cleaning import CELLS_NAMED, listing, plural
from factbook.data.series import Point
from factbook.data.table import TOTAL
from factbook.errors import Finding
from factbook.names import name_key
from factbook.plausibility.figures import Figures, number
from factbook.plausibility.suspicion import MOST_EXAMPLES, REMEDY


class Earlier(NamedTuple):
    """A figure of an earlier edition, as it stood in the data.

    Attributes:
        table: Name of its table.
        place: Name of its place.
        subject, metric, unit, scenario, period: As in the data.
        value: The figure.
    """

    table: str
    place: str
    subject: str
    metric: str
    unit: str
    scenario: str
    period: str
    value: float


_Key = tuple[str, str, str, str, str, str]
_Labels = tuple[str, str, str, str]
"""Code of a place, metric, subject, unit."""


def editions(
    tables: Mapping[str, Figures], earlier: Iterable[Earlier], revised_percent: float
) -> Iterator[Finding]:
    """Warnings about what an earlier edition had otherwise: at most two for each table.

    Figures of a measure, a place or a category that a table has no more are gone; where the table
    itself is no more, nothing is said of it.

    Args:
        tables: Name → its figures.
        earlier: The figures of the earlier edition.
        revised_percent: Difference from which on a figure is revised by much.
    """
    by_table: dict[str, dict[_Key, Earlier]] = defaultdict(dict)
    for one in earlier:
        by_table[one.table][_key(one)] = one
    for name, olds in by_table.items():
        if name in tables:
            yield from _of_table(tables[name], olds, revised_percent)


def _key(one: Earlier) -> _Key:
    return name_key(one.place), one.subject, one.metric, one.unit, one.scenario, one.period


def _of_table(
    figures: Figures, olds: Mapping[_Key, Earlier], revised_percent: float
) -> Iterator[Finding]:
    present = _Present(figures)
    gone: list[Earlier] = []
    changed: list[tuple[float, Earlier, Point]] = []
    for old in olds.values():
        points = present.points(old)
        if not points:
            gone.append(old)
        elif old.value:
            now = min(points, key=lambda point: abs(point.value - old.value))
            percent = 100 * abs(now.value - old.value) / abs(old.value)
            if percent > revised_percent:
                changed.append((percent, old, now))
    changed.sort(key=lambda one: -one[0])
    name = figures.table.name
    if changed:
        verb = "differs" if len(changed) == 1 else "differ"
        yield _warning(
            figures,
            "revised",
            f"{plural(len(changed), 'figure')} of {name} {verb} by more than {revised_percent:g} % "
            "from the edition of compare_to",
            [
                f"{_in_words(old, now.value)} (before {number(old.value)})"
                for _, old, now in changed
            ],
            [point for *_, point in changed],
        )
    if gone:
        verb = "is" if len(gone) == 1 else "are"
        yield _warning(
            figures,
            "gone",
            f"{plural(len(gone), 'figure')} of {name} in the edition of compare_to {verb} not in "
            "the data any more",
            [_in_words(old, old.value) for old in gone],
            [],
        )


class _Present:
    """The figures of today, by the names that evidence gives them."""

    def __init__(self, figures: Figures) -> None:
        seen = figures.observations
        self._table = figures.table
        self._codes = {
            name_key(figures.known[code].name if code in figures.known else code): code
            for code in seen.places
        }
        self._kept: dict[tuple[_Labels, str], tuple[Mapping[str, Point], ...]] = {}
        self._subjects = {(cell.metric, cell.subject) for cell in seen.cells}

    def _series(self, labels: _Labels, scenario: str) -> tuple[Mapping[str, Point], ...]:
        """Period → point, of each collection that has such a series, in periods of each length."""
        _, metric, _, unit = labels
        if (labels, scenario) not in self._kept:
            found = (
                self._table.series(*labels, collection, frequency, scenario)
                for collection in self._table.collections(metric)
                for frequency in self._table.lengths(metric, unit, collection)
            )
            points = tuple(series.points for series in found if series is not None)
            self._kept[labels, scenario] = points
        return self._kept[labels, scenario]

    def points(self, old: Earlier) -> list[Point]:
        """What an earlier figure may be now: evidence does not say of which collection it was."""
        code = self._codes.get(name_key(old.place))
        if code is None:
            return []
        is_total = (old.metric, old.subject) not in self._subjects
        subject = TOTAL if is_total else old.subject
        every = self._series((code, old.metric, subject, old.unit), old.scenario)
        return [points[old.period] for points in every if old.period in points]


def _in_words(old: Earlier, value: float) -> str:
    parts = (old.place, old.subject, old.metric, old.scenario, old.period)
    return f"{', '.join(filter(None, parts))}: {number(value)} {old.unit}".rstrip()


def _warning(
    figures: Figures, code: str, said: str, examples: list[str], points: list[Point]
) -> Finding:
    """A finding with the rows of the first file that some of the figures are in."""
    more = len(examples) - MOST_EXAMPLES
    sources = [one for point in points for one in point.sources]
    file = sources[0].file if sources else listing(figures.table.files, 3)
    rows = sorted({row for one in sources if one.file == file for row in one.rows})
    return Finding(
        severity="warning",
        code=f"data.{code}",
        message=f"{said}: {'; '.join(examples[:MOST_EXAMPLES])}"
        + (f"; and {more:,} more" if more > 0 else ""),
        file=file,
        cells=tuple(f"row {row}" for row in rows[:CELLS_NAMED]),
        remedy=REMEDY,
    )
