"""Typed cells of workbooks and Parquet files as texts, as a person would have typed them."""

from __future__ import annotations

import datetime

import pandas as pd

from factbook.xlsx.cells import CellError


def as_text(cell: object) -> str:
    """A typed cell as a text: whole numbers without a point, dates and times in ISO 8601."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, CellError):
        return cell.found
    if isinstance(cell, datetime.datetime):
        is_day = cell.time() == datetime.time()
        return cell.date().isoformat() if is_day else cell.isoformat()
    return str(cell)


def as_texts(cells: pd.Series) -> pd.Series:
    """A column of typed cells as texts; missing ones are empty."""
    texts = [
        "" if is_missing else as_text(cell)
        for cell, is_missing in zip(cells.tolist(), cells.isna(), strict=True)
    ]
    return pd.Series(texts, dtype=object)
