"""Names in the sheet with letters of another script that look like those of the data's names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from factbook.data.dataset import DataSet
from factbook.data.lookalikes import lookalikes, with_letters
from factbook.errors import Finding
from factbook.names import name_key
from factbook.sheet.models import PromptSheet, Row


def lookalike_findings(
    sheet: PromptSheet, file: str, dataset: DataSet, others: Iterable[str]
) -> list[Finding]:
    """Warnings of lookalikes in cells that name something; those of the data have their own.

    Args:
        sheet: The prompt sheet.
        file: Its file as its user named it.
        dataset: The data, with whose names those of the sheet are compared.
        others: Further names that the sheet may use, of regions and tables.
    """
    named = [entry for entry in _named(sheet) if not "".join(entry[3]).isascii()]
    if not named:
        return []
    known = set(_known(dataset)) | set(others)
    keys = {name_key(name) for name in known}
    cells: dict[tuple[str, str], list[Row]] = {}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for tab, column, row, names in named:
        strange = lookalikes([*(n for n in names if name_key(n) not in keys), *known])
        own = {name: strange[name] for name in names if name in strange and name not in known}
        if own:
            cells.setdefault((tab, column), []).append(row)
            found.setdefault((tab, column), {}).update(own)
    return [
        Finding(
            severity="warning",
            code="sheet.lookalikes",
            message=f"{column} has letters of another script that look like those of the word "
            f"around them: {with_letters(names)}",
            file=file,
            sheet=tab,
            cells=sheet.cells(tab, column, cells[tab, column]),
            remedy="Type the names again; as they are, they differ from what they look like",
        )
        for (tab, column), names in found.items()
    ]


def _named(sheet: PromptSheet) -> Iterator[tuple[str, str, Row, Sequence[str]]]:
    """Sheet, column, row and names of each cell that names something of the data."""
    for sub_task in sheet.sub_tasks:
        yield "Sub Tasks", "Geographic Level", sub_task, (sub_task.geographic_level,)
    for tab, entries in (("Default Charts", sheet.charts), ("External Search", sheet.searches)):
        for entry in entries:
            yield tab, "collection_name", entry, (entry.collection,)
            yield tab, "property_list", entry, entry.properties
            yield tab, "category_list", entry, entry.categories
            yield tab, "scenario_list", entry, entry.scenarios
    for search in sheet.searches:
        yield "External Search", "Level", search, (search.level,)
    for category in sheet.categories:
        yield "All Categories", "category_name", category, (category.name,)
        yield "All Categories", "group", category, (category.group,)


def _known(dataset: DataSet) -> Iterator[str]:
    for place in dataset.known.values():
        yield place.name
    for table in dataset.tables.values():
        yield from table.all_collections
        for metric in table.metrics():
            yield metric
            yield from table.subjects(metric)
            for unit in table.units(metric):
                yield from table.scenarios(metric, unit)
