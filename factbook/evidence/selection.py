"""What a section's sheet entries select: from rows of the sheet to blocks of the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from factbook.data.categories.aggregate_names import is_total
from factbook.data.cleaning import listing
from factbook.data.dataset import DataSet
from factbook.data.periods.period_calendar import Frequency
from factbook.data.table import Table, spelled
from factbook.errors import Finding, nearest
from factbook.evidence.entries import OTHER_PERIODS, Entry
from factbook.evidence.listed_names import listed_names
from factbook.evidence.row_blocks import Block, distinct, is_whole, union
from factbook.names import name_key
from factbook.sheet.models import Chart, PromptSheet, Search, Selection, SubTask

Listing = tuple[tuple[str, tuple[str, ...]], ...]
"""Properties that one entry of the sheet names, each with its selected categories."""

PERIOD_TYPES: dict[str, Frequency] = {
    "Year": "year",
    "Half-year": "half-year",
    "Quarter": "quarter",
    "Month": "month",
    "Week": "week",
    "Day": "day",
    "Season": "season",
}
"""Period_type of the sheet → length of the periods."""

NOT_DATA = {"internet search", "llm call", "text only"}


class Selector:
    """Resolves the sheet's entries against the tables.

    Args:
        sheet: The prompt sheet.
        dataset: The data.
        file: The sheet's file as its user named it, for findings.
    """

    def __init__(self, sheet: PromptSheet, dataset: DataSet, file: str = "") -> None:
        self._file = file
        self._sheet = sheet
        self._dataset = dataset
        names: dict[str, dict[str, str]] = {}  # group → folded name → its first spelling
        for category in sheet.categories:
            if category.group:
                names.setdefault(category.group, {}).setdefault(
                    name_key(category.name), category.name
                )
        self._groups = {group: list(found.values()) for group, found in names.items()}
        self._groups_by_fold = {name_key(group): found for group, found in self._groups.items()}
        self._entries: dict[str, list[Selection]] = {}
        for entry in (*sheet.charts, *sheet.searches):
            self._entries.setdefault(entry.sub_task_id, []).append(entry)

    def blocks(self, sub_task: SubTask) -> tuple[tuple[Block, ...], tuple[Finding, ...]]:
        """The blocks that a sub-task selects, each once, and what could not be resolved."""
        findings: list[Finding] = []
        blocks: dict[tuple[object, ...], Block] = {}
        entries = list(self._selections(sub_task))
        if not entries and sub_task.input.casefold() != "text only":
            findings.append(self._nothing_selected(sub_task))
        for entry in entries:
            for block in self._resolve(entry, findings):
                key = (
                    *(block.table.name, block.collection, block.metric, block.unit),
                    *(block.frequency, block.scenario, block.at_region),
                )
                blocks[key] = union(blocks[key], block) if key in blocks else block
        return tuple(blocks.values()), tuple(findings)

    def _nothing_selected(self, sub_task: SubTask) -> Finding:
        return Finding(
            severity="warning",
            code="sheet.selects-nothing",
            message=f"sub-task {sub_task.id} selects no rows: it will hold no figures",
            file=self._file,
            sheet="Sub Tasks",
            cells=(f"row {sub_task.row}",),
            remedy="Name a table as its Input, add a chart or a search of a table, or write "
            "'Text only' as its Input if that is meant",
        )

    def _selections(self, sub_task: SubTask) -> Iterator[Selection]:
        """The entries that count for a sub-task; its whole Input table when there is none."""
        source = sub_task.input.casefold()
        if source == "text only":
            return
        found = False
        for entry in self._entries.get(sub_task.id, ()):
            if entry.source.casefold() in NOT_DATA:
                continue
            if isinstance(entry, Chart) and source and entry.source.casefold() != source:
                continue
            found = True
            yield entry
        if not found and sub_task.input:
            yield Selection(row=sub_task.row, sub_task_id=sub_task.id, source=sub_task.input)

    def _resolve(self, entry: Selection, findings: list[Finding]) -> Iterator[Block]:
        where = Entry(entry, self._sheet, self._file)
        table = self._dataset.table(entry.source)
        if table is None:
            findings.append(
                where.finding(
                    "no-table",
                    f"'{entry.source}' is not a table of this project",
                    self._dataset.tables,
                    text=entry.source,
                    otherwise="Set it under [data] in project.toml, or name another source",
                )
            )
            return
        collection = self._collection(table, entry, where, findings)
        if collection is None:
            return
        known = table.metrics(collection)
        properties = listed_names(entry.properties, known, _statistics(table, known))
        metrics, unknown = _matches(properties, known)
        for text in unknown:
            message = f"{table.name} has no property '{text}'"
            findings.append(
                where.finding("no-property", message, table.metrics(collection), text=text)
            )
        chosen = self._chosen(table, collection, entry, metrics, where, findings)
        listed = tuple(item for item in chosen.items() if item[1])
        findings.extend(self._other_periods(table, collection, entry, where, listed))
        scenarios = self._scenarios(table, listed, collection, entry, where, findings)
        yield from _blocks(table, collection, entry, listed, scenarios)

    def _scenarios(
        self,
        table: Table,
        listed: Listing,
        collection: str,
        entry: Selection,
        where: Entry,
        findings: list[Finding],
    ) -> frozenset[str]:
        """The scenarios that an entry selects: all unless it names some."""
        known = distinct(
            scenario
            for metric, _ in listed
            for unit in table.units(metric, collection)
            for scenario in table.scenarios(metric, unit)
        )
        scenarios, unknown = _matches(entry.scenarios, known)
        for text in unknown:
            message = f"{table.name} has no scenario '{text}'"
            findings.append(where.finding("no-scenario", message, known, text=text))
        return frozenset(scenarios)

    def _chosen(
        self,
        table: Table,
        collection: str,
        entry: Selection,
        metrics: tuple[str, ...],
        where: Entry,
        findings: list[Finding],
    ) -> dict[str, tuple[str, ...]]:
        """The selected categories of each property."""
        known = distinct(
            s for m in metrics or table.metrics() for s in table.subjects(m, collection)
        )
        asked_for = _frequency(entry, table, metrics, collection)
        units = [(metric, unit) for metric in metrics for unit in table.units(metric, collection)]
        lengths = {one for pair in units for one in table.lengths(*pair, collection)}
        if asked_for != "year" and asked_for not in lengths:
            findings.append(
                where.finding(
                    "no-periods",
                    f"Period_type is {entry.period_type}, and {table.name} has no {asked_for}s: "
                    "none will be shown",
                    (),
                    remedy=f"Write {' or '.join(one.capitalize() for one in sorted(lengths))}",
                    severity="warning",
                )
            )
        # A total is what all the categories add up to: who names it asks for all of them.
        categories = listed_names(entry.categories, known)
        totals = {text for text in categories if _is_total(text, table, metrics)}
        folded = set(map(name_key, known))
        asked = tuple(text for text in categories if text not in totals or name_key(text) in folded)
        subjects, unknown = _matches(asked, known)
        findings += self._unknown_categories(unknown, table, metrics, known, where)
        only_totals = bool(categories) and totals.issuperset(categories)
        chosen = {
            metric: _chosen(table.subjects(metric, collection), subjects, bool(asked))
            or (table.subjects(metric, collection) if only_totals else ())
            for metric in metrics
        }
        for metric in metrics if asked and subjects else ():
            if not chosen[metric]:
                message = f"{metric} has none of the categories {listing(subjects, 6)}"
                findings.append(
                    where.finding(
                        "no-rows",
                        f"{message}: nothing of it is taken",
                        table.subjects(metric, collection),
                        remedy="Select it in a row of its own, or delete it from property_list",
                        severity="warning",
                    )
                )
        return chosen

    def _unknown_categories(
        self,
        unknown: Iterable[str],
        table: Table,
        metrics: tuple[str, ...],
        known: tuple[str, ...],
        where: Entry,
    ) -> Iterator[Finding]:
        """An error for each category that no selected property has."""
        of = f" of {listing(metrics, 6)}" if metrics else ""
        for text in unknown:
            yield where.finding(
                "no-category",
                f"{table.name} has no category '{text}'{of}",
                known,
                text=text,
                remedy=self._category_remedy(text, known),
            )

    def _other_periods(
        self,
        table: Table,
        collection: str,
        entry: Selection,
        where: Entry,
        listed: Listing,
    ) -> Iterator[Finding]:
        """A warning for what is selected by year and has parts of years that never add up."""
        if entry.period_type != "Year":
            return
        found = {
            f"{metric} ({unit})": lengths
            for metric, _ in listed
            for unit in table.units(metric, collection)
            if (lengths := table.lengths(metric, unit, collection))
            and not {"year", "season"}.intersection(lengths)
        }
        if found:
            several = len(found) > 1
            named = list(dict.fromkeys(one for held in found.values() for one in held))
            yield where.finding(
                OTHER_PERIODS,
                f"{table.name} has {listing(found, 6)} by {' and '.join(named)} alone, which "
                f"{'are' if several else 'is'} not added over the {named[0]}s of a year: no "
                "figure of a year is shown",
                (),
                remedy=f"Write {named[0].capitalize()} as Period_type to show the {named[0]}s, "
                "or export it by year",
                severity="warning",
            )

    def _category_remedy(self, text: str, known: Iterable[str]) -> str:
        """What to do about a text that is not a category; empty where its spelling may be wrong."""
        members = self._groups_by_fold.get(name_key(text))
        if members:
            return f"It is a group of All Categories; list its categories: {listing(members)}"
        if ";" in text:
            return "Put commas between names"
        group = "" if nearest(text, known) else nearest(text, self._groups)
        if group:
            own = listing(self._groups[group])
            return f"Did you mean the group '{group}'? List its categories: {own}"
        return ""

    def _collection(
        self, table: Table, entry: Selection, where: Entry, findings: list[Finding]
    ) -> str | None:
        """The collection to read, empty for long tables; None when it cannot be determined."""
        if not any(table.all_collections):
            if entry.collection:
                findings.append(
                    where.finding(
                        "unused-collection",
                        f"{table.name} has no collections, and '{entry.collection}' has no effect",
                        (),
                        remedy="Clear collection_name, or name another source",
                        severity="warning",
                    )
                )
            return ""
        if entry.collection:
            found = spelled(entry.collection, table.all_collections)
            if found is None:
                known = sorted({c for m in table.metrics() for c in table.collections(m)} - {""})
                findings.append(
                    where.finding(
                        "no-collection",
                        f"{table.name} has no collection '{entry.collection}'",
                        known,
                        text=entry.collection,
                    )
                )
            return found
        asked = {name_key(text) for text in entry.properties}
        metrics = [m for m in table.metrics() if not asked or name_key(m) in asked]
        collections = sorted({c for m in metrics for c in table.collections(m)})
        if len(collections) > 1:
            findings.append(
                where.finding(
                    "which-collection",
                    f"several collections of {table.name} hold it, and no collection is named",
                    collections,
                    remedy="Fill in collection_name; collections are never summed together"
                    if where.sheet != "Sub Tasks"
                    else "Add a row to Default Charts that names the collection",
                )
            )
            return None
        return collections[0] if collections else ""


def _statistics(table: Table, metrics: Iterable[str]) -> dict[str, list[str]]:
    """Name of an hourly measure → the measures that were made of it."""
    made: dict[str, list[str]] = {}
    for metric in metrics:
        for unit in table.units(metric):
            if base := table.measure(metric, unit).made_of:
                made.setdefault(name_key(base), []).append(metric)
    return made


def _matches(asked: tuple[str, ...], known: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """The known names that are asked for, in the order asked, and those that are not known.

    Nothing asked means all.
    """
    if not asked:
        return known, []
    exact, by_fold = frozenset(known), {name_key(name): name for name in known}
    matched = [text if text in exact else by_fold.get(name_key(text)) for text in asked]
    unknown = [text for text, name in zip(asked, matched, strict=True) if name is None]
    return distinct(name for name in matched if name is not None), unknown


def _chosen(held: tuple[str, ...], selected: tuple[str, ...], is_list: bool) -> tuple[str, ...]:
    """The selected categories of a property, in the order of the list that names them.

    A property without categories has a total alone, which is taken unless categories are named.
    """
    if not held:
        return () if is_list else ("-",)
    there = frozenset(held)
    return tuple(name for name in selected if name in there)


def _frequency(
    entry: Selection, table: Table, metrics: Iterable[str], collection: str
) -> Frequency:
    """The length of the periods that an entry asks for: seasons where there are no other years."""
    frequency = PERIOD_TYPES[entry.period_type]
    if frequency != "year":
        return frequency
    lengths = {
        one
        for metric in metrics
        for unit in table.units(metric, collection)
        for one in table.lengths(metric, unit, collection)
    }
    return "season" if "season" in lengths and "year" not in lengths else "year"


def _is_total(text: str, table: Table, metrics: Iterable[str]) -> bool:
    """Whether a name is that of a total, by itself or in the table."""
    return (
        is_total(text)
        or name_key(text) in map(name_key, table.totals)
        or any(is_total(text, m) for m in metrics)
    )


def _blocks(
    table: Table,
    collection: str,
    entry: Selection,
    listed: Listing,
    scenarios: Collection[str],
) -> Iterator[Block]:
    """A block for each property, unit and scenario that an entry selects."""
    at_region = (
        isinstance(entry, Search) and bool(entry.level) and entry.level.casefold() != "country"
    )
    for metric, subjects in listed:
        frequency = _frequency(entry, table, (metric,), collection)
        for unit in table.units(metric, collection):
            there = table.subjects(metric, collection, unit) or ("-",)
            own = tuple(name for name in subjects if name in there)
            for scenario in table.scenarios(metric, unit) if own else ():
                if scenario in scenarios:
                    yield Block(
                        table=table,
                        collection=collection,
                        metric=metric,
                        unit=unit,
                        subjects=own,
                        whole=is_whole(table, metric, unit, collection, own),
                        frequency=frequency,
                        scenario=scenario,
                        at_region=at_region,
                    )
