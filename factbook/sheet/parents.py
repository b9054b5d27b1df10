"""Rows without a parent, and rows without children."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from factbook.errors import Finding, Severity
from factbook.sheet.models import PromptSheet, Row
from factbook.sheet.unused import nearest_id

_SHOWN = 6
_COMPARED_IDS = 20  # finding the nearest among thousands of ids takes milliseconds each


@dataclass(frozen=True)
class _Parents:
    """Rows to which rows of other sheets belong: their sheet, their name in messages, their ids."""

    sheet_name: str
    kind: str
    ids: Sequence[str]


@dataclass(frozen=True)
class _Children:
    """Rows that each belong to a row of another sheet.

    Attributes:
        sheet_name: Their sheet.
        column: Its column with the parent's id.
        kind: Their name in messages.
        rows: Each row with its own id, if it has one, and its parent's.
        severity: Severity of a finding about a row without a parent.
    """

    sheet_name: str
    column: str
    kind: str
    rows: Iterable[tuple[Row, str, str]]
    severity: Severity = "error"


def orphans(sheet: PromptSheet, *, file: str) -> Iterator[Finding]:
    """Rows whose parent does not exist: they would vanish from the report.

    Args:
        sheet: The prompt sheet.
        file: The file as its user named it.
    """
    aims = _Parents("Aims", "aim", [aim.id for aim in sheet.aims])
    objectives = _Parents("Objectives", "objective", [o.id for o in sheet.objectives])
    tasks = _Parents("Tasks", "task", [task.id for task in sheet.tasks])
    sub_tasks = _Parents("Sub Tasks", "sub-task", [s.id for s in sheet.sub_tasks])
    of_aims = [(o, o.id, o.aim_id) for o in sheet.objectives] if aims.ids else []
    of_objectives = [(t, t.id, t.objective_id) for t in sheet.tasks]
    of_tasks = [(s, s.id, s.task_id) for s in sheet.sub_tasks]
    charts = [(c, "", c.sub_task_id) for c in sheet.charts]
    searches = [(s, s.unique_id, s.sub_task_id) for s in sheet.searches]
    guidelines = [(g, "", g.id) for g in sheet.guidelines]
    references = [(r, "", r.id) for r in sheet.cross_references]
    for parents, children in (
        (objectives, _Children("Tasks", "Objective ID", "task", of_objectives)),
        (tasks, _Children("Sub Tasks", "Task_section_id", "sub-task", of_tasks)),
        (sub_tasks, _Children("Text Guidelines", "ID", "guideline", guidelines)),
        (sub_tasks, _Children("Default Charts", "sub_task_id", "chart", charts)),
        (sub_tasks, _Children("External Search", "ID", "search", searches)),
        (sub_tasks, _Children("Cross Reference", "ID", "cross reference", references)),
        (aims, _Children("Objectives", "Aim ID", "objective", of_aims, "warning")),
    ):
        # An unreadable id may be that of the parent that seems to be missing; a sheet without
        # rows is a finding of its own.
        if parents.ids and (parents.sheet_name, "ID") not in sheet.lost:
            yield from _without_parent(sheet, file, parents, children)


def without_rows(sheet: PromptSheet, *, file: str) -> Iterator[Finding]:
    """Required sheets that hold a header and nothing below it.

    Args:
        sheet: The prompt sheet.
        file: The file as its user named it.
    """
    for name, rows in (
        ("Objectives", sheet.objectives),
        ("Tasks", sheet.tasks),
        ("Sub Tasks", sheet.sub_tasks),
    ):
        if not rows and (name, "ID") not in sheet.lost:
            yield Finding(
                severity="error",
                code="sheet.no-rows",
                message="there are no rows below the header, and so there is no report",
                file=file,
                sheet=name,
                allowed="a row for each chapter, for each of its tasks and for each sub-task",
                remedy="Write its rows",
            )


def empty_parents(sheet: PromptSheet, *, file: str) -> Iterator[Finding]:
    """Objectives without tasks, and tasks without sub-tasks: they have no section.

    Args:
        sheet: The prompt sheet.
        file: The file as its user named it.
    """
    with_tasks = {task.objective_id for task in sheet.tasks}
    with_sub_tasks = {sub_task.task_id for sub_task in sheet.sub_tasks}
    if sheet.tasks and ("Tasks", "Objective ID") not in sheet.lost:
        for objective in sheet.objectives:
            if objective.id and objective.id not in with_tasks and not objective.is_conclusion:
                what = f"objective '{objective.id}' has no tasks"
                yield _empty(what, "Add tasks", file, "Objectives", objective)
    if sheet.sub_tasks and ("Sub Tasks", "Task_section_id") not in sheet.lost:
        for task in sheet.tasks:
            if task.id and task.id not in with_sub_tasks:
                what = f"task '{task.id}' has no sub-tasks"
                yield _empty(what, "Add sub-tasks", file, "Tasks", task)


def _without_parent(
    sheet: PromptSheet, file: str, parents: _Parents, children: _Children
) -> Iterator[Finding]:
    """One finding for each parent that does not exist."""
    known = set(parents.ids)
    lost: dict[str, list[tuple[Row, str]]] = {}
    for row, own_id, parent_id in children.rows:
        if parent_id and parent_id not in known:
            lost.setdefault(parent_id, []).append((row, own_id))
    for count, (parent_id, found) in enumerate(lost.items()):
        alike = nearest_id(parent_id, parents.ids) if count < _COMPARED_IDS else ""
        names = _named(children.kind, [own_id for _, own_id in found])
        remedy = f"Correct the id, or add {parents.kind} '{parent_id}'"
        yield Finding(
            severity=children.severity,
            code="sheet.orphan",
            message=f"{names} {'belongs' if len(found) == 1 else 'belong'} to "
            f"{parents.kind} '{parent_id}', which does not exist",
            file=file,
            sheet=children.sheet_name,
            cells=sheet.cells(children.sheet_name, children.column, [row for row, _ in found]),
            allowed=f"the id of one of the {parents.kind}s",
            remedy=f"{remedy}; the nearest id is '{alike}'" if alike else remedy,
        )


def _empty(what: str, remedy: str, file: str, sheet_name: str, row: Row) -> Finding:
    return Finding(
        severity="warning",
        code="sheet.empty-parent",
        message=f"{what}, and so has no section",
        file=file,
        sheet=sheet_name,
        cells=(f"row {row.row}",),
        remedy=f"{remedy}, or delete it",
    )


def _named(kind: str, ids: Sequence[str]) -> str:
    """Rows as a message names them: ``tasks '1.1' and '1.2'``, ``a chart``, ``3 charts``."""
    if not all(ids):
        return f"a {kind}" if len(ids) == 1 else f"{len(ids)} {kind}s"
    quoted = [f"'{own_id}'" for own_id in ids[:_SHOWN]]
    if len(ids) > _SHOWN:
        quoted.append(f"{len(ids) - _SHOWN} more")
    if len(quoted) == 1:
        return f"{kind} {quoted[0]}"
    return f"{kind}s {', '.join(quoted[:-1])} and {quoted[-1]}"
