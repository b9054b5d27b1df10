"""What a section's sheet entries select: from rows of the sheet to blocks of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from factbook.data.cleaning import listing
from factbook.data.dataset import DataSet
from factbook.data.labels import tidy
from factbook.data.table import Table
from factbook.data.totals import is_total
from factbook.errors import Finding, Severity, nearest
from factbook.sheet.models import Chart, PromptSheet, Search, Selection, SubTask

NOT_DATA = {"internet search", "llm call", "text only"}
MONTHS_ONLY = "only-months"
"""Code of the finding about what has values of months alone."""


Listing = tuple[tuple[str, tuple[str, ...]], ...]
"""Properties that one entry of the sheet names, each with its selected categories."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table, collection, property and unit.

    Attributes:
        subjects: The selected categories.
        whole: Whether these are all categories that the property has there.
        listings: What the sheet lists together with `metric`, for sums over properties: for each
            entry that names it, the properties in order, each with its selected categories.
        at_region: Whether the region's figures are asked for whatever the section's place is.
    """

    table: Table
    collection: str
    metric: str
    unit: str
    subjects: tuple[str, ...]
    whole: bool
    listings: tuple[Listing, ...]
    monthly: bool
    at_region: bool

    @property
    def has_only_months(self) -> bool:
        """Whether it is selected by year and has values of months alone, which don't add up."""
        return not self.monthly and self.table.has_only_months(
            self.metric, self.unit, self.collection
        )


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
        self._groups: dict[str, list[str]] = {}
        for category in sheet.categories:
            if category.group:
                names = self._groups.setdefault(category.group, [])
                if _fold(category.name) not in map(_fold, names):
                    names.append(category.name)
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
                    *(block.monthly, block.at_region),
                )
                blocks[key] = _union(blocks[key], block) if key in blocks else block
        return tuple(blocks.values()), tuple(findings)

    def _nothing_selected(self, sub_task: SubTask) -> Finding:
        return Finding(
            severity="warning",
            code="sheet.selects-nothing",
            message=f"sub-task {sub_task.id} selects no rows: no figures will stand in it",
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
        where = _Where(entry, self._sheet, self._file)
        table = self._dataset.table(entry.source)
        if table is None:
            findings.append(
                where.finding(
                    "no-table",
                    f"'{entry.source}' is no table of this project",
                    self._dataset.tables,
                    text=entry.source,
                    otherwise="Set it under [data] in project.toml, or name another source",
                )
            )
            return
        collection = self._collection(table, entry, where, findings)
        if collection is None:
            return
        known_metrics = table.metrics(collection)
        metrics, unknown = _matches(entry.properties, known_metrics)
        for text in unknown:
            message = f"{table.name} has no property '{text}'"
            findings.append(where.finding("no-property", message, known_metrics, text=text))
        known_subjects = _distinct(
            s for m in metrics or table.metrics() for s in table.subjects(m, collection)
        )
        if entry.period_type == "Month" and not table.has_months:
            findings.append(
                where.finding(
                    "no-months",
                    f"Period_type is Month, and {table.name} has no months: no months will be told",
                    (),
                    remedy="Write Year",
                    severity="warning",
                )
            )
        # A total is what all the categories add up to: who names it asks for all of them.
        asked = tuple(
            text
            for text in entry.categories
            if not _is_total(text, table, metrics) or _fold(text) in map(_fold, known_subjects)
        )
        subjects, unknown = _matches(asked, known_subjects)
        for text in unknown:
            of = f" of {listing(metrics, 6)}" if metrics else ""
            message = f"{table.name} has no category '{text}'{of}"
            findings.append(
                where.finding(
                    "no-category",
                    message,
                    known_subjects,
                    text=text,
                    remedy=self._category_remedy(text, known_subjects),
                )
            )
        at_region = (
            isinstance(entry, Search) and bool(entry.level) and entry.level.casefold() != "country"
        )
        only_totals = bool(entry.categories) and all(
            _is_total(text, table, metrics) for text in entry.categories
        )
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
        listed = tuple(item for item in chosen.items() if item[1])
        findings.extend(self._only_months(table, collection, entry, where, listed))
        for metric, own in listed:
            for unit in table.units(metric, collection):
                yield Block(
                    table=table,
                    collection=collection,
                    metric=metric,
                    unit=unit,
                    subjects=own,
                    whole=_is_whole(table, metric, collection, own),
                    listings=(listed,) if entry.properties else (),
                    monthly=entry.period_type == "Month",
                    at_region=at_region,
                )

    def _only_months(
        self,
        table: Table,
        collection: str,
        entry: Selection,
        where: _Where,
        listed: Listing,
    ) -> Iterator[Finding]:
        """A warning for what is selected by year and has values of months that never add up."""
        found = [
            f"{metric} ({unit})"
            for metric, _ in listed
            for unit in table.units(metric, collection)
            if entry.period_type != "Month" and table.has_only_months(metric, unit, collection)
        ]
        if found:
            yield where.finding(
                MONTHS_ONLY,
                f"{table.name} has {listing(found, 6)} by month alone, which "
                f"{'is' if len(found) == 1 else 'are'} not added over the months of a year: no "
                "figure of a year is told",
                (),
                remedy="Write Month as Period_type to show the months, or export it by year",
                severity="warning",
            )

    def _category_remedy(self, text: str, known: Iterable[str]) -> str:
        """What to do about a text that is no category; empty where its spelling may be wrong."""
        by_fold = {_fold(group): members for group, members in self._groups.items()}
        members = by_fold.get(_fold(text))
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
        self, table: Table, entry: Selection, where: _Where, findings: list[Finding]
    ) -> str | None:
        """The collection to read, empty for long tables; None when it cannot be told."""
        if not table.has_collections:
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
            found = table.find_collection(entry.collection)
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
        asked = {_fold(text) for text in entry.properties}
        metrics = [m for m in table.metrics() if not asked or _fold(m) in asked]
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


