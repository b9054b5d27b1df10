"""What a file's format says of its columns, used where project.toml says nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from factbook.config.project_config import TableSource
from factbook.data.categories.aggregate_names import is_total
from factbook.data.categories.breakdowns import Members
from factbook.data.grids.grid import Grid
from factbook.data.grids.typed_cells import as_texts
from factbook.data.labels import categorical, relabel
from factbook.names import tidy

_WORDED = ("COUNTRY", "SECTOR", "PROPERTY")


def with_proposals(
    columns: Mapping[str, str], source: TableSource, grid: Grid
) -> tuple[dict[str, str], TableSource]:
    """The columns to look for and the table's configuration, completed by the grid's roles.

    A column that ``[data.tables.NAME] columns`` names stays, and so does one whose own name is a
    heading of the file.

    Args:
        columns: Factbook's column name → heading to look for.
        source: The configuration.
        grid: The table.
    """
    completed = dict(columns)
    if grid.roles is None:
        return completed, source
    if grid.roles.periods_in_columns and not source.years_in_columns:
        source = source.model_copy(update={"years_in_columns": True})
        completed.pop("YEAR", None)
        completed.pop("VALUE", None)
    said = {column.upper() for column in source.columns}
    headings = {text.casefold() for text in grid.headings}
    taken = {completed[column].casefold() for column in said if column in completed}
    for column, heading in grid.roles.columns.items():
        is_free = column in completed and column not in said and heading.casefold() not in taken
        if is_free and completed[column].casefold() not in headings:
            completed[column] = heading
    return completed, source


def parts_with_rest(
    grid: Grid, found: Mapping[str, str], subjects: pd.Categorical
) -> dict[str, Members]:
    """Category → its member, where they are parts of the total by the format; else nothing.

    Args:
        grid: The table.
        found: Factbook's column name → heading, of the columns that are read.
        subjects: The category of each row.
    """
    roles = grid.roles
    if roles is None or not roles.has_rest or found.get("SECTOR") != roles.category:
        return {}
    return {name: ("" if is_total(name) else name,) for name in subjects.categories}


def worded(grid: Grid, column: str, heading: str) -> pd.Categorical:
    """The labels of a column, with a code list's words for codes.

    Units stay codes, by which they are known. So do codes of places that begin with two capital
    letters, as those of ISO 3166 and NUTS do; other codes of places are numbers of an office.

    Args:
        grid: The table.
        column: Factbook's name of the column.
        heading: Its heading.
    """
    labels = categorical(grid.columns[heading])
    roles = grid.roles
    if roles is None or column not in _WORDED or heading not in roles.labels:
        return relabel(labels, tidy)
    words = roles.words(heading)

    def word(code: str) -> str:
        is_place = column == "COUNTRY" and code[:2].isalpha() and code[:2].isupper()
        return tidy(code if is_place else words.get(code, code))

    return relabel(labels, word)


def _as_categorical(cells: pd.Series) -> pd.Categorical:
    """Cells of any type as labels; each distinct one is put into a text once."""
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    texts = categorical(as_texts(pd.Series(distinct)))
    return pd.Categorical.from_codes(texts.codes[codes], texts.categories)


def labelled(grid: Grid, heading: str) -> pd.Categorical:
    """The labels of any column, with its code list's words for codes.

    Args:
        grid: The table.
        heading: Its heading; of a column that is read or not.
    """
    cells = grid.columns.get(heading)
    labels = _as_categorical(grid.others[heading]) if cells is None else categorical(cells)
    words = {} if grid.roles is None else grid.roles.words(heading)
    return relabel(labels, lambda code: tidy(words.get(tidy(code), code)))
