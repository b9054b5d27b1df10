"""Small made-up worlds: rows of a table, and what the finder finds in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factbook.config.load import make_config
from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import DataSet, load_dataset
from factbook.data.series import Place
from factbook.evidence.build import EvidenceBuilder
from factbook.evidence.facts import Evidence
from factbook.evidence.finding import DataFinding
from factbook.findings.find import Finder
from factbook.sheet.models import Category, Chart, Objective, PromptSheet, SubTask, Task

GENERATION, TWH = "Generation", "TWh"
"""A measure that adds over categories and places."""

INTENSITY, PER_KWH = "Carbon intensity", "g/kWh"
"""One that does not, and of which less is better."""

PLACES = (
    "Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czechia", "Denmark", "Estonia",
    "Finland", "France", "Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania",
    "Luxembourg", "Malta", "Netherlands", "Poland", "Portugal", "Romania", "Slovakia", "Slovenia",
    "Spain", "Sweden", "Norway", "Switzerland", "United Kingdom", "Japan", "Canada", "Brazil",
    "India", "China", "Kenya", "Egypt", "Chile", "Peru", "Mexico", "Australia", "New Zealand",
)  # fmt: skip
REGION = "Group"


@dataclass(frozen=True)
class World:
    """A project over one table whose sheet has one sub-task.

    Attributes:
        dataset: Its data.
        builder: Its evidence.
        sub_task: Its sub-task.
        config: Its configuration.
    """

    dataset: DataSet
    builder: EvidenceBuilder
    sub_task: SubTask
    config: ProjectConfig

    @property
    def places(self) -> tuple[Place, ...]:
        """The members and the region."""
        return (*self.dataset.members, self.dataset.region)

    def evidence(self, name: str) -> Evidence:
        """The evidence of a place's section, by its name."""
        [place] = [p for p in self.places if p.name == name]
        return self.builder.build(f"1.1.1@{place.code}", self.sub_task, place)

    def found(
        self, name: str, kind: str = "", subject: str = "", form: str | None = None
    ) -> list[DataFinding]:
        """The findings of a place's section, of a kind, about a subject and of a form."""
        evidence = self.evidence(name)
        return [
            one
            for one in evidence.findings
            if (not kind or one.kind == kind)
            and (form is None or one.form == form)
            and (not subject or subject in {evidence.by_id[f].subject for f in one.facts.values()})
        ]


def world(
    folder: Path,
    rows: Iterable[str],
    *,
    head: str = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT",
    categories: Sequence[tuple[str, str]] = (),
    selected: Sequence[str] = (),
    text: str = "",
    **config: Any,
) -> World:
    """A world over rows of a long table.

    Args:
        folder: Where the table is written.
        rows: Its rows as text, under `head`.
        head: Its headings.
        categories: Category and group, as in All Categories.
        selected: Categories that the sub-task is about; none for all.
        text: What the sheet says of the sub-task.
        config: Keys of the configuration.
    """
    (folder / "etm.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    data = {"etm": "etm.csv"} | config.pop("data", {})
    made = make_config({"region": {"name": REGION, "members": "all"}, **config, "data": data})
    dataset, _ = load_dataset(folder, made)
    sub_task = SubTask(
        row=2, id="1.1.1", task_id="1.1", title="Power", description=text, input="ETM"
    )
    sheet = PromptSheet(
        objectives=(Objective(id="1", title="Energy"),),
        tasks=(Task(id="1.1", objective_id="1", title="Supply"),),
        sub_tasks=(sub_task,),
        charts=(
            Chart(
                row=2, sub_task_id="1.1.1", properties=(), categories=tuple(selected), source="ETM"
            ),
        ),
        categories=tuple(Category(name=name, group=group) for name, group in categories),
    )
    builder = EvidenceBuilder(
        sheet, dataset, made, lambda deriver: Finder(deriver, made.findings, lambda _: text)
    )
    return World(dataset, builder, sub_task, made)


def rows_of(
    table: Mapping[tuple[str, str], Mapping[int, object] | Sequence[object]],
    *,
    first: int = 2010,
    metric: str = GENERATION,
    unit: str = TWH,
) -> Iterator[str]:
    """Rows of a long table.

    Args:
        table: Place and category → values by year, or one after the other from `first`; None is a
            gap. A value may end with a flag after a comma, where the head has a column for it.
        first: First year of values that follow each other.
        metric: PROPERTY.
        unit: UNIT.
    """
    for (place, category), values in table.items():
        years = values.items() if isinstance(values, Mapping) else enumerate(values, start=first)
        for year, value in years:
            if value is not None:
                number, _, flag = str(value).partition(",")
                line = f"{place},{category},{year},{number},{metric},{unit}"
                yield f"{line},{flag}" if "," in str(value) else line
