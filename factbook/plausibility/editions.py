"""Figures against those of the last edition: revised by much, and gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from factbook.data.cleaning import listing, plural
from factbook.data.labels import name_key
from factbook.errors import Finding
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
    now = _present(figures, olds.values())
    gone = [old for key, old in olds.items() if key not in now]
    seen = figures.observations
    changed = []
    for key, old in olds.items():
        if key in now:
            new = float(seen.value[now[key]])
            percent = 100 * abs(new - old.value) / abs(old.value) if old.value else 0.0
            if percent > revised_percent:
                changed.append((percent, old, now[key]))
    changed.sort(key=lambda one: -one[0])
    if changed:
        yield _warning(
            figures,
            "revised",
            f"{plural(len(changed), 'figure')} of {figures.table.name} differ by more than "
            f"{revised_percent:g} % from the edition of compare_to",
            [
                f"{figures.name(at)}: {figures.value(at)} (before {number(old.value)})"
                for _, old, at in changed
            ],
            [int(seen.row[at]) for _, _, at in changed],
        )
    if gone:
        yield _warning(
            figures,
            "gone",
            f"{plural(len(gone), 'figure')} of {figures.table.name} in the edition of compare_to "
            f"{'is' if len(gone) == 1 else 'are'} not in the data any more",
            [_in_words(old) for old in gone],
            [],
        )


def _present(figures: Figures, olds: Iterable[Earlier]) -> dict[_Key, int]:
    """Key → position of the figures of today in the series of the earlier ones."""
    seen = figures.observations
    cells = {(c.subject, c.metric, c.unit, c.scenario): at for at, c in enumerate(seen.cells)}
    places = {
        name_key(figures.known[code].name if code in figures.known else code): at
        for at, code in enumerate(seen.places)
    }
    found: dict[_Key, int] = {}
    for place, *labels in dict.fromkeys(_key(one)[:-1] for one in olds):
        cell, number_of_place = cells.get(tuple(labels)), places.get(place)  # type: ignore[arg-type]
        if cell is not None and number_of_place is not None:
            for at in figures.between(cell, number_of_place):
                found[(place, *labels, figures.period(at))] = at  # type: ignore[index]
    return found


def _in_words(old: Earlier) -> str:
    parts = (old.place, old.subject, old.metric, old.scenario, old.period)
    return f"{', '.join(filter(None, parts))}: {number(old.value)} {old.unit}".rstrip()


def _warning(
    figures: Figures, code: str, said: str, examples: list[str], rows: list[int]
) -> Finding:
    more = len(examples) - MOST_EXAMPLES
    return Finding(
        severity="warning",
        code=f"data.{code}",
        message=f"{said}: {'; '.join(examples[:MOST_EXAMPLES])}"
        + (f"; and {more:,} more" if more > 0 else ""),
        file=listing(figures.table.files, 3),
        cells=tuple(f"row {row}" for row in sorted(rows[:200])),
        remedy=REMEDY,
    )
