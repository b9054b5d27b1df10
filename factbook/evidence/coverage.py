"""What the tables hold of what a sheet asks for, found without computing any evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from factbook.data.cleaning import listing
from factbook.data.dataset import DataSet
from factbook.data.series import Place
from factbook.errors import Finding, nearest
from factbook.evidence.row_blocks import Block
from factbook.names import name_key, tidy
from factbook.sheet.models import Category, PromptSheet, Row, SubTask

_NAMED = 8


class Coverage:
    """Finds the places that have no figure in what is selected.

    Args:
        dataset: The data.
        file: The sheet's file as its user named it, for findings.
    """

    def __init__(self, dataset: DataSet, file: str = "") -> None:
        self._dataset = dataset
        self._file = file
        self._places = (*dataset.countries, dataset.region)
        self._member_codes = frozenset(member.code for member in dataset.members)
        self._without: dict[tuple[object, ...], frozenset[str]] = {}

    def unknown_categories(self, sheet: PromptSheet) -> Iterator[Finding]:
        """Warnings for categories of a group that no table holds: its totals leave them out."""
        tables = self._dataset.tables.values()
        known = {
            s for table in tables for metric in table.metrics() for s in table.subjects(metric)
        }
        folds = {name_key(name) for name in known}
        wrong: dict[str, list[Category]] = {}
        for category in sheet.categories:
            name = tidy(category.name)  # empty is reported as an empty cell
            if category.group and name and name_key(name) not in folds:
                wrong.setdefault(category.name, []).append(category)
        if not known or not wrong:
            return
        far: list[Category] = []
        for name, rows in wrong.items():
            near = nearest(name, known)
            if near:
                remedy = f"Write '{near}', if that is what it is"
                yield self._unknown_category(sheet, rows, remedy)
            else:
                far += rows
        if far:
            those = "it, or delete the row" if len(far) == 1 else "them, or delete the rows"
            yield self._unknown_category(sheet, far, f"Correct {those}")

    def without_facts(
        self, selected: Iterable[tuple[SubTask, Sequence[Block]]]
    ) -> Iterator[Finding]:
        """Warnings for sections in which no figure will stand.

        Args:
            selected: Sub-tasks with what they select.
        """
        by_country: list[tuple[SubTask, frozenset[str]]] = []
        by_reason: dict[str, list[SubTask]] = {}
        for sub_task, blocks in selected:
            without = self._without_any(blocks)
            if sub_task.geographic_level.casefold() == "country":
                by_country.append((sub_task, without))
            elif self._dataset.region.code in without:
                by_reason.setdefault(_because(blocks), []).append(sub_task)
        for reason, sub_tasks in by_reason.items():
            what = f"{_selecting(sub_tasks)} nothing that {self._dataset.region.name} has a"
            yield self._finding(
                f"{what} figure of{reason}: the section will hold no figures",
                sub_tasks,
                "Select something else, or write 'country' as the Geographic Level",
            )
        yield from self._of_countries(by_country)

    def _of_countries(self, found: Sequence[tuple[SubTask, frozenset[str]]]) -> Iterator[Finding]:
        tables = self._dataset.tables.values()
        # Countries that no table has are reported when the data are read.
        countries = [p for p in self._dataset.countries if any(t.has_data(p.code) for t in tables)]
        nowhere = [p for p in countries if found and all(p.code in codes for _, codes in found)]
        if len(nowhere) < len(countries):
            for place in nowhere:
                yield self._finding(
                    f"no sub-task selects anything that {place.name} has a figure of: "
                    "its sections will hold no figures",
                    [],
                    "Select something that it has, or delete it from [countries] in project.toml",
                )
            countries = [place for place in countries if place not in nowhere]
        groups: dict[tuple[Place, ...], list[SubTask]] = {}
        for sub_task, codes in found:
            lacking = tuple(place for place in countries if place.code in codes)
            if lacking:
                groups.setdefault(lacking, []).append(sub_task)
        for places, sub_tasks in groups.items():
            names = listing((place.name for place in places), _NAMED)
            verb = "has" if len(places) == 1 else "have"
            if len(places) == len(countries):
                names, verb = "any country of the report", "has"
            yield self._finding(
                f"{_selecting(sub_tasks)} nothing that {names} {verb} a figure of: "
                f"{_which(sub_tasks, places)} will hold no figures",
                sub_tasks,
                "Select something else, or leave it so: the sections will say that there are no "
                "data",
            )

    def _without_any(self, blocks: Sequence[Block]) -> frozenset[str]:
        """Codes of the places whose section would have no fact."""
        every = frozenset(place.code for place in self._places)
        return every.intersection(*map(self._without_block, blocks))

    def _without_block(self, block: Block) -> frozenset[str]:
        key = (
            *(block.table.name, block.collection, block.metric, block.unit),
            *(block.subjects, block.frequency, block.scenario, block.at_region),
        )
        if key not in self._without:
            held = self._codes_held(block)
            region = self._dataset.region.code
            members = len(held.intersection(self._member_codes))
            is_compared = members > 1 and not block.at_region
            if is_compared or (members and block.measure.adds_over_places):
                held.add(region)  # without a row of its own: their sum, or their extremes
            self._without[key] = frozenset(
                place.code
                for place in self._places
                if (region if block.at_region else place.code) not in held
            )
        return self._without[key]

    def _codes_held(self, block: Block) -> set[str]:
        """Codes of the places with a figure of the block: its categories or, added, their total."""
        table, region = block.table, self._dataset.region.code
        subjects = block.subjects
        if block.adds_up:
            every = table.categories(block.metric, block.unit, block.collection)
            subjects = (*subjects, *every)
        held: set[str] = set()
        for subject in dict.fromkeys(subjects):
            label = (block.metric, subject, block.unit, block.collection)
            held.update(
                code
                for code in (*table.places(*label, block.scenario), region)
                if code not in held and table.series(code, *label, block.frequency, block.scenario)
            )
        return held

    def _unknown_category(
        self, sheet: PromptSheet, rows: Sequence[Category], remedy: str
    ) -> Finding:
        own = dict.fromkeys(row.name for row in rows)
        names = listing((f"'{name}'" for name in own), _NAMED)
        kind = "a category" if len(own) == 1 else "the categories"
        groups = listing((f"'{name}'" for name in dict.fromkeys(r.group for r in rows)), _NAMED)
        return Finding(
            severity="warning",
            code="sheet.unknown-category",
            message=f"no table has {kind} {names}, which the totals of {groups} leave out",
            file=self._file,
            sheet="All Categories",
            cells=sheet.cells("All Categories", "category_name", rows),
            allowed="categories of the tables",
            remedy=remedy,
        )

    def _finding(self, message: str, rows: Sequence[Row], remedy: str) -> Finding:
        return Finding(
            severity="warning",
            code="sheet.no-facts",
            message=message,
            file=self._file,
            sheet="Sub Tasks",
            cells=tuple(f"row {row.row}" for row in rows),
            remedy=remedy,
        )


def _selecting(sub_tasks: Sequence[SubTask]) -> str:
    """The beginning of a sentence: ``sub-tasks '1.1.1', '1.1.2' select``."""
    several = len(sub_tasks) > 1
    ids = listing((f"'{sub_task.id}'" for sub_task in sub_tasks), _NAMED)
    return f"sub-tasks {ids} select" if several else f"sub-task {ids} selects"


def _which(sub_tasks: Sequence[SubTask], places: Sequence[Place]) -> str:
    return "this section" if len(sub_tasks) == len(places) == 1 else "these sections"


def _because(blocks: Sequence[Block]) -> str:
    """Why a region may lack what its members have."""
    ratios = dict.fromkeys(b.metric for b in blocks if not b.measure.adds_over_places)
    if not ratios:
        return ""
    verb = "does" if len(ratios) == 1 else "do"
    return f" ({listing(ratios, _NAMED)} {verb} not add up over places)"
