"""Prompt sheets: right ones of any shape, and what goes wrong with them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pandas as pd
import xlsxwriter
from hypothesis import strategies as st

from factbook.sheet.layout import LAYOUTS
from tests.fuzz.values import Cell, cells, misspelt, moments, numbers, texts

Grid = list[list[Cell]]
Sheets = dict[str, Grid]
"""Sheet name → rows, the header first."""

FORMULA = "=1/0 "
"""A cell with this text is written as a formula without a value."""

_COLUMNS = {layout.name: layout.columns for layout in LAYOUTS}
_IMAGES = ("ETM", "etm ")
_PROPERTIES = ("-", "", "Generation", "generation", "Emissions", "Generation, Emissions")
_CATEGORIES = ("-", "", "Wind", "wind, Solar", "Solar, Solar")
_PERIODS = ("Year", "", "year ", "Month")
_LEVELS = ("country", "Country", "EU", "eu")
_INPUTS = ("ETM", "", "Text only")
_WRONG = (
    "PLEXOS",
    "Renewables",
    "#N/A",
    "Demand",
    "Wnd",
    "Quarter",
    "Mars",
    "Wind; Solar",
    "1.1.1, 1.1.2",
)


@st.composite
def right_sheets(draw: st.DrawFn) -> Sheets:
    """A sheet whose rows belong together, with choices that mostly are to be had."""
    objectives: Grid = []
    tasks: Grid = []
    sub_tasks: Grid = []
    for one in range(1, draw(st.integers(1, 3)) + 1):
        objectives.append([str(one), "", draw(_title("Chapter")), draw(texts)])
        for two in range(1, draw(st.integers(1, 2)) + 1):
            task = f"{one}.{two}"
            tasks.append([task, str(one), draw(_title("Task")), ""])
            for three in range(1, draw(st.integers(1, 2)) + 1):
                sub_tasks.append(draw(_sub_task(f"{task}.{three}", task)))
    ids = [row[0] for row in sub_tasks]
    rows: Sheets = {
        "Read me": [[draw(texts), draw(texts)]],
        "Objectives": objectives,
        "Tasks": tasks,
        "Sub Tasks": sub_tasks,
        "Text Guidelines": [
            [name, "", draw(texts), draw(texts), draw(texts), draw(texts)]
            for name in draw(_some(ids))
        ],
        "Default Charts": [draw(_chart(name)) for name in draw(_some(ids))],
        "External Search": [draw(_search(name)) for name in draw(_some(ids, 1))],
        "Cross Reference": [
            [name, draw(st.one_of(st.sampled_from(ids), texts))] for name in draw(_some(ids, 1))
        ],
        "All Categories": [[name, "Renewables", ""] for name in ("Wind", "Solar")],
    }
    absent = draw(st.sets(st.sampled_from(("Read me", "Text Guidelines", "External Search"))))
    return {n: [list(_COLUMNS[n]), *body] for n, body in rows.items() if n not in absent}


def _title(word: str) -> st.SearchStrategy[str]:
    return st.one_of(st.just(word), texts.map(lambda text: f"{word} {text}"))


def _some(ids: list[str], most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(ids), max_size=most, unique=True)


@st.composite
def _sub_task(draw: st.DrawFn, name: str, task: str) -> list[Cell]:
    level = draw(st.sampled_from(_LEVELS))
    return [name, task, "", draw(_title("On")), draw(texts), draw(st.sampled_from(_INPUTS)), level]


def _chart(name: str) -> st.SearchStrategy[list[Cell]]:
    selection = (st.sampled_from(way) for way in (_PROPERTIES, _CATEGORIES, _PERIODS))
    return st.tuples(
        st.just(name), texts, st.sampled_from(_IMAGES), st.just("-"), *selection, texts
    ).map(list)


def _search(name: str) -> st.SearchStrategy[list[Cell]]:
    source = st.sampled_from(("Internet Search", "ETM", "LLM Call"))
    selection = (st.sampled_from(way) for way in (_PROPERTIES, _CATEGORIES, _PERIODS))
    level = st.sampled_from(_LEVELS)
    return st.tuples(
        st.just(name),
        st.just(name),
        texts,
        texts,
        texts,
        source,
        level,
        texts,
        st.just("-"),
        *selection,
    ).map(list)


@st.composite
def sheets(draw: st.DrawFn) -> Sheets:
    """A sheet with up to four faults."""
    made = draw(right_sheets())
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2, 4)))):
        name = draw(st.sampled_from(sorted(made)))
        draw(st.sampled_from(_FAULTS))(draw, made, name)
        if not made:
            break
    return made


def _rename_header(draw: st.DrawFn, made: Sheets, name: str) -> None:
    header = made[name][0] if made[name] else []
    if header:
        at = draw(st.integers(0, len(header) - 1))
        header[at] = draw(st.one_of(misspelt(str(header[at])), cells))


def _rename_sheet(draw: st.DrawFn, made: Sheets, name: str) -> None:
    new = draw(misspelt(name)).strip()[:31]
    if new and new.casefold() not in {other.casefold() for other in made}:
        made[new] = made.pop(name)


def _change_cell(draw: st.DrawFn, made: Sheets, name: str) -> None:
    rows = [row for row in made[name] if row]
    if rows:
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(
            st.one_of(cells, st.sampled_from((*_WRONG, FORMULA)))
        )


def _change_id(draw: st.DrawFn, made: Sheets, name: str) -> None:
    rows = [row for row in made[name][1:] if row]
    if rows:
        row = draw(st.sampled_from(rows))
        at = draw(st.integers(0, min(1, len(row) - 1)))
        others = [other[0] for other in rows if other]
        row[at] = draw(
            st.one_of(numbers, moments, st.booleans(), st.sampled_from(others), st.just("9.9.9"))
        )


def _ids_as_numbers(draw: st.DrawFn, made: Sheets, name: str) -> None:
    for row in made[name][1:]:
        for at in range(min(2, len(row))):
            try:
                row[at] = float(row[at])
            except (TypeError, ValueError):
                continue


def _repeat_row(draw: st.DrawFn, made: Sheets, name: str) -> None:
    if made[name]:
        row = draw(st.sampled_from(made[name]))
        made[name].insert(draw(st.integers(0, len(made[name]))), list(row))


def _delete_row(draw: st.DrawFn, made: Sheets, name: str) -> None:
    if made[name]:
        del made[name][draw(st.integers(0, len(made[name]) - 1))]


def _delete_column(draw: st.DrawFn, made: Sheets, name: str) -> None:
    at = draw(st.integers(0, 6))
    for row in made[name]:
        if at < len(row):
            del row[at]


def _delete_sheet(draw: st.DrawFn, made: Sheets, name: str) -> None:
    if len(made) > 1:
        del made[name]


def _insert_row(draw: st.DrawFn, made: Sheets, name: str) -> None:
    row = draw(st.lists(st.one_of(cells, st.none()), max_size=4))
    made[name].insert(draw(st.integers(0, len(made[name]))), row)


def _shift(draw: st.DrawFn, made: Sheets, name: str) -> None:
    for row in made[name]:
        row.insert(0, None)


def _add_sheet(draw: st.DrawFn, made: Sheets, name: str) -> None:
    new = draw(st.sampled_from(("my_notes", "Sheet1", "Objectives_old", "Task")))
    made[new] = draw(st.lists(st.lists(cells, max_size=3), max_size=3))


_FAULTS: tuple[Callable[[st.DrawFn, Sheets, str], None], ...] = (
    _rename_header,
    _rename_sheet,
    _change_cell,
    _change_cell,
    _change_id,
    _change_id,
    _ids_as_numbers,
    _repeat_row,
    _delete_row,
    _delete_column,
    _delete_sheet,
    _insert_row,
    _shift,
    _add_sheet,
)


def workbook(made: Sheets, merged: bool = False) -> bytes:
    """A workbook of these sheets.

    Args:
        made: The sheets.
        merged: Whether cells are merged below the first table.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(content, options) as book:
        # The same sheets are the same bytes, so that a damaged workbook is found again.
        book.set_properties({"created": datetime(2024, 1, 1)})
        moment = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in made.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for at, cell in enumerate(row):
                    _write(page, number, at, cell, moment)
            if merged:
                page.merge_range(len(rows), 0, len(rows) + 1, 1, "merged")
    return content.getvalue()


def _write(page: Any, number: int, at: int, cell: Cell, moment: Any) -> None:
    if cell == FORMULA:
        page.write_formula(number, at, "=1/0", None, "")
    elif isinstance(cell, bool):
        page.write_boolean(number, at, cell)
    elif isinstance(cell, int | float):
        page.write_number(number, at, cell)
    elif isinstance(cell, datetime):
        page.write_datetime(number, at, cell, moment)
    elif cell is not None:
        page.write_string(number, at, cell)


def frames(made: Sheets) -> dict[str, pd.DataFrame]:
    """The same sheets as frames, their first rows as column labels."""
    found = {}
    for name, rows in made.items():
        width = max((len(row) for row in rows), default=0)
        full = [[*row, *[None] * (width - len(row))] for row in rows]
        body = full[1:] if full else []
        found[name] = pd.DataFrame(body, columns=full[0] if full else None, dtype=object)
    return found
