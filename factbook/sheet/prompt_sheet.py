"""Reading a prompt sheet: a workbook, or frames, into typed rows and findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from factbook.errors import Finding, SheetError
from factbook.sheet.cell_reader import CellReader
from factbook.sheet.ids import duplicate_ids, ids_alike, wrong_prefixes
from factbook.sheet.layout import LAYOUTS, Table, fold, locate
from factbook.sheet.models import (
    Aim,
    Category,
    Chart,
    CrossReference,
    Guideline,
    Objective,
    PromptSheet,
    Search,
    SubTask,
    Task,
)
from factbook.sheet.tabs import BY_FOLD, is_wanted, sheets_by_layout
from factbook.xlsx.workbook import SheetRow, Source, read_workbook

PERIOD_TYPES = {
    name.casefold(): name
    for name in ("Year", "Half-year", "Quarter", "Month", "Week", "Day", "Season")
}
SOURCES = {
    fold(name): spelling
    for name, spelling in (
        ("plexos_chart", "PLEXOS"),
        ("PLEXOS", "PLEXOS"),
        ("ETM", "ETM"),
        ("Text only", "Text only"),
        ("Internet Search", "Internet Search"),
        ("LLM Call", "LLM Call"),
    )
}


def read_prompt_sheet(
    source: Source, *, file: str = "", table_names: Iterable[str] = ()
) -> tuple[PromptSheet | None, tuple[Finding, ...]]:
    """Read a prompt sheet.

    Args:
        source: Path of an ``.xlsx`` file, or frames by sheet name.
        file: The file as its user named it, for findings; else its path.
        table_names: Tables of the project; a source is matched with them without regard to case.

    Returns:
        The sheet, and all findings. The sheet is None when the file can't be read. With other
        errors it has what could be read, so that `factbook.sheet.lint` can find further problems,
        and must not be used for a report.
    """
    try:
        book = read_workbook(source, is_wanted)
    except SheetError as error:
        return None, _named(error.findings, file)
    raw, findings = sheets_by_layout(book)
    reading = _Reading(book.file, table_names)
    for name, raw_sheet in raw.items():
        table, header_findings = locate(raw_sheet, BY_FOLD[fold(name)], book.file)
        reading.add(table)
        findings += header_findings
    sheet = reading.sheet()
    return sheet, _named((*findings, *reading.findings()), file)


class _Reading:
    """The tables of one workbook, read one after the other."""

    def __init__(self, file: str, table_names: Iterable[str]) -> None:
        self._file = file
        self._tables = {fold(name): name for name in table_names}
        self._readers: dict[str, CellReader] = {}
        self._findings: list[Finding] = []

    def add(self, table: Table) -> None:
        self._readers[table.layout.name] = CellReader(table, self._file)

    def sheet(self) -> PromptSheet:
        """The sheet, as far as it can be read."""
        project_name, context = self._read_me()
        objectives = self._objectives()
        tasks = self._tasks()
        sub_tasks = self._sub_tasks()
        sheet = PromptSheet(
            project_name=project_name,
            context=context,
            aims=self._aims(),
            objectives=objectives,
            tasks=tasks,
            sub_tasks=sub_tasks,
            guidelines=self._guidelines(),
            charts=self._charts(),
            searches=self._searches(),
            cross_references=self._cross_references(),
            categories=self._categories(),
            columns={name: reader.table.columns for name, reader in self._readers.items()},
            lost=frozenset(self._lost()),
        )
        self._findings += wrong_prefixes(self._reader("Sub Tasks")[0], sub_tasks)
        for name, rows in (
            ("Aims", sheet.aims),
            ("Objectives", objectives),
            ("Tasks", tasks),
            ("Sub Tasks", sub_tasks),
        ):
            reader, ids = self._reader(name)[0], [(row.id, row.row) for row in rows]
            self._findings += duplicate_ids(reader, ids)
            if name != "Aims":  # no file is named after an aim
                self._findings += ids_alike(reader, ids)
        return sheet

    def findings(self) -> list[Finding]:
        """Findings about cells and ids, sheet by sheet, then across sheets."""
        readers = [self._readers[item.name] for item in LAYOUTS if item.name in self._readers]
        return [*(f for reader in readers for f in reader.findings()), *self._findings]

    def _lost(self) -> Iterator[tuple[str, str]]:
        """Required columns that are missing, and columns with unreadable ids."""
        for layout in LAYOUTS:
            reader = self._readers.get(layout.name)
            if reader is not None:
                lost = [*reader.lost, *(c for c in layout.needed if c not in reader.table.columns)]
            else:
                lost = list(layout.needed) if layout.required else []
            yield from ((layout.name, column) for column in lost)

    def _reader(self, name: str) -> tuple[CellReader, Sequence[SheetRow]]:
        reader = self._readers.get(name) or CellReader(Table(BY_FOLD[fold(name)]), self._file)
        return reader, reader.table.rows

    def _read_me(self) -> tuple[str, str]:
        reader, rows = self._reader("Read me")
        names = [reader.title(row, "Project Name", required=False) for row in rows]
        contexts = [reader.text(row, "Context") for row in rows]
        named = [row for row, name in zip(rows, names, strict=True) if name]
        self._findings += _second_names(reader, named)
        name = next((name for name in names if name), "")
        return name, "\n".join(context for context in contexts if context)

    def _aims(self) -> tuple[Aim, ...]:
        reader, rows = self._reader("Aims")
        return tuple(
            Aim(
                row=row.number,
                id=reader.id(row, "ID"),
                title=reader.title(row, "Title", required=False),
                description=reader.text(row, "Description"),
            )
            for row in rows
        )

    def _objectives(self) -> tuple[Objective, ...]:
        reader, rows = self._reader("Objectives")
        return tuple(
            Objective(
                row=row.number,
                id=reader.id(row, "ID"),
                aim_id=reader.id(row, "Aim ID", required=False),
                title=reader.title(row, "Title"),
                description=reader.text(row, "Description"),
            )
            for row in rows
        )

    def _tasks(self) -> tuple[Task, ...]:
        reader, rows = self._reader("Tasks")
        return tuple(
            Task(
                row=row.number,
                id=reader.id(row, "ID"),
                objective_id=reader.id(row, "Objective ID"),
                title=reader.title(row, "Title"),
                description=reader.text(row, "Description"),
            )
            for row in rows
        )

    def _sub_tasks(self) -> tuple[SubTask, ...]:
        reader, rows = self._reader("Sub Tasks")
        return tuple(
            SubTask(
                row=row.number,
                id=reader.id(row, "ID"),
                task_id=reader.id(row, "Task_section_id"),
                task_header=reader.title(row, "Task Header", required=False),
                title=reader.title(row, "Title"),
                description=reader.text(row, "Description"),
                input=self._source(reader.name(row, "Input")),
                geographic_level=_level(reader.level(row, "Geographic Level")) or "country",
            )
            for row in rows
        )

    def _guidelines(self) -> tuple[Guideline, ...]:
        reader, rows = self._reader("Text Guidelines")
        return tuple(
            Guideline(
                row=row.number,
                id=reader.id(row, "ID"),
                description=reader.text(row, "Description"),
                standard=reader.text(row, "Standard"),
                advanced=reader.text(row, "Advanced"),
                research_topics=reader.text(row, "Research Topics"),
                research_notes=reader.text(row, "Research Notes"),
            )
            for row in rows
        )

    def _charts(self) -> tuple[Chart, ...]:
        """Rows that select something; a row with only an id is a draft, and selects nothing."""
        reader, rows = self._reader("Default Charts")
        selecting = ("Image", "collection_name", "property_list", "category_list")
        return tuple(
            Chart(
                row=row.number,
                sub_task_id=reader.id(row, "sub_task_id"),
                description=reader.text(row, "Description"),
                source=self._source(reader.name(row, "Image", required=True)),
                collection=reader.name(row, "collection_name"),
                properties=reader.items(row, "property_list"),
                categories=reader.items(row, "category_list"),
                scenarios=reader.items(row, "scenario_list"),
                period_type=reader.choice(row, "Period_type", PERIOD_TYPES, "Year"),
                sub_task_header=reader.title(row, "sub_task_header", required=False),
            )
            for row in rows
            if reader.has_any(row, selecting)
        )

    def _searches(self) -> tuple[Search, ...]:
        """Rows that ask for something; a row with only an id is a draft, and asks nothing."""
        reader, rows = self._reader("External Search")
        asking = ("Data Source", "Prompt", "collection_name", "property_list", "category_list")
        return tuple(
            Search(
                row=row.number,
                sub_task_id=reader.id(row, "ID"),
                unique_id=reader.text(row, "Unique_ID"),
                title=reader.title(row, "Title", required=False),
                description=reader.text(row, "Description"),
                prompt=reader.text(row, "Prompt"),
                source=self._source(reader.name(row, "Data Source", required=True)),
                level=_level(reader.name(row, "Level")),
                additional_information=reader.text(row, "additional information"),
                collection=reader.name(row, "collection_name"),
                properties=reader.items(row, "property_list"),
                categories=reader.items(row, "category_list"),
                scenarios=reader.items(row, "scenario_list"),
                period_type=reader.choice(row, "Period_type", PERIOD_TYPES, "Year"),
            )
            for row in rows
            if reader.has_any(row, asking)
        )

    def _cross_references(self) -> tuple[CrossReference, ...]:
        """Rows that refer to something; a row with only an id is a draft, and refers to nothing."""
        reader, rows = self._reader("Cross Reference")
        references = []
        for row in rows:
            copy_of = reader.copy(row, "Copy")
            if copy_of:
                own_id = reader.id(row, "ID")
                references.append(CrossReference(row=row.number, id=own_id, copy_of=copy_of))
        return tuple(references)

    def _categories(self) -> tuple[Category, ...]:
        reader, rows = self._reader("All Categories")
        return tuple(
            Category(
                row=row.number,
                name=reader.title(row, "category_name"),
                group=reader.name(row, "group"),
                description=reader.text(row, "Description"),
            )
            for row in rows
        )

    def _source(self, text: str) -> str:
        """Input, image or data source in its standard spelling."""
        return SOURCES.get(fold(text)) or self._tables.get(fold(text), text)


def _named(findings: Iterable[Finding], file: str) -> tuple[Finding, ...]:
    """Findings with the file's name as the user wrote it, if it is known."""
    if not file:
        return tuple(findings)
    return tuple(finding.model_copy(update={"file": file}) for finding in findings)


def _second_names(reader: CellReader, rows: Sequence[SheetRow]) -> list[Finding]:
    """A warning for project names after the first: they are not used."""
    if len(rows) < 2:
        return []
    return [
        Finding(
            severity="warning",
            code="sheet.second-name",
            message=f"column 'Project Name' has {len(rows)} names; only the first is used",
            file=reader.file,
            sheet=reader.table.name,
            cells=tuple(reader.cell(row, "Project Name") for row in rows),
            allowed="one",
            remedy="Delete the others",
        )
    ]


def _level(text: str) -> str:
    """``country`` for each place of the project's kind, whatever such a place is called."""
    return "country" if fold(text) in ("country", "place", "state") else text
