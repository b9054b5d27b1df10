"""Observations gathered one by one into columns of codes, within what may be read."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.grids.text_grid import MOST_COLUMNS

Group = tuple[Mapping[str, str], Mapping[str, str]]
"""Which series a group has, by name and text, and what it says of them."""

_MOST_KINDS = 16  # sets of dimensions that groups leave out; publishers have one or two


class TooManyCellsError(Exception):
    """The observations have more cells than may be read; its message says how many."""


class Column:
    """A column of texts, each kept once, with a code for each row; -1 where it has none."""

    def __init__(self) -> None:
        self.codes = array("i")
        self.index: dict[str, int] = {}

    def put(self, row: int, text: str) -> None:
        """Set the text of a row that is not below an earlier one."""
        missing = row - len(self.codes)
        if missing > 0:
            self.codes.extend(array("i", [-1]) * missing)
        code = self.index.setdefault(text, len(self.index))
        if missing < 0:
            self.codes[row] = code
        else:
            self.codes.append(code)

    def padded(self, count: int) -> NDArray[np.int32]:
        """The codes of `count` rows."""
        codes = np.full(count, -1, dtype=np.int32)
        codes[: len(self.codes)] = self.codes
        return codes


class Observations:
    """Observations in series, as SDMX-ML has them: each with texts of its own and of its series.

    Args:
        most_cells: How many cells its columns may have in all.
    """

    def __init__(self, most_cells: int) -> None:
        self.count = 0
        self._most_cells = most_cells
        self._of_series = array("i")
        self._series = 0
        self._by_series: dict[str, Column] = {}
        self._by_row: dict[str, Column] = {}

    def begin(self, texts: Mapping[str, str]) -> None:
        """Begin a series with these texts by name."""
        for name, text in texts.items():
            self._column(self._by_series, name).put(self._series, text)
        self._series += 1

    def add(self, texts: Mapping[str, str]) -> None:
        """Add an observation to the series begun last."""
        for name, text in texts.items():
            column = self._by_row.get(name) or self._column(self._by_row, name)
            column.put(self.count, text)
        self._of_series.append(self._series - 1)
        self.count += 1
        if self.count % 10_000 == 0:
            self._check()

    def describe(self, groups: Sequence[Group]) -> None:
        """Give the series of groups further texts; what a series says itself stays.

        Args:
            groups: The key of each group (name → text; empty for all series), and what it says.

        Raises:
            ValueError: The groups have more than a few different sets of names as keys.
        """
        by_names: dict[tuple[str, ...], dict[tuple[int, ...], Mapping[str, str]]] = {}
        for key, texts in groups:
            columns = [self._by_series.get(name) for name in key]
            codes = tuple(
                c.index.get(t, -2) if c else -2 for c, t in zip(columns, key.values(), strict=True)
            )
            by_names.setdefault(tuple(key), {})[codes] = texts
        if len(by_names) > _MOST_KINDS:
            raise ValueError(f"its groups have {len(by_names):,} kinds of keys")
        for key_names, found in by_names.items():
            self._describe(key_names, found)

    def _describe(
        self, key_names: tuple[str, ...], found: Mapping[tuple[int, ...], Mapping[str, str]]
    ) -> None:
        keys = [self._by_series[n].padded(self._series) for n in key_names if n in self._by_series]
        if len(keys) < len(key_names):
            return
        of_series = list(zip(*(codes.tolist() for codes in keys), strict=True))
        groups = [found.get(key) for key in of_series] if keys else [found[()]] * self._series
        for name in dict.fromkeys(name for texts in found.values() for name in texts):
            column = self._column(self._by_series, name)
            codes = column.padded(self._series)
            for at in np.flatnonzero(codes < 0).tolist():
                text = (groups[at] or {}).get(name)
                if text is not None:
                    codes[at] = column.index.setdefault(text, len(column.index))
            column.codes = array("i", codes.tolist())

    def columns(self) -> dict[str, pd.Categorical]:
        """Name → labels of all observations; blank where there is none."""
        self._check()
        of_series = np.array(self._of_series, dtype=np.int32)
        found: dict[str, pd.Categorical] = {}
        for name in dict.fromkeys((*self._by_series, *self._by_row)):
            codes = np.full(self.count, -1, dtype=np.int32)
            index: dict[str, int] = {}
            if name in self._by_series:
                index = dict(self._by_series[name].index)
                codes = self._by_series[name].padded(self._series)[of_series]
            if name in self._by_row:
                own = self._by_row[name]
                to = [index.setdefault(text, len(index)) for text in own.index]
                rows = own.padded(self.count)
                codes = np.where(rows >= 0, np.array(to, dtype=np.int32)[rows], codes)
            if (codes < 0).any():
                codes = np.where(codes < 0, index.setdefault("", len(index)), codes)
            categories = pd.Index(list(index), dtype=object)
            found[name] = pd.Categorical.from_codes(codes, categories=categories)
        return found

    def _column(self, columns: dict[str, Column], name: str) -> Column:
        if name not in columns:
            columns[name] = Column()
            self._check()
        return columns[name]

    def _check(self) -> None:
        width = len(self._by_series.keys() | self._by_row.keys())
        if width > MOST_COLUMNS or width * max(self.count, self._series) > self._most_cells:
            raise TooManyCellsError(
                f"{self.count:,} observations or more with {width:,} texts each"
            )
