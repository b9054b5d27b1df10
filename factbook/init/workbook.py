"""The draft's prompt sheet as a workbook to work in: filters, widths, lists to choose from."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from factbook.init.sheet import DraftSheet

_CREATED = datetime(2000, 1, 1)
"""The same tables give the same bytes."""

_HEADER = {"bold": True, "bg_color": "#DDE6F0", "border": 1, "valign": "top"}
_BODY = {"text_wrap": True, "valign": "top"}
_IDS = frozenset(("ID", "Aim ID", "Objective ID", "Task_section_id", "sub_task_id"))
_WIDTHS = {
    "Description": 60, "Context": 80, "Title": 44, "Project Name": 40, "Task Header": 34,
    "sub_task_header": 34, "property_list": 34, "category_name": 40,
}  # fmt: skip
_WIDTH, _WIDTH_OF_IDS, _WIDTH_OF_NOTES = 18, 12, 100
_MORE_ROWS = 300
"""Rows below the draft's that have the lists to choose from, too."""

_LONGEST_LIST = 255
"""Characters that Excel allows in a list to choose from, with commas."""


def workbook_bytes(sheet: DraftSheet, title: str) -> bytes:
    """The workbook; all cells are texts, as ids such as 1.10 must be.

    Args:
        sheet: Its sheets.
        title: Title in its properties.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": title[:200], "created": _CREATED})
    header, body = book.add_format(_HEADER), book.add_format(_BODY)
    ids = book.add_format({**_BODY, "num_format": "@"})
    for name, rows in sheet.rows.items():
        page = book.add_worksheet(name)
        is_note = "_" in name
        for column, heading in enumerate(rows[0]):
            width = _WIDTHS.get(heading, _WIDTH_OF_IDS if heading in _IDS else _WIDTH)
            width = _WIDTH_OF_NOTES if is_note and column else width
            style = ids if heading in _IDS else body
            page.set_column(column, column, width, style)
            for row, cells in enumerate(rows):
                if cells[column]:
                    page.write_string(row, column, cells[column], style if row else header)
            choice = list(sheet.choices.get(heading, ()))
            if choice and not is_note and len(",".join(choice)) <= _LONGEST_LIST:
                page.data_validation(
                    1, column, len(rows) + _MORE_ROWS, column,
                    {"validate": "list", "source": choice, "error_type": "warning"},
                )  # fmt: skip
        if not is_note:
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
    book.close()
    return buffer.getvalue()
