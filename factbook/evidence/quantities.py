"""The quantities of a block: categories, totals, groups, sums of a selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from factbook.config.project_config import ProjectConfig
from factbook.data.categories.aggregate_names import is_total
from factbook.evidence.panels import NAME_OF_TOTAL, Panel, Quantity, metric_label
from factbook.evidence.row_blocks import Block
from factbook.evidence.wholes import Panels
from factbook.names import name_key
from factbook.sheet.models import PromptSheet

TOTAL = NAME_OF_TOTAL


class Quantities:
    """Finds what a block of a table panels.

    Args:
        panels: The panels of the data.
        groups: Group → names of its categories in lower case.
    """

    def __init__(self, panels: Panels, groups: Mapping[str, tuple[str, ...]]) -> None:
        self._panels = panels
        self._groups = groups

    def of(self, block: Block) -> list[Panel]:
        """The quantities of a block, each once; without those that no place has in its unit."""
        panels = {panel.quantity: panel for panel in self._quantities(block)}
        held = [panel for panel in panels.values() if panel.periods]
        return held or list(panels.values())

    def _quantities(self, block: Block) -> list[Panel]:
        """Total, single categories, sum of the selection, groups."""
        whole, kind = block.whole_of, (block.metric, block.unit, block.collection)
        every = block.table.categories(*kind)
        has_total = block.adds_up and len(every) > 1
        found = [
            self._panel(block, _name(subject), [(block.metric, subject)])
            for subject in block.subjects
            if not (has_total and subject == whole.total)
        ]
        if own := block.table.own_total(*kind):
            found.insert(0, self._panel(block, TOTAL, [(block.metric, own)]))
        if not block.adds_up:
            return found
        if has_total:
            found.insert(0, self._panel(block, TOTAL, [(block.metric, name) for name in every]))
        by_fold = {name_key(subject): subject for subject in every}
        chosen = {name_key(subject) for subject in block.subjects}
        for name, members in self._groups.items():
            held = whole.parts_of([by_fold[m] for m in members if m in by_fold])
            # A group that is called as the total says what that holds. One that is called as
            # another category of the table is that category, if this is the sum of its
            # categories, and else distinguished from it.
            if whole.total and is_total(name, block.metric):
                continue
            same = by_fold.get(name_key(name))
            if same and held and whole.covered(held) == whole.leaves(same):
                continue
            called = f"{name} together" if same else name
            is_category = len(held) == 1 and name_key(held[0]) == name_key(name)
            if held and not is_category and chosen.intersection(members):
                found.append(self._panel(block, called, [(block.metric, s) for s in held]))
        if (
            not block.whole
            and len(block.subjects) > 1
            and set(whole.parts_of(block.subjects)) == set(block.subjects)
            and not _named((m.quantity for m in found), block)
        ):
            name = f"{TOTAL} of {', '.join(block.subjects)}"
            found.append(self._panel(block, name, [(block.metric, s) for s in block.subjects]))
        return found

    def _panel(self, block: Block, subject: str, components: Iterable[tuple[str, str]]) -> Panel:
        return self._panels.of(
            Quantity(
                table=block.table.name,
                collection=block.collection,
                unit=block.unit,
                subject=subject,
                metric=metric_label(
                    block.table, block.metric, block.unit, block.collection, block.scenario
                ),
                components=tuple(components),
                frequency=block.frequency,
                scenario=block.scenario,
            )
        )


def groups_of(sheet: PromptSheet, config: ProjectConfig) -> dict[str, tuple[str, ...]]:
    """Group → its categories by their `name_key`; the configuration adds to the sheet.

    A group of the configuration may name groups of the sheet.
    """
    groups: dict[str, list[str]] = {}
    for category in sheet.categories:
        if category.group:
            groups.setdefault(category.group, []).append(name_key(category.name))
    by_fold = {name_key(name): members for name, members in groups.items()}
    for name, entries in config.groups.items():
        members = [m for e in entries for m in by_fold.get(name_key(e), [name_key(e)])]
        groups[name] = list(dict.fromkeys(members))
    return {name: tuple(members) for name, members in groups.items()}


def standing(quantity: Quantity, block: Block) -> int:
    """How near a quantity is to what the sheet selects; 0 is nearest."""
    if quantity.subject == TOTAL and block.whole:
        return 0
    if quantity.subject.startswith(f"{TOTAL} of ") or _named([quantity], block):
        return 1
    if not quantity.is_sum:
        return 2
    return 4 if quantity.subject == TOTAL else 3


def _named(quantities: Iterable[Quantity], block: Block) -> bool:
    """Whether one of several quantities is the sum of what the sheet selects, under a name."""
    sums = [
        q
        for q in quantities
        if q.subject != TOTAL and len(q.components) == len(block.subjects) and q.is_sum
    ]
    if not sums:  # as of each single category
        return False
    chosen = {(block.metric, subject) for subject in block.subjects}
    return any(set(q.components) == chosen for q in sums)


def _name(subject: str) -> str:
    """A category's name; the data's own total rows are called ``-``."""
    return TOTAL if subject == "-" else subject
