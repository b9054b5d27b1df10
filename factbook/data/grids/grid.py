"""A table as it is in a file: headings, the wanted columns, and the row of each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.sources.formats import format_of_headings, is_value_heading
from factbook.data.sources.roles import Roles

HEADER_WITHIN = 30
"""Rows at the top of a file in which the header is searched."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it is in a file.

    Attributes:
        file: The file's name in messages and sources.
        headings: All headings of the file, trimmed.
        columns: Heading → cells of the wanted columns: categories for keys, texts (or numbers, if
            the file is typed) for values.
        first_row: Number of the first row below the header, counted from 1.
        others: Heading → unchanged cells of the other columns, if requested.
        has_semicolons: Whether the cells of a text file are separated by semicolons.
        sheet: Name of the worksheet; else empty.
        merged: Merged ranges of the worksheet, as Excel names them.
        percents: Heading → which cells Excel shows as percentages.
        comments: Heading → index of the row → what a comment on that cell says.
        format: Name of the format that its headings are in, of `factbook.data.sources.formats`;
            empty for a plain table.
        roles: What that format says of the columns.
        published: When its edition was made, as the file itself says outside of its table.
        title: What the file's format calls it: the label of a JSON-stat data set, the name in the
            header of SDMX-ML.
        numbers: Number of the row of each cell, if they do not follow on `first_row`: one row of a
            worksheet with several header rows becomes several of the grid.
    """

    file: str
    headings: tuple[str, ...]
    columns: dict[str, pd.Series]
    first_row: int
    others: Mapping[str, pd.Series] = field(default_factory=dict)
    has_semicolons: bool = False
    sheet: str = ""
    merged: tuple[str, ...] = ()
    percents: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    comments: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    format: str = ""
    roles: Roles | None = None
    numbers: NDArray[np.int32] | None = None
    published: str = ""
    title: str = ""

    @property
    def rows(self) -> NDArray[np.int32]:
        """Numbers of the rows below the header; of observations, where a file has no rows."""
        if self.numbers is not None:
            return self.numbers
        count = len(next(iter(self.columns.values()))) if self.columns else 0
        return np.arange(self.first_row, self.first_row + count, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The headings that a reader looks for.

    Attributes:
        keys: Headings of columns of labels, casefolded.
        is_value: Whether a heading's cells are numbers.
        has_others: Whether the cells of all other columns are kept too.
        format: Name of the format that the file is said to be in; empty to find out; None if its
            columns have no other roles than those of `keys`.
        header_rows: How many rows of a worksheet are its header; None to find out.
        exact: Headings as they are looked for. One that is written so is taken before others
            that differ in case, as the columns of codes and words of the OECD do.
    """

    keys: frozenset[str]
    is_value: Callable[[str], bool]
    has_others: bool = False
    format: str | None = None
    header_rows: int | None = None
    exact: frozenset[str] = frozenset()

    def for_headings(self, headings: Collection[str]) -> tuple[Wanted, str]:
        """What is wanted of a file with these headings, and the format that they are in."""
        if self.format is None:
            return self, ""
        found = self.format or format_of_headings(headings)
        is_value = self.is_value
        return replace(
            self, is_value=lambda text: is_value(text) or is_value_heading(text, found, headings)
        ), found

    def matches(self, headings: Collection[str]) -> int:
        """Number of the wanted headings."""
        return sum(h.casefold() in self.keys or self.is_value(h) for h in headings)


def heading(text: object) -> str:
    """A heading without surrounding and repeated blanks."""
    return " ".join(str(text).replace("\ufeff", "").split())


def note_header(top: int, shown: str, notes: Notes) -> None:
    """A warning if the header is not the first row; `top` is its index."""
    if top:
        notes.add(
            "warning",
            "header-row",
            f"the header is in row {top + 1}; {plural(top, 'row')} above it left out",
            file=shown,
        )


def positions(
    headings: list[str], wanted: Wanted, shown: str, notes: Notes
) -> dict[int, bool] | None:
    """Index of each wanted column → whether it holds values.

    None when a heading occurs twice, or is wanted for both labels and values.
    """
    found = {
        index: wanted.is_value(name)
        for index, name in enumerate(headings)
        if name.casefold() in wanted.keys or wanted.is_value(name)
    }
    written_so = {headings[at].casefold() for at in found if headings[at] in wanted.exact}
    found = {
        at: is_value
        for at, is_value in found.items()
        if headings[at] in wanted.exact or headings[at].casefold() not in written_so
    }
    counts = Counter(headings[index].casefold() for index in found)
    twice = [headings[index] for index in found if counts[headings[index].casefold()] > 1]
    if twice:
        notes.add(
            "error",
            "column-twice",
            f"more than one column is called {listing(repr(n) for n in dict.fromkeys(twice))}",
            file=shown,
            remedy="Rename or delete the wrong one",
        )
        return None
    both = [
        headings[at]
        for at, is_value in found.items()
        if is_value and headings[at].casefold() in wanted.keys
    ]
    if both:
        notes.add(
            "error",
            "column-for-two",
            f"column {listing(map(repr, both))} is used for both labels and values",
            file=shown,
            remedy="Set another one in [data.tables.NAME] columns",
        )
        return None
    return found
