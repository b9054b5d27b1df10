"""Linting: contradictions between the rows of a prompt sheet, and with the project.

An error would give a wrong or missing figure, text or id; a warning is about something that the
report leaves out by the sheet's own rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from factbook.data.cleaning import listing
from factbook.errors import Finding, Severity, nearest
from factbook.names import name_key
from factbook.sheet.models import PromptSheet, Row, Search, Selection, SubTask
from factbook.sheet.parents import empty_parents, orphans, without_rows
from factbook.sheet.unused import TEXT_SOURCES, unused

TEXT_ONLY = "Text only"
DATA_SOURCES = ("ETM", "PLEXOS")
RESERVED_ID = "conclusion"
"""Id of the chapter and sections that conclude the report."""


def lint(
    sheet: PromptSheet,
    *,
    file: str,
    region_names: Collection[str],
    table_names: Collection[str],
    other_regions: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Findings about references to nothing, contradictions, and rows without effect.

    Args:
        sheet: The prompt sheet.
        file: The file as its user named it.
        region_names: Names of the main region; case is ignored.
        table_names: Tables of the project, including ETM and PLEXOS if it has them.
        other_regions: Names of the other regions: a sub-task may be about one, and a search of a
            sub-task about places looks at the main one.
    """
    names = tuple(region_names), tuple(other_regions)
    linter = _Linter(sheet, file, *names, tuple(table_names))
    return tuple(
        chain(
            linter.reserved_ids(),
            without_rows(sheet, file=file),
            orphans(sheet, file=file),
            empty_parents(sheet, file=file),
            linter.duplicate_guidelines(),
            linter.levels(),
            linter.sources(),
            linter.selections(),
            linter.lost_references(),
            unused(sheet, file=file),
        )
    )


