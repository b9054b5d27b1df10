"""Linting: what the rows of a prompt sheet say about each other, and about the project.

Errors are what would give a wrong or missing figure, text or id; warnings are what the report
would leave out by the sheet's own rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from factbook.errors import Finding, Severity, nearest
from factbook.sheet.models import PromptSheet, Row, Search, Selection, SubTask
from factbook.sheet.unused import TEXT_SOURCES, nearest_id, unused

TEXT_ONLY = "Text only"
DATA_SOURCES = ("ETM", "PLEXOS")
RESERVED_ID = "conclusion"
"""Id of the chapter and the sections that conclude the report."""

_SHOWN = 6
_COMPARED_IDS = 20  # finding the nearest of thousands of ids takes milliseconds each


def lint(
    sheet: PromptSheet,
    *,
    file: str,
    region_names: Collection[str],
    table_names: Collection[str],
) -> tuple[Finding, ...]:
    """Everything in a sheet that refers to nothing, contradicts another row, or gives nothing.

    Args:
        sheet: The prompt sheet.
        file: The file as its user named it.
        region_names: What the region is called; case is ignored.
        table_names: Tables that the project has besides ETM and PLEXOS; case matters.
    """
    linter = _Linter(sheet, file, tuple(region_names), tuple(table_names))
    return tuple(
        chain(
            linter.reserved_ids(),
            linter.orphans(),
            linter.empty_parents(),
            linter.duplicate_guidelines(),
            linter.levels(),
            linter.sources(),
            linter.selections(),
            linter.lost_references(),
            unused(sheet, file=file),
        )
    )


class _Linter:
    """One sheet with the names that are allowed in it."""

    def __init__(
        self,
        sheet: PromptSheet,
        file: str,
        region_names: tuple[str, ...],
        table_names: tuple[str, ...],
    ) -> None:
        self._sheet = sheet
        self._file = file
        self._levels = ("country", *region_names)
        self._tables = tuple(dict.fromkeys((*DATA_SOURCES, *table_names)))

    def reserved_ids(self) -> Iterator[Finding]:
        """Objectives and sub-tasks with the id of the report's conclusion.

        The sheet's own conclusion may have it, as long as it has no tasks of its own.
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
                        [row],
                        remedy="Give it another id",
                    )

    def orphans(self) -> Iterator[Finding]:
        """Rows whose parent does not exist: they would vanish from the report."""
        sheet = self._sheet
        aims = [aim.id for aim in sheet.aims]
        objectives = [objective.id for objective in sheet.objectives]
        tasks = [task.id for task in sheet.tasks]
        sub_tasks = [sub_task.id for sub_task in sheet.sub_tasks]
        yield from self._orphans(
            "Tasks",
            "task",
            "objective",
            objectives,
            [(t, t.id, t.objective_id) for t in sheet.tasks],
        )
        yield from self._orphans(
            "Sub Tasks", "sub-task", "task", tasks, [(s, s.id, s.task_id) for s in sheet.sub_tasks]
        )
        for name, kind, rows in (
            ("Text Guidelines", "guideline", [(g, "", g.id) for g in sheet.guidelines]),
            ("Default Charts", "chart", [(c, "", c.sub_task_id) for c in sheet.charts]),
            (
                "External Search",
                "search",
                [(s, s.unique_id, s.sub_task_id) for s in sheet.searches],
            ),
            ("Cross Reference", "cross reference", [(r, "", r.id) for r in sheet.cross_references]),
        ):
            yield from self._orphans(name, kind, "sub-task", sub_tasks, rows)
        if aims:
            aimed = [(o, o.id, o.aim_id) for o in sheet.objectives]
            yield from self._orphans("Objectives", "objective", "aim", aims, aimed, "warning")

    def empty_parents(self) -> Iterator[Finding]:
        """Objectives without tasks, tasks without sub-tasks."""
        sheet = self._sheet
        with_tasks = {task.objective_id for task in sheet.tasks}
        with_sub_tasks = {sub_task.task_id for sub_task in sheet.sub_tasks}
        for objective in sheet.objectives:
            if objective.id and objective.id not in with_tasks and not objective.is_conclusion:
                yield self._empty("Objectives", "objective", "tasks", objective, objective.id)
        for task in sheet.tasks:
            if task.id and task.id not in with_sub_tasks:
                yield self._empty("Tasks", "task", "sub-tasks", task, task.id)

    def duplicate_guidelines(self) -> Iterator[Finding]:
        """Sub-tasks with more than one guideline: only one of them could be followed."""
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
                    found,
                    allowed="one for each sub-task",
                    remedy="Put them into one row",
                )

    def levels(self) -> Iterator[Finding]:
        """Levels that are neither ``country`` nor the region."""
        sub_tasks = [(s, s.geographic_level) for s in self._sheet.sub_tasks]
        searches = [(s, s.level) for s in self._sheet.searches]
        known = {level.casefold() for level in self._levels}
        for column, sheet_name, rows in (
            ("Geographic Level", "Sub Tasks", sub_tasks),
            ("Level", "External Search", searches),
        ):
            wrong = [(row, text) for row, text in rows if text and text.casefold() not in known]
            yield from self._unknown_values(column, sheet_name, wrong, self._levels)

    def sources(self) -> Iterator[Finding]:
        """Inputs, images and data sources that are not a table or one of the fixed words."""
        sheet = self._sheet
        for column, sheet_name, rows, allowed in (
            (
                "Input",
                "Sub Tasks",
                [(s, s.input) for s in sheet.sub_tasks],
                (*self._tables, TEXT_ONLY),
            ),
            ("Image", "Default Charts", [(c, c.source) for c in sheet.charts], self._tables),
            (
                "Data Source",
                "External Search",
                [(s, s.source) for s in sheet.searches],
                (*self._tables, *TEXT_SOURCES),
            ),
        ):
            wrong = [(row, text) for row, text in rows if text and text not in allowed]
            yield from self._unknown_values(column, sheet_name, wrong, allowed)

    def selections(self) -> Iterator[Finding]:
        """Charts and data searches that the sub-task's `Input` leaves out, or contradicts."""
        sub_tasks = {sub_task.id: sub_task for sub_task in self._sheet.sub_tasks}
        groups: dict[tuple[str, str, str, str], list[Selection]] = {}
        for selection in (*self._sheet.charts, *self._sheet.searches):
            sub_task = sub_tasks.get(selection.sub_task_id)
            if sub_task and self._differs(selection, sub_task):
                sheet_name = (
                    "External Search" if isinstance(selection, Search) else "Default Charts"
                )
                key = (sheet_name, sub_task.id, selection.source, sub_task.input)
                groups.setdefault(key, []).append(selection)
        for key, rows in groups.items():
            yield self._differing(*key, rows)

    def lost_references(self) -> Iterator[Finding]:
        """References of the region's sub-tasks to countries' sub-tasks, which make no edge."""
        level = {s.id: s.geographic_level.casefold() for s in self._sheet.sub_tasks}
        for row in self._sheet.cross_references:
            copy_of = row.copy_of.strip()
            if row.id not in level or copy_of not in level:
                continue
            if level[row.id] != "country" and level[copy_of] == "country":
                yield self._finding(
                    "warning",
                    "lost-reference",
                    f"sub-task '{row.id}' of the region refers to sub-task '{copy_of}' of "
                    "countries: the region's section has no text of its own there, and the "
                    "reference has no effect",
                    "Cross Reference",
                    [row],
                    remedy="Refer to a sub-task of the region, or delete the row",
                )

    def _differs(self, selection: Selection, sub_task: SubTask) -> bool:
        is_data = selection.source in self._tables
        is_limit = sub_task.input in (*self._tables, TEXT_ONLY)  # else it is told as unknown
        return is_data and is_limit and selection.source != sub_task.input

    def _differing(
        self, sheet_name: str, sub_task_id: str, source: str, limit: str, rows: Sequence[Row]
    ) -> Finding:
        is_search = sheet_name == "External Search"
        kind, column = ("search", "Data Source") if is_search else ("chart", "Image")
        effect = "its rows are used all the same" if is_search else "it is ignored"
        code = "other-source"
        if limit == TEXT_ONLY:
            code, effect = "no-data-wanted", "it gives nothing"
        return self._finding(
            "warning",
            code,
            f"the {kind} of sub-task '{sub_task_id}' takes {source}, "
            f"and the sub-task's Input is {limit}: {effect}",
            sheet_name,
            rows,
            allowed="" if limit == TEXT_ONLY else limit,
            remedy=f"Change {column}, or the Input of sub-task '{sub_task_id}', or delete the row",
        )

    def _orphans(
        self,
        sheet_name: str,
        kind: str,
        parent_kind: str,
        parents: Sequence[str],
        rows: Iterable[tuple[Row, str, str]],
        severity: Severity = "error",
    ) -> Iterator[Finding]:
        """One finding for each parent that does not exist."""
        known = set(parents)
        lost: dict[str, list[tuple[Row, str]]] = {}
        for row, own_id, parent_id in rows:
            if parent_id and parent_id not in known:
                lost.setdefault(parent_id, []).append((row, own_id))
        for count, (parent_id, children) in enumerate(lost.items()):
            alike = nearest_id(parent_id, parents) if count < _COMPARED_IDS else ""
            names = _named(kind, [own_id for _, own_id in children])
            remedy = f"Correct the id, or add {parent_kind} '{parent_id}'"
            yield self._finding(
                severity,
                "orphan",
                f"{names} {'belongs' if len(children) == 1 else 'belong'} to "
                f"{parent_kind} '{parent_id}', which does not exist",
                sheet_name,
                [row for row, _ in children],
                allowed=f"the id of one of the {parent_kind}s",
                remedy=f"{remedy}; the nearest id is '{alike}'" if alike else remedy,
            )

    def _empty(self, sheet_name: str, kind: str, children: str, row: Row, own_id: str) -> Finding:
        return self._finding(
            "warning",
            "empty-parent",
            f"{kind} '{own_id}' has no {children}, and gives no section",
            sheet_name,
            [row],
            remedy=f"Add {children}, or delete it",
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
        for count, (text, found) in enumerate(rows.items()):
            alike = nearest(text, allowed) if count < _COMPARED_IDS else ""
            yield self._finding(
                "error",
                "unknown-value",
                f"{column} is '{text}'",
                sheet_name,
                found,
                allowed=", ".join(dict.fromkeys(allowed)),
                remedy=f"Write '{alike}', if that is what it is" if alike else "Write one of these",
            )

    def _finding(
        self,
        severity: Severity,
        code: str,
        message: str,
        sheet_name: str,
        rows: Iterable[Row],
        *,
        allowed: str = "",
        remedy: str = "",
    ) -> Finding:
        return Finding(
            severity=severity,
            code=f"sheet.{code}",
            message=message,
            file=self._file,
            sheet=sheet_name,
            cells=tuple(f"row {row.row}" for row in rows),
            allowed=allowed,
            remedy=remedy,
        )


def _named(kind: str, ids: Sequence[str]) -> str:
    """What a message calls some rows: ``tasks '1.1' and '1.2'``, ``a chart``, ``3 charts``."""
    if not all(ids):
        return f"a {kind}" if len(ids) == 1 else f"{len(ids)} {kind}s"
    quoted = [f"'{own_id}'" for own_id in ids[:_SHOWN]]
    if len(ids) > _SHOWN:
        quoted.append(f"{len(ids) - _SHOWN} more")
    if len(quoted) == 1:
        return f"{kind} {quoted[0]}"
    return f"{kind}s {', '.join(quoted[:-1])} and {quoted[-1]}"
