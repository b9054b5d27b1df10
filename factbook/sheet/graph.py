"""The section graph: which sub-tasks and chapters use the texts of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from factbook.errors import Finding
from factbook.sheet.cell_reader import trim
from factbook.sheet.models import CrossReference, PromptSheet
from factbook.xlsx.cells import cell_name

MAX_CYCLES = 20  # listed; each one found costs a walk through the graph

_SHEET = "Cross Reference"


@dataclass(frozen=True)
class SubTaskGraph:
    """The edges from the sheet ``Cross Reference``, and its style examples.

    Attributes:
        chapters: Objective id of each sub-task, in the sheet's order.
        references: Rows that are edges: `id` and `copy_of` are both sub-tasks' ids.
        examples: Rows with any other text, by the sub-task that it is an example for.
        file: The prompt sheet as its user named it.
        copy_index: Place of the column ``Copy``, 0 for ``A``; None when it is not known.
    """

    chapters: Mapping[str, str]
    references: tuple[CrossReference, ...] = ()
    examples: Mapping[str, tuple[CrossReference, ...]] = field(default_factory=dict)
    file: str = ""
    copy_index: int | None = None
    _upstream: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _chapter_upstream: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Group the edges by their start."""
        order = {name: position for position, name in enumerate(self.chapters)}
        edges = sorted(
            {(row.id, row.copy_of) for row in self.references}, key=lambda e: order[e[1]]
        )
        place = {name: at for at, name in enumerate(dict.fromkeys(self.chapters.values()))}
        chapter_edges = {(self.chapters[a], self.chapters[b]) for a, b in edges}
        object.__setattr__(self, "_upstream", _gathered(edges))
        object.__setattr__(
            self,
            "_chapter_upstream",
            _gathered(
                sorted((e for e in chapter_edges if e[0] != e[1]), key=lambda e: place[e[1]])
            ),
        )

    def upstream(self, sub_task_id: str) -> tuple[str, ...]:
        """Sub-tasks whose texts go into the prompt of this one, in the sheet's order."""
        return self._upstream.get(sub_task_id, ())

    def chapter_upstream(self, objective_id: str) -> tuple[str, ...]:
        """Other chapters that a sub-task of this one uses, in the sheet's order."""
        return self._chapter_upstream.get(objective_id, ())

    def style_examples(self, sub_task_id: str) -> tuple[str, ...]:
        """Texts that show the style for this sub-task."""
        return tuple(trim(row.copy_of) for row in self.examples.get(sub_task_id, ()))

    def findings(self) -> tuple[Finding, ...]:
        """Cycles of sub-tasks and of chapters, which are errors."""
        cycles = _cycles(self._upstream)
        in_cycles = {edge for cycle in cycles for edge in pairwise(cycle)}
        findings = [self._sub_task_cycle(cycle) for cycle in cycles]
        # A chapter cycle that an error above explains is not reported again.
        others = [row for row in self.references if (row.id, row.copy_of) not in in_cycles]
        edges = {(self.chapters[row.id], self.chapters[row.copy_of]) for row in others}
        # A sub-task whose task can't be read, or does not exist, belongs to no chapter.
        chapter_edges = [edge for edge in sorted(edges) if edge[0] != edge[1] and all(edge)]
        for cycle in _cycles(_gathered(chapter_edges)):
            findings.append(self._chapter_cycle(cycle, others))
        return tuple(findings)

    def _sub_task_cycle(self, cycle: Sequence[str]) -> Finding:
        edges = set(pairwise(cycle))
        rows = [row for row in self.references if (row.id, row.copy_of) in edges]
        message = f"sub-tasks depend on each other: {_shown(cycle)}"
        if len(cycle) == 2:
            message = f"sub-task '{cycle[0]}' refers to itself"
        return self._cycle("section-cycle", message, rows)

    def _chapter_cycle(self, cycle: Sequence[str], rows: Iterable[CrossReference]) -> Finding:
        edges = set(pairwise(cycle))
        causes = [
            row for row in rows if (self.chapters[row.id], self.chapters[row.copy_of]) in edges
        ]
        because = ", ".join(f"{row.id} uses {row.copy_of}" for row in causes[:6])
        message = f"chapters depend on each other: {_shown(cycle)} (because {because})"
        return self._cycle("chapter-cycle", message, causes)

    def _cycle(self, code: str, message: str, rows: Iterable[CrossReference]) -> Finding:
        return Finding(
            severity="error",
            code=f"sheet.{code}",
            message=message,
            file=self.file,
            sheet=_SHEET,
            cells=tuple(cell_name(row.row, self.copy_index) for row in rows),
            allowed="references without a cycle",
            remedy="Delete one of these references",
        )


def section_graph(sheet: PromptSheet, *, file: str = "") -> SubTaskGraph:
    """The section graph of a prompt sheet.

    Rows whose id is not that of a sub-task are left out; `factbook.sheet.lint` reports them.

    Args:
        sheet: The prompt sheet.
        file: The file as its user named it, for findings.
    """
    objectives = {task.id: task.objective_id for task in reversed(sheet.tasks)}
    chapters: dict[str, str] = {}
    for sub_task in (s for s in sheet.sub_tasks if s.id):
        chapters.setdefault(sub_task.id, objectives.get(sub_task.task_id, ""))
    references: list[CrossReference] = []
    examples: dict[str, list[CrossReference]] = {}
    for row in sheet.cross_references:
        if row.id not in chapters:
            continue
        copy_of = trim(row.copy_of)
        if copy_of in chapters:
            references.append(row.model_copy(update={"copy_of": copy_of}))
        elif copy_of:
            examples.setdefault(row.id, []).append(row)
    copy_index = sheet.columns.get(_SHEET, {}).get("Copy")
    return SubTaskGraph(
        chapters,
        tuple(references),
        {name: tuple(rows) for name, rows in examples.items()},
        file,
        copy_index,
    )


def _gathered(edges: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    gathered: dict[str, list[str]] = {}
    for start, end in edges:
        gathered.setdefault(start, []).append(end)
    return {start: tuple(ends) for start, ends in gathered.items()}


def _cycles(upstream: Mapping[str, tuple[str, ...]]) -> list[list[str]]:
    """Cycles that share no edge, each from an item along its upstream back to itself."""
    edges = {(start, end) for start, ends in upstream.items() for end in ends}
    cycles: list[list[str]] = []
    while len(cycles) < MAX_CYCLES:
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for start, end in sorted(edges):
            sorter.add(start, end)
        try:
            sorter.prepare()
        except CycleError as error:
            # It lists each item before the one that depends on it.
            cycle = _from_first(list(reversed(error.args[1])))
            cycles.append(cycle)
            edges -= set(pairwise(cycle))
        else:
            break
    return cycles


def _from_first(cycle: list[str]) -> list[str]:
    """The same cycle, starting at its smallest id, so that messages do not depend on the order."""
    items = cycle[:-1]
    start = items.index(min(items))
    turned = items[start:] + items[:start]
    return [*turned, turned[0]]


def _shown(cycle: Sequence[str]) -> str:
    shown = list(cycle) if len(cycle) <= 9 else [*cycle[:8], "…", cycle[-1]]
    return " → ".join(shown)
