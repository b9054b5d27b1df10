"""Evidence of one sub-task, over the real figures in tests/inputs/data or over a few rows.

What the tests compare it with is computed here and there with the `csv` module alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from factbook.config.load import make_config
from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import DataSet, load_dataset
from factbook.data.series import Place
from factbook.errors import Finding
from factbook.evidence.build import EvidenceBuilder
from factbook.evidence.facts import Evidence, Fact
from factbook.project.builder_of_regions import BuilderOfRegions
from factbook.sheet.models import Category, Chart, Objective, PromptSheet, Search, SubTask, Task

INPUTS = Path(__file__).parents[1] / "inputs" / "data"
HEAD = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT"
REAL: Mapping[str, Any] = {
    "data": {
        "etm": "etm_long.csv",
        "plexos": "plexos_like",
        "nodes": "nodal_split.csv",
        "borders": "borders_europe.csv",
    },
    "places": {"drop": ["Great Britain"]},
}


class Row(NamedTuple):
    """A row of the long table, with its number as a person counts it."""

    number: int
    country: str
    subject: str
    year: str
    value: float
    metric: str
    unit: str


def read_rows(path: Path) -> list[Row]:
    """Rows of a long table; gaps are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                number,
                row["COUNTRY"],
                row["SECTOR"],
                row["YEAR"],
                float(row["VALUE"]),
                row["PROPERTY"],
                row["UNIT"],
            )
            for number, row in enumerate(csv.DictReader(file), start=2)
            if row["VALUE"]
        ]


@pytest.fixture(scope="session")
def etm() -> list[Row]:
    """The real long table, without Great Britain, which the project drops."""
    return [row for row in read_rows(INPUTS / "etm_long.csv") if row.country != "Great Britain"]


@dataclass(frozen=True)
class Asked:
    """A project whose sheet has one sub-task.

    Attributes:
        dataset: Its data.
        builder: What is tested.
        sub_task: The sub-task.
        config: Its configuration.
        sheet: Its sheet.
    """

    dataset: DataSet
    builder: EvidenceBuilder
    sub_task: SubTask
    config: ProjectConfig
    sheet: PromptSheet

    def of(self, code: str) -> Evidence:
        """The evidence for a country's code, or for the region's name."""
        place = self.place(code)
        return self.builder.build(f"1.1.1@{place.code}", self.sub_task, place)

    def told(self, code: str) -> Evidence:
        """The same with what is worth saying, as a report's sections have it."""
        place = self.place(code)
        return self.teller.build(f"1.1.1@{place.code}", self.sub_task, place)

    @cached_property
    def teller(self) -> BuilderOfRegions:
        """The builder of a report, which finds what is worth saying."""
        return BuilderOfRegions(self.sheet, self.dataset, self.config)

    def place(self, code: str) -> Place:
        """A country or the region."""
        region = self.dataset.region
        return region if code == region.name else self.dataset.known[code]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What could not be resolved."""
        return self.builder.findings([self.sub_task])


class Ask(Protocol):
    """Makes a project with one sub-task."""

    def __call__(
        self,
        *entries: Chart | Search,
        rows: Iterable[str] = (),
        files: Mapping[str, str] = {},
        categories: Sequence[tuple[str, str]] = (),
        source: str = "ETM",
        folder: Path = INPUTS,
        settings: Mapping[str, Any] = {},
        **config: Any,
    ) -> Asked:
        """Over the real figures, or over `rows` and `files` when there are any.

        `categories` are the rows of All Categories: category, group. `folder` is where the real
        figures are. `settings` are keys of the configuration that these names hide.
        """


def chart(properties: str = "", categories: str = "", **others: Any) -> Chart:
    """A row of Default Charts on ETM, lists as they stand in its cells."""
    values = {"source": "ETM"} | others
    return Chart(
        row=2,
        sub_task_id="1.1.1",
        properties=_listed(properties),
        categories=_listed(categories),
        **values,
    )


def search(properties: str = "", categories: str = "", **others: Any) -> Search:
    """A row of External Search on ETM."""
    values = {"source": "ETM"} | others
    return Search(
        row=2,
        sub_task_id="1.1.1",
        properties=_listed(properties),
        categories=_listed(categories),
        **values,
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@pytest.fixture
def ask(tmp_path: Path, real_data: dict[str, DataSet]) -> Ask:
    """Makes a project with one sub-task; real data are loaded once for each configuration."""

    def make(
        *entries: Chart | Search,
        rows: Iterable[str] = (),
        files: Mapping[str, str] = {},
        categories: Sequence[tuple[str, str]] = (),
        source: str = "ETM",
        folder: Path = INPUTS,
        settings: Mapping[str, Any] = {},
        **config: Any,
    ) -> Asked:
        lines, config = list(rows), {**config, **settings}
        if lines or files:
            written = {"etm.csv": "\n".join([HEAD, *lines, ""])} if lines else {}
            for name, text in {**written, **files}.items():
                path = tmp_path / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            data = ({"etm": "etm.csv"} if lines else {}) | config.pop("data", {})
            made = make_config({"data": data, **config})
            dataset, _ = load_dataset(tmp_path, made)
        else:
            data = {**REAL["data"], **config.pop("data", {})}
            made = make_config({**REAL, **config, "data": data})
            key = f"{folder} {made.model_dump_json()}"
            if key not in real_data:
                real_data[key] = load_dataset(folder, made)[0]
            dataset = real_data[key]
        sub_task = SubTask(row=2, id="1.1.1", task_id="1.1", title="Power", input=source)
        sheet = PromptSheet(
            objectives=(Objective(id="1", title="Energy"),),
            tasks=(Task(id="1.1", objective_id="1", title="Supply"),),
            sub_tasks=(sub_task,),
            charts=tuple(entry for entry in entries if isinstance(entry, Chart)),
            searches=tuple(entry for entry in entries if isinstance(entry, Search)),
            categories=tuple(Category(name=name, group=group) for name, group in categories),
        )
        return Asked(dataset, EvidenceBuilder(sheet, dataset, made), sub_task, made, sheet)

    return make


@pytest.fixture(scope="session")
def real_data() -> dict[str, DataSet]:
    """Loaded data by configuration."""
    return {}


def pick(evidence: Evidence, **fields: object) -> list[Fact]:
    """The facts whose fields have these values."""
    # A kind of "value" asks for totals too: what is a sum is a subject of its own tests.
    asked = {("measured_kind" if n == "kind" else n): v for n, v in fields.items()}
    return [
        fact
        for fact in evidence.facts
        if all(getattr(fact, name) == value for name, value in asked.items())
    ]


def one(evidence: Evidence, **fields: object) -> Fact:
    """The only fact whose fields have these values."""
    [fact] = pick(evidence, **fields)
    return fact