class _Linter:
    """One prompt sheet with its allowed names."""

    def __init__(
        self,
        sheet: PromptSheet,
        file: str,
        region_names: tuple[str, ...],
        other_regions: tuple[str, ...],
        table_names: tuple[str, ...],
    ) -> None:
        self._sheet = sheet
        self._file = file
        self._levels = ("country", *region_names)
        self._levels_of_sub_tasks = (*self._levels, *other_regions)
        self._tables = tuple(dict.fromkeys(table_names))
        self._data = {*DATA_SOURCES, *table_names}
        self._sub_tasks = {s.id: s for s in sheet.sub_tasks if s.id}

    def reserved_ids(self) -> Iterator[Finding]:
        """Objectives and sub-tasks with the id of the report's conclusion.

        The sheet's own conclusion may have it, as long as it has no tasks.
        """
        sheet = self._sheet
        parents = {task.objective_id for task in sheet.tasks}
        objectives = [o for o in sheet.objectives if not o.is_conclusion or o.id in parents]
        for sheet_name, kind, rows in (
            ("Objectives", "objective", [(o, o.id) for o in objectives]),
            ("Sub Tasks", "sub-task", [(s, s.id) for s in sheet.sub_tasks]),
        ):
            for row, own_id in rows:
                if own_id.casefold() == RESERVED_ID:
                    yield self._finding(
                        "error",
                        "reserved-id",
                        f"{kind} '{own_id}' has the id of the report's conclusion",
                        sheet_name,
                        "ID",
                        [row],
                        remedy="Give it another id",
                    )

    def duplicate_guidelines(self) -> Iterator[Finding]:
        """Sub-tasks with more than one guideline: only one could be followed."""
        rows: dict[str, list[Row]] = {}
        for guideline in self._sheet.guidelines:
            rows.setdefault(guideline.id, []).append(guideline)
        for sub_task_id, found in rows.items():
            if sub_task_id and len(found) > 1:
                yield self._finding(
                    "error",
                    "duplicate-guideline",
                    f"sub-task '{sub_task_id}' has {len(found)} guidelines",
                    "Text Guidelines",
                    "ID",
                    found,
                    allowed="one for each sub-task",
                    remedy="Merge them into one row",
                )

    def levels(self) -> Iterator[Finding]:
        """Levels that are neither ``country`` nor a region."""
        sub_tasks = [(s, s.geographic_level) for s in self._sheet.sub_tasks]
        searches = [(s, s.level) for s in self._sheet.searches]
        for column, sheet_name, rows, allowed in (
            ("Geographic Level", "Sub Tasks", sub_tasks, self._levels_of_sub_tasks),
            ("Level", "External Search", searches, self._levels),
        ):
            known = {name_key(level) for level in allowed}
            wrong = [(row, text) for row, text in rows if text and name_key(text) not in known]
            yield from self._unknown_values(column, sheet_name, wrong, allowed)

    def sources(self) -> Iterator[Finding]:
        """Inputs, images and data sources that are not a table or one of the fixed words."""
        sheet = self._sheet
        images = (*self._tables, *(["plexos_chart"] if "PLEXOS" in self._tables else []))
        charts = [c for c in sheet.charts if not self._is_without_effect(c)]
        searches = [s for s in sheet.searches if not self._is_without_effect(s)]
        for column, sheet_name, rows, allowed in (
            (
                "Input",
                "Sub Tasks",
                [(s, s.input) for s in sheet.sub_tasks],
                (*self._tables, TEXT_ONLY),
            ),
            ("Image", "Default Charts", [(c, c.source) for c in charts], images),
            (
                "Data Source",
                "External Search",
                [(s, s.source) for s in searches],
                (*self._tables, *TEXT_SOURCES),
            ),
        ):
            wrong = [(row, text) for row, text in rows if text and text not in allowed]
            yield from self._unknown_values(column, sheet_name, wrong, allowed)

    def selections(self) -> Iterator[Finding]:
        """Charts and data searches that the sub-task's `Input` leaves out, or contradicts."""
        groups: dict[tuple[str, str, str, str], list[Selection]] = {}
        for selection in (*self._sheet.charts, *self._sheet.searches):
            sub_task = self._sub_tasks.get(selection.sub_task_id)
            if sub_task and self._differs(selection, sub_task):
                sheet_name = (
                    "External Search" if isinstance(selection, Search) else "Default Charts"
                )
                key = (sheet_name, sub_task.id, selection.source, sub_task.input)
                groups.setdefault(key, []).append(selection)
        for key, rows in groups.items():
            yield self._differing(*key, rows)

    def lost_references(self) -> Iterator[Finding]:
        """References of the region's sub-tasks to sub-tasks of countries, which make no edge."""
        level = {own_id: s.geographic_level.casefold() for own_id, s in self._sub_tasks.items()}
        for row in self._sheet.cross_references:
            copy_of = row.copy_of.strip()
            if row.id not in level or copy_of not in level:
                continue
            if level[row.id] != "country" and level[copy_of] == "country":
                yield self._finding(
                    "warning",
                    "lost-reference",
                    f"sub-task '{row.id}' of the region refers to sub-task '{copy_of}' of "
                    "countries: that sub-task has no section for the region, and the "
                    "reference has no effect",
                    "Cross Reference",
                    "Copy",
                    [row],
                    remedy="Refer to a sub-task of the region, or delete the row",
                )

    def _differs(self, selection: Selection, sub_task: SubTask) -> bool:
        is_data = selection.source in self._data
        is_limit = sub_task.input in (*self._data, TEXT_ONLY)  # else reported as unknown
        return is_data and is_limit and selection.source != sub_task.input

    def _is_without_effect(self, selection: Selection) -> bool:
        """Whether the Input of its sub-task excludes it, so that its source need not exist."""
        sub_task = self._sub_tasks.get(selection.sub_task_id)
        if sub_task is None or not self._differs(selection, sub_task):
            return False
        return sub_task.input == TEXT_ONLY or not isinstance(selection, Search)

    def _differing(
        self, sheet_name: str, sub_task_id: str, source: str, limit: str, rows: Sequence[Row]
    ) -> Finding:
        is_search = sheet_name == "External Search"
        kind, column = ("search", "Data Source") if is_search else ("chart", "Image")
        effect = "its rows are used anyway" if is_search else "it is ignored"
        code = "other-source"
        if limit == TEXT_ONLY:
            code, effect = "no-data-wanted", "it has no effect"
        return self._finding(
            "warning",
            code,
            f"the {kind} of sub-task '{sub_task_id}' uses {source}, "
            f"but the sub-task's Input is {limit}: {effect}",
            sheet_name,
            column,
            rows,
            allowed="" if limit == TEXT_ONLY else limit,
            remedy=f"Change {column}, or the Input of sub-task '{sub_task_id}', or delete the row",
        )

    def _unknown_values(
        self,
        column: str,
        sheet_name: str,
        wrong: Iterable[tuple[Row, str]],
        allowed: Sequence[str],
    ) -> Iterator[Finding]:
        """One finding for each value that is not allowed in a column."""
        rows: dict[str, list[Row]] = {}
        for row, text in wrong:
            rows.setdefault(text, []).append(row)
        some = listing(dict.fromkeys(allowed))
        for text, found in rows.items():
            alike = nearest(text, allowed)
            remedy = f"Write '{alike}' if that is meant" if alike else "Write one of these"
            message = f"{column} is '{text}'"
            if text in DATA_SOURCES:
                message += ", which the project does not have"
                remedy = f"Set {text.lower()} under [data] in project.toml, or write one of these"
            yield self._finding(
                "error",
                "unknown-value",
                message,
                sheet_name,
                column,
                found,
                allowed=some,
                remedy=remedy,
            )

    def _finding(
        self,
        severity: Severity,
        code: str,
        message: str,
        sheet_name: str,
        column: str,
        rows: Iterable[Row],
        *,
        allowed: str = "",
        remedy: str = "",
    ) -> Finding:
        """A finding about a column of some rows, or about whole rows if `column` is empty."""
        return Finding(
            severity=severity,
            code=f"sheet.{code}",
            message=message,
            file=self._file,
            sheet=sheet_name,
            cells=self._sheet.cells(sheet_name, column, rows),
            allowed=allowed,
            remedy=remedy,
        )
