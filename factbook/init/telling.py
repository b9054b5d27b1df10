"""Columns that tell the figures of one place and period apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.labels import group_ids
from factbook.init import words
from factbook.init.columns import Column

_MOST_ROWS = 200_000
"""Rows that are looked at; those of a larger table are taken evenly."""

_MOST_MEMBERS = 2_000
"""Different labels above which a column holds remarks, not members."""


def telling_columns(
    keys: Sequence[Column],
    others: Mapping[str, Column],
    rows: NDArray[np.bool_],
) -> Iterator[str]:
    """Headings of the columns without which two rows would stand for one figure.

    Columns that go together (a code and its name) count once, the one with words. One whose
    heading says that it names measures is told even if the units tell its figures apart.

    Args:
        keys: Columns of place, period and unit.
        others: Heading → column that may tell figures apart.
        rows: Rows with a figure.
    """
    at = np.flatnonzero(rows)
    at = at[:: max(len(at) // _MOST_ROWS, 1)]
    labels = {
        text: column for text, column in others.items() if len(column.labels) <= _MOST_MEMBERS
    }
    frame = pd.DataFrame({text: pd.Series(c.cells)[at] for text, c in labels.items()})
    chosen = [column.cells[at] for column in keys]
    found: list[str] = []
    measures = [text for text in labels if words.is_one_of(text, words.MEASURES)]
    if measures:
        found.append(max(measures, key=lambda text: _worth(labels[text])))
    distinct = _distinct(chosen, frame, found, len(at))
    while distinct < len(at):
        counts = {
            t: _distinct(chosen, frame, [*found, t], len(at)) for t in labels if t not in found
        }
        best = max(counts, key=lambda text: (counts[text], *_worth(labels[text])), default="")
        if not best or counts[best] == distinct:
            break
        found.append(best)
        distinct = counts[best]
    for text in list(found):
        rest = [other for other in found if other != text]
        if text not in measures and _distinct(chosen, frame, rest, len(at)) == distinct:
            found = rest
    yield from sorted(found, key=list(labels).index)


def _worth(column: Column) -> tuple[bool, float]:
    """How well readers understand a column: words before codes."""
    letters = sum(len(label) for label in column.labels[:50]) / max(len(column.labels[:50]), 1)
    is_code = words.has_word_of(column.heading, ("code", "id", "codes"))
    return not is_code, letters


def _distinct(
    keys: Sequence[pd.Categorical], frame: pd.DataFrame, found: Sequence[str], count: int
) -> int:
    """How many different combinations there are in the rows."""
    table = {f"key {at}": cells for at, cells in enumerate(keys)}
    table |= {f"column {text}": frame[text].array for text in found}
    if not table:
        return min(count, 1)
    return len(np.unique(group_ids(pd.DataFrame(table), list(table))))
