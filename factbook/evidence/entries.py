"""Entries of the sheet that select data: where they stand, for findings about them."""

from __future__ import annotations

from collections.abc import Iterable

from factbook.errors import Finding, Severity, nearest
from factbook.sheet.models import Chart, PromptSheet, Search, Selection

OTHER_PERIODS = "other-periods"
"""Code of the finding about what has values of months alone."""

_COLUMNS = {
    "no-table": "Data Source",
    "no-property": "property_list",
    "no-category": "category_list",
    "no-rows": "property_list",
    "no-scenario": "scenario_list",
    "no-periods": "Period_type",
    OTHER_PERIODS: "Period_type",
    "no-collection": "collection_name",
    "which-collection": "collection_name",
    "unused-collection": "collection_name",
}
"""Code of a finding about a selection → the column that it is about."""


class Entry:
    """Names the cell of the sheet in findings.

    Args:
        entry: The row.
        sheet: The prompt sheet.
        file: Its file as its user named it.
    """

    def __init__(self, entry: Selection, sheet: PromptSheet, file: str) -> None:
        self._entry = entry
        self._prompt_sheet = sheet
        self.file = file
        self.sheet = {Chart: "Default Charts", Search: "External Search"}.get(
            type(entry), "Sub Tasks"
        )
        self.sub_task_id = entry.sub_task_id

    def finding(
        self,
        code: str,
        message: str,
        known: Iterable[str],
        remedy: str = "",
        text: str = "",
        otherwise: str = "",
        severity: Severity = "error",
    ) -> Finding:
        """A finding about this row.

        Without a `remedy` it is the known name that is nearest to `text`, or else `otherwise`.
        """
        names = list(known)
        near = nearest(text, names) if text and not remedy else ""
        return Finding(
            severity=severity,
            code=f"sheet.{code}",
            message=f"sub-task {self.sub_task_id}: {message}",
            file=self.file,
            sheet=self.sheet,
            cells=self._cells(code),
            allowed="" if near else ", ".join(names[:20]) + (" …" if len(names) > 20 else ""),
            remedy=f"Did you mean '{near}'?" if near else remedy or otherwise,
        )

    def _cells(self, code: str) -> tuple[str, ...]:
        """The cell that is wrong; of what a sub-task takes by default it is its Input."""
        column = "Input" if self.sheet == "Sub Tasks" else _COLUMNS[code]
        return self._prompt_sheet.cells(self.sheet, column, [self._entry])
