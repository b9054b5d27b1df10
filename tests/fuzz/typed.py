"""Tables as workbooks and Parquet: cells with types, and types that no cell should have."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from tests.fuzz.sheets import FORMULA, Sheets, workbook
from tests.fuzz.tables import Row, damaged, files
from tests.fuzz.values import Cell, cells, rarely, seldom, texts

SHEET = "Figures"
SHEET_NAMES = (SHEET, "figures ", " FIGURES", "Figure", "Notes", "", "x" * 40)
"""What a configuration may call the sheet."""


@st.composite
def any_file(draw: st.DrawFn, made: list[Row]) -> tuple[str, bytes]:
    """A table as a file of any kind: its suffix and its bytes."""
    suffix = draw(st.sampled_from((".csv", ".csv", ".xlsx", ".parquet")))
    return suffix, draw({".csv": files, ".xlsx": books, ".parquet": parquet}[suffix](made))


# Workbooks


@st.composite
def books(draw: st.DrawFn, made: list[Row]) -> bytes:
    """A table as a sheet of a workbook: numbers as numbers, other cells above or beside it."""
    grid: list[list[Cell]] = [[_number_or_text(cell) for cell in row] for row in made]
    for _ in range(draw(st.sampled_from((0, 1, 2))) if draw(seldom) else 0):
        rows = [row for row in grid if row]
        if rows:
            row = draw(st.sampled_from(rows))
            new = draw(st.one_of(cells, st.just(FORMULA)))
            row[draw(st.integers(0, len(row) - 1))] = new
    for _ in range(draw(st.sampled_from((1, 3))) if draw(seldom) else 0):
        grid.insert(0, draw(st.lists(st.one_of(cells, st.none()), max_size=2)))
    if draw(rarely):
        grid = [[None, *row] for row in grid]
    sheets: Sheets = {SHEET: grid}
    if draw(st.booleans()):
        notes: Sheets = {"Notes": [["Nothing"]]}
        sheets = {**notes, **sheets} if draw(rarely) else {**sheets, **notes}
    content = workbook(sheets, merged=draw(rarely))
    return draw(damaged(content)) if draw(rarely) else content


def _number_or_text(cell: str) -> Cell:
    try:
        return float(cell)
    except ValueError:
        return cell


# Parquet


@st.composite
def parquet(draw: st.DrawFn, made: list[Row]) -> bytes:
    """A table as Parquet: texts or numbers, with columns of other types and names given twice."""
    header, body = (made[0], made[1:]) if made else ([], [])
    names = [str(name) for name in header]
    columns = [
        _typed([row[at] if at < len(row) else None for row in body]) for at in range(len(names))
    ]
    for _ in range(draw(st.sampled_from((0, 1, 2))) if draw(st.booleans()) else 0):
        draw(st.sampled_from(_CHANGES))(draw, names, columns, len(body))
    content = io.BytesIO()
    table = pa.Table.from_arrays(columns, names=names)
    if draw(rarely):
        table = table.replace_schema_metadata(draw(_metadata))
    pq.write_table(table, content)
    found = content.getvalue()
    return draw(damaged(found)) if draw(rarely) else found


_metadata = st.sampled_from(
    (
        {"pandas": "{}"},
        {"pandas": "no JSON"},
        {"pandas": '{"index_columns": ["VALUE"], "columns": [], "column_indexes": []}'},
        {"other": "x"},
    )
)


def _typed(texts_of_column: list[str | None]) -> pa.Array:
    """Numbers, when every cell is one or blank; else texts."""
    try:
        return pa.array([float(text) if text else None for text in texts_of_column], pa.float64())
    except ValueError:
        return pa.array(texts_of_column, pa.string())


_whole = st.integers(-(2**31), 2**31 - 1)
_columns: st.SearchStrategy[tuple[pa.DataType, st.SearchStrategy[Any]]] = st.sampled_from(
    (
        (pa.bool_(), st.booleans()),
        (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
        (pa.uint64(), st.integers(0, 2**64 - 1)),
        (pa.int32(), st.sampled_from((2015, 2020, 2021, 0, -1))),
        (pa.float64(), st.floats()),
        (pa.float32(), st.floats(width=32)),
        (pa.decimal128(38, 3), st.decimals(-1000, 1000, places=3)),
        (pa.string(), texts),
        (pa.large_string(), texts),
        (pa.dictionary(pa.int8(), pa.string()), st.sampled_from(("Austria", "Wind", "2020", ""))),
        (pa.binary(), st.binary(max_size=4)),
        (pa.date32(), st.dates()),
        (pa.timestamp("us"), st.datetimes()),
        (pa.timestamp("ns", "UTC"), st.datetimes(datetime.datetime(1990, 1, 1))),
        (pa.time64("us"), st.times()),
        (pa.duration("s"), st.integers(0, 10).map(lambda n: datetime.timedelta(seconds=n))),
        (pa.list_(pa.int32()), st.lists(_whole, max_size=2)),
        (pa.struct([("a", pa.int32())]), st.fixed_dictionaries({"a": _whole})),
        (pa.map_(pa.string(), pa.int32()), st.lists(st.tuples(st.just("a"), _whole), max_size=1)),
        (pa.null(), st.none()),
    )
)


@st.composite
def _column(draw: st.DrawFn, count: int) -> pa.Array:
    kind, allowed = draw(_columns)
    made = draw(st.lists(st.one_of(allowed, allowed, st.none()), min_size=count, max_size=count))
    try:
        return pa.array(made, kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OverflowError):
        return pa.nulls(count)


def _retype(draw: st.DrawFn, names: list[str], columns: list[pa.Array], count: int) -> None:
    if columns:
        columns[draw(st.integers(0, len(columns) - 1))] = draw(_column(count))


def _add(draw: st.DrawFn, names: list[str], columns: list[pa.Array], count: int) -> None:
    names.append(draw(st.one_of(st.sampled_from((*names, "__index_level_0__", "2020")), texts)))
    columns.append(draw(_column(count)))


def _cast(draw: st.DrawFn, names: list[str], columns: list[pa.Array], count: int) -> None:
    """Numbers as decimals, whole numbers or texts, where they can be."""
    if columns:
        at = draw(st.integers(0, len(columns) - 1))
        to = draw(st.sampled_from((pa.int64(), pa.string(), pa.decimal128(30, 6), pa.float32())))
        try:
            columns[at] = columns[at].cast(to)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return


_CHANGES: tuple[Callable[[st.DrawFn, list[str], list[pa.Array], int], None], ...] = (
    _retype,
    _retype,
    _add,
    _cast,
)
