"""The prompt sheet as typed rows. Ids are text; titles repeat and are never keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from factbook.xlsx.cells import cell_name


class Row(BaseModel):
    """A row of the sheet. `row` is its number in Excel, for messages; 0 when it has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: int = 0


class Aim(Row):
    """A row of ``Aims``."""

    id: str
    title: str = ""
    description: str = ""


class Objective(Row):
    """A row of ``Objectives``: a chapter."""

    id: str
    aim_id: str = ""
    title: str
    description: str = ""

    @property
    def is_conclusion(self) -> bool:
        """Whether it is the sheet's own conclusion, which needs no tasks."""
        return self.title.strip().casefold() in ("conclusion", "conclusions")


class Task(Row):
    """A row of ``Tasks``: a part of a chapter."""

    id: str
    objective_id: str
    title: str
    description: str = ""


class SubTask(Row):
    """A row of ``Sub Tasks``: for each of its places it becomes a section.

    Attributes:
        input: ``ETM``, ``PLEXOS``, a table's name, ``Text only``, or empty (no limit).
        geographic_level: ``country`` or a region's name.
    """

    id: str
    task_id: str
    task_header: str = ""
    title: str
    description: str = ""
    input: str = ""
    geographic_level: str = "country"


class Guideline(Row):
    """A row of ``Text Guidelines``; `id` is a sub-task's."""

    id: str
    description: str = ""
    standard: str = ""
    advanced: str = ""
    research_topics: str = ""
    research_notes: str = ""


class Selection(Row):
    """The selection of rows that `Default Charts` and `External Search` have in common.

    Attributes:
        sub_task_id: The sub-task that it belongs to.
        source: ``ETM``, ``PLEXOS``, a table's name; for searches also ``Internet Search`` and
            ``LLM Call``. ``plexos_chart`` is read as ``PLEXOS``.
        collection: PLEXOS collection; empty when none is named.
        properties: PROPERTY values; empty means all.
        categories: SECTOR or category values; empty means all.
        scenarios: Scenarios; empty means all.
        period_type: ``Year``, ``Half-year``, ``Quarter``, ``Month``, ``Week``, ``Day`` or
            ``Season``.
    """

    sub_task_id: str
    description: str = ""
    source: str
    collection: str = ""
    properties: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    period_type: str = "Year"


class Chart(Selection):
    """A row of ``Default Charts``."""

    sub_task_header: str = ""


class Search(Selection):
    """A row of ``External Search``.

    Attributes:
        unique_id: The search's own id.
        level: ``country``, the region's name, or empty (the section's own place).
    """

    unique_id: str = ""
    title: str = ""
    prompt: str = ""
    level: str = ""
    additional_information: str = ""


class CrossReference(Row):
    """A row of ``Cross Reference``.

    Attributes:
        id: The sub-task that refers.
        copy_of: Text of the column ``Copy``: a sub-task's id makes an edge of the section graph,
            any other text is a style example.
    """

    id: str
    copy_of: str


class Category(Row):
    """A row of ``All Categories``."""

    name: str
    group: str = ""
    description: str = ""


class PromptSheet(BaseModel):
    """A prompt sheet, as far as it could be read; rows are in the sheet's order.

    Attributes:
        columns: Sheet → column → its position, 0 for ``A``, for messages.
        lost: Sheets with those of their columns that are missing or contain an unreadable id.
            References to these cannot be checked. Only a prompt sheet without any gives a report.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    project_name: str = ""
    context: str = ""
    aims: tuple[Aim, ...] = ()
    objectives: tuple[Objective, ...]
    tasks: tuple[Task, ...]
    sub_tasks: tuple[SubTask, ...]
    guidelines: tuple[Guideline, ...] = ()
    charts: tuple[Chart, ...] = ()
    searches: tuple[Search, ...] = ()
    cross_references: tuple[CrossReference, ...] = ()
    categories: tuple[Category, ...] = ()
    columns: Mapping[str, Mapping[str, int]] = {}
    lost: frozenset[tuple[str, str]] = frozenset()

    def cells(self, sheet_name: str, column: str, rows: Iterable[Row]) -> tuple[str, ...]:
        """The cells of a column in some rows (``D2``); the rows if its position is not known."""
        index = self.columns.get(sheet_name, {}).get(column)
        return tuple(cell_name(row.row, index) for row in rows)
