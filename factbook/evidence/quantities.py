"""The quantities of a block: categories, totals, groups, sums of a selection, over properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from factbook.config.project_config import ProjectConfig
from factbook.data.units import is_additive
from factbook.evidence.measures import NAME_OF_TOTAL, Measure, Quantity
from factbook.evidence.row_blocks import Block, Listing
from factbook.evidence.wholes import Measures
from factbook.sheet.models import PromptSheet

TOTAL = NAME_OF_TOTAL


class Quantities:
    """Finds what a block of a table measures.

    Args:
        measures: The measures of the data.
        groups: Group → names of its categories in lower case.
    """

    def __init__(self, measures: Measures, groups: Mapping[str, tuple[str, ...]]) -> None:
        self._measures = measures
        self._groups = groups

    def of(self, block: Block) -> list[Measure]:
        """The quantities of a block, each once; without those that no place has in its unit."""
        measures = {measure.quantity: measure for measure in self._quantities(block)}
        held = [measure for measure in measures.values() if measure.periods]
        return held or list(measures.values())

    def _quantities(self, block: Block) -> list[Measure]:
        """Total, single categories, sum of the selection, groups, sums over properties."""
        found = [
            self._measure(block, _name(subject), [(block.metric, subject)])
            for subject in block.subjects
        ]
        if not is_additive(block.unit, block.metric):
            return found
        everything = block.table.subjects(block.metric, block.collection)
        if len(block.table.summands(block.metric, block.collection)) > 1:
            found.insert(0, self._total(block))
        by_fold = {subject.casefold(): subject for subject in everything}
        chosen = {subject.casefold() for subject in block.subjects}
        for name, members in self._groups.items():
            held = [by_fold[m] for m in members if m in by_fold]
            # A group that is called as a category of the table is distinguished from it.
            called = f"{name} (group)" if name.casefold() in by_fold else name
            is_category = len(held) == 1 and held[0].casefold() == name.casefold()
            if held and not is_category and chosen.intersection(members):
                found.append(self._measure(block, called, [(block.metric, s) for s in held]))
        if (
            not block.whole
            and len(block.subjects) > 1
            and not _named((m.quantity for m in found), block)
        ):
            name = f"{TOTAL} of {', '.join(block.subjects)}"
            found.append(self._measure(block, name, [(block.metric, s) for s in block.subjects]))
        for listing in block.listings:
            found.extend(self._property_sums(block, listing))
        return found

    def _property_sums(self, block: Block, listing: Listing) -> list[Measure]:
        """Sums over properties of one unit that the sheet lists together."""
        table, collection = block.table, block.collection
        listed = {
            metric: subjects
            for metric, subjects in listing
            if block.unit in table.units(metric, collection) and is_additive(block.unit, metric)
        }
        if len(listed) < 2 or next(iter(listed)) != block.metric:
            return []
        metric = " + ".join(listed)
        components = [(m, subject) for m, subjects in listed.items() for subject in subjects]
        names = list(dict.fromkeys(subject for _, subject in components))
        sums = [
            self._measure(block, _name(name), [c for c in components if c[1] == name], metric)
            for name in names
            if sum(subject == name for _, subject in components) > 1
        ]
        if len(names) > 1:
            whole = all(
                len(subjects) == len(table.subjects(m, collection) or ("-",))
                for m, subjects in listed.items()
            )
            total = TOTAL if whole else f"{TOTAL} of {', '.join(names)}"
            if whole:
                components = [(m, s) for m in listed for s in table.summands(m, collection)]
            sums.insert(0, self._measure(block, total, components, metric))
        return sums

    def _total(self, block: Block) -> Measure:
        summands = block.table.summands(block.metric, block.collection)
        return self._measure(block, TOTAL, [(block.metric, subject) for subject in summands])

    def _categories(self, block: Block) -> Measure:
        """The sum over all categories, without the totals that stand alone in the data."""
        subjects = block.table.subjects(block.metric, block.collection)
        return self._measure(block, TOTAL, [(block.metric, subject) for subject in subjects])

    def _measure(
        self, block: Block, subject: str, components: Iterable[tuple[str, str]], metric: str = ""
    ) -> Measure:
        return self._measures.of(
            Quantity(
                table=block.table.name,
                collection=block.collection,
                unit=block.unit,
                subject=subject,
                metric=label(block, metric),
                components=tuple(components),
                monthly=block.monthly,
            )
        )


def groups_of(sheet: PromptSheet, config: ProjectConfig) -> dict[str, tuple[str, ...]]:
    """Group → names of its categories in lower case; the configuration adds to the sheet.

    A group of the configuration may name groups of the sheet.
    """
    groups: dict[str, list[str]] = {}
    for category in sheet.categories:
        if category.group:
            groups.setdefault(category.group, []).append(category.name.casefold())
    by_fold = {name.casefold(): members for name, members in groups.items()}
    for name, entries in config.groups.items():
        members = [m for e in entries for m in by_fold.get(e.casefold(), [e.casefold()])]
        groups[name] = list(dict.fromkeys(members))
    return {name: tuple(members) for name, members in groups.items()}


def standing(quantity: Quantity, block: Block) -> int:
    """How near a quantity is to what the sheet selects; 0 is nearest."""
    if quantity.subject == TOTAL and (block.whole or quantity.metric != label(block)):
        return 0
    if quantity.subject.startswith(f"{TOTAL} of ") or _named([quantity], block):
        return 1
    if not quantity.is_sum:
        return 2
    return 4 if quantity.subject == TOTAL else 3


def label(block: Block, metric: str = "") -> str:
    """Name of a metric; with its unit where the property has several, which are never added."""
    metric = metric or block.metric
    several = len(block.table.units(block.metric, block.collection)) > 1
    return f"{metric} ({block.unit})" if several else metric


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