_COLUMNS = {
    "no-table": "Data Source",
    "no-property": "property_list",
    "no-category": "category_list",
    "no-rows": "property_list",
    "no-months": "Period_type",
    MONTHS_ONLY: "Period_type",
    "no-collection": "collection_name",
    "which-collection": "collection_name",
    "unused-collection": "collection_name",
}
"""Code of a finding about a selection → the column that it is about."""


class _Where:
    """Names the cell of the sheet in findings."""

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


def _matches(asked: tuple[str, ...], known: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """The known names that are asked for, in the order asked, and those that are not known.

    Nothing asked means all.
    """
    if not asked:
        return known, []
    by_fold = {_fold(name): name for name in known}
    matched = [text if text in known else by_fold.get(_fold(text)) for text in asked]
    unknown = [text for text, name in zip(asked, matched, strict=True) if name is None]
    return _distinct(name for name in matched if name is not None), unknown


def _chosen(held: tuple[str, ...], selected: tuple[str, ...], is_list: bool) -> tuple[str, ...]:
    """The selected categories of a property, in the order of the list that names them.

    A property without categories has a total alone, which is taken unless categories are named.
    """
    if not held:
        return () if is_list else ("-",)
    return tuple(name for name in selected if name in held)


def _is_total(text: str, table: Table, metrics: Iterable[str]) -> bool:
    """Whether a name is that of a total, by itself or in the table."""
    return is_total(text) or _fold(text) in table.totals or any(is_total(text, m) for m in metrics)


def _is_whole(table: Table, metric: str, collection: str, subjects: tuple[str, ...]) -> bool:
    return len(subjects) == len(table.subjects(metric, collection) or ("-",))


def _fold(text: str) -> str:
    """A name as it is compared: without regard to case, and to blanks around and inside."""
    return tidy(text).casefold()


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _union(first: Block, second: Block) -> Block:
    """Two entries that select from the same rows, as one."""
    subjects = _distinct((*first.subjects, *second.subjects))
    return replace(
        first,
        subjects=subjects,
        whole=_is_whole(first.table, first.metric, first.collection, subjects),
        listings=tuple(dict.fromkeys((*first.listings, *second.listings))),
    )
