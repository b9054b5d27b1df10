"""Columns of a table as they look: numbers, periods or labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.grids.grid import Grid
from factbook.data.grids.typed_cells import as_texts
from factbook.data.grids.values import parse_values
from factbook.data.labels import categorical, relabel
from factbook.data.periods.period_columns import parse_periods
from factbook.data.periods.period_headings import period_headings
from factbook.data.statuses.flag_texts import split_flags
from factbook.names import tidy

MOST_LABELS = 400
"""Different texts of a column that are looked at."""

_MOSTLY = 0.8
"""Share of a column's texts that must be numbers, or periods."""

_FIRST_YEAR, _LAST_YEAR = 1500, 2200
"""Years of statistics and scenarios; other whole numbers of four digits are figures."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        heading: Its heading.
        cells: Its cells as labels.
        labels: Its different texts without blanks, in the order of the file.
        numbers: Share of them that are numbers or gaps with a mark, 0 to 1.
        periods: Share of them that are periods.
    """

    heading: str
    cells: pd.Categorical
    labels: tuple[str, ...]
    numbers: float
    periods: float

    @property
    def is_numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.numbers >= _MOSTLY

    @property
    def is_period(self) -> bool:
        """Whether its cells are periods."""
        return self.periods >= _MOSTLY

    @property
    def has_blanks(self) -> bool:
        """Whether some of its cells are blank."""
        is_blank = np.array([*(not text for text in self.cells.categories), True])
        return bool(is_blank[self.cells.codes].any())

    @property
    def has_several(self) -> bool:
        """Whether its cells differ."""
        return len(self.labels) > 1


def columns_of(grid: Grid) -> Mapping[str, Column]:
    """Heading → column, of all columns with a heading that occurs once."""
    cells = {**grid.others, **grid.columns}
    return {text: _column(text, cells[text]) for text in grid.headings if text in cells}


def period_columns(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Headings that are periods above figures, in the order of the file; at least two."""
    codes = period_headings(list(columns))
    found = tuple(text for text in codes if columns[text].is_numeric or not columns[text].labels)
    return found if len(found) > 1 else ()


def has_value(columns: Mapping[str, Column], values: Iterator[str]) -> NDArray[np.bool_]:
    """Which rows have a number below one of some headings."""
    found: NDArray[np.bool_] | None = None
    for text in values:
        cells = columns[text].cells
        is_number = np.array([*map(_is_number, cells.categories), False])
        here: NDArray[np.bool_] = is_number[cells.codes]
        found = here if found is None else found | here
    return np.zeros(0, dtype=bool) if found is None else found


def go_together(one: Column, other: Column) -> bool:
    """Whether each label of a column stands beside one label of another: a code and its name."""
    pairs = len(np.unique(np.stack((one.cells.codes, other.cells.codes)), axis=1).T)
    return pairs == len(one.labels) + one.has_blanks == len(other.labels) + other.has_blanks


def labels_at(column: Column, rows: NDArray[np.bool_]) -> tuple[str, ...]:
    """The different texts of a column in some rows, without blanks, in the order of the file."""
    codes = column.cells.codes[rows]
    order = pd.unique(codes[codes >= 0]).tolist()
    texts = column.cells.categories
    return tuple(text for code in order if (text := str(texts[code])))


def _column(text: str, cells: pd.Series) -> Column:
    is_labelled = isinstance(cells.dtype, pd.CategoricalDtype)
    labels = relabel(categorical(cells if is_labelled else as_texts(cells)), tidy)
    order = pd.unique(labels.codes).tolist()
    texts = tuple(str(labels.categories[code]) for code in order if code >= 0)
    texts = tuple(label for label in texts if label)
    tried = texts[:: max(len(texts) // MOST_LABELS, 1)][:MOST_LABELS]
    return Column(text, labels, texts, _share_of_numbers(tried), _share_of_periods(tried))


def _share_of_numbers(texts: tuple[str, ...]) -> float:
    heads = [split_flags(text)[0] for text in texts]
    values = parse_values(pd.Series(heads, dtype=object))
    is_number = ~values.gaps & (~values.bad | values.ambiguous)
    filled = int((~values.gaps).sum())
    return float(is_number.sum()) / filled if filled else 0.0


def _share_of_periods(texts: tuple[str, ...]) -> float:
    if not texts:
        return 0.0
    codes = parse_periods([split_flags(text)[0] for text in texts]).codes
    is_year = [text.isdigit() and not _FIRST_YEAR <= int(text) <= _LAST_YEAR for text in texts
               if len(text) == 4] if any(codes) else []  # fmt: skip
    return 0.0 if any(is_year) else float((codes != 0).sum()) / len(texts)


def _is_number(text: str) -> bool:
    return any(letter.isdigit() for letter in text)
