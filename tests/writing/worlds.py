"""Small reports over a few rows, and sections at random, with what is worth saying of them."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from factbook.config.load import make_config
from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import DataSet, load_dataset
from factbook.data.series import Place
from factbook.evidence.facts import Evidence
from factbook.evidence.references import render
from factbook.project.builder_of_regions import BuilderOfRegions
from factbook.sheet.models import Chart, Objective, PromptSheet, SubTask, Task
from factbook.writing.job import SectionJob, Shape, Upstream
from factbook.writing.offline import OfflineWriter

HEAD = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT"
YEARS = tuple(str(year) for year in range(2010, 2022))
Values = Mapping[str, float] | Sequence[float]
"""Values by period; or of consecutive years, the last of which is 2021."""


def rows_of(
    series: Mapping[str, Values],
    *,
    metric: str = "Electricity generation",
    unit: str = "TWh",
    places: Mapping[str, float] | None = None,
) -> list[str]:
    """Rows of a table: subject → values of Austria, in other places times a factor.

    Args:
        series: Subject → its values.
        metric: PROPERTY.
        unit: Unit.
        places: Place → factor; four members of the Union where none are given.
    """
    places = places or {"Austria": 1, "France": 3, "Italy": 2, "Germany": 5}
    return [
        f'{place},"{subject}",{period},{value * factor:.6g},"{metric}","{unit}"'
        for place, factor in places.items()
        for subject, values in series.items()
        for period, value in _by_period(values).items()
    ]


def _by_period(values: Values) -> Mapping[str, float]:
    if isinstance(values, Mapping):
        return values
    return dict(zip(YEARS[-len(values) :], values, strict=True))


@dataclass(frozen=True)
class Report:
    """A report whose sheet has one sub-task.

    Attributes:
        dataset: Its data.
        config: Its configuration.
        sheet: Its sheet.
    """

    dataset: DataSet
    config: ProjectConfig
    sheet: PromptSheet

    @cached_property
    def builder(self) -> BuilderOfRegions:
        """Computes its evidence."""
        return BuilderOfRegions(self.sheet, self.dataset, self.config)

    @property
    def region(self) -> Place:
        """The region."""
        return self.dataset.region

    def place(self, code: str) -> Place:
        """A country, or the region by its name."""
        return self.region if code == self.region.name else self.dataset.known[code]

    def evidence(self, code: str = "AT", number: int = 1) -> Evidence:
        """The evidence of a place; sections of other numbers are worded otherwise."""
        place = self.place(code)
        return self.builder.build(f"1.1.{number}@{place.code}", self.sheet.sub_tasks[0], place)

    def job(self, code: str = "AT", number: int = 1, **others: Any) -> SectionJob:
        """The job of a place's section."""
        kind = others.get("kind", "sub_task")
        evidence = self.evidence(code, number)
        if kind != "sub_task":
            section_id = f"1.{number}#{kind}@{self.place(code).code}"
            evidence = self.builder.combine(section_id, self.place(code), [evidence])
        return job_of(evidence, place=self.place(code), **others)

    def texts(self, code: str = "AT", *, count: int = 12, **others: Any) -> Iterator[str]:
        """The text of the same facts in sections of different ids, so in different words."""
        for number in range(1, count + 1):
            yield written(self.job(code, number, **others))

    def headlines(self, code: str = "AT", *, count: int = 12) -> Iterator[str]:
        """Their headlines."""
        for number in range(1, count + 1):
            job = self.job(code, number)
            yield render(OfflineWriter().write(job).headline, job.evidence.by_id)


def report_of(*rows: str | Iterable[str], chart: Chart | None = None, **config: Any) -> Report:
    """A report over rows of a table.

    Args:
        rows: The rows, or groups of them.
        chart: What the sub-task selects: all if nothing is said.
        config: The configuration beside the data.
    """
    lines = [line for row in rows for line in ([row] if isinstance(row, str) else row)]
    data = {"etm": "etm.csv"} | config.pop("data", {})
    made = make_config({"data": data, **config})
    with tempfile.TemporaryDirectory() as folder:
        table = "\n".join([HEAD, *lines, ""])
        (Path(folder) / "etm.csv").write_text(table, encoding="utf-8")
        dataset, _ = load_dataset(Path(folder), made)
    selected = chart or Chart(row=2, sub_task_id="1.1.1", source="ETM")
    sheet = PromptSheet(
        objectives=(Objective(id="1", title="Energy"),),
        tasks=(Task(id="1.1", objective_id="1", title="Supply"),),
        sub_tasks=(SubTask(row=2, id="1.1.1", task_id="1.1", title="Power", input="ETM"),),
        charts=(selected,),
    )
    return Report(dataset, made, sheet)


def by(period_type: str) -> Chart:
    """A chart of parts of years."""
    return Chart(row=2, sub_task_id="1.1.1", source="ETM", period_type=period_type)


def job_of(evidence: Evidence, **others: Any) -> SectionJob:
    """A section's job."""
    values = {
        "section_id": evidence.section_id,
        "kind": "sub_task",
        "place": Place("AT", "Austria"),
        "chapter_title": "Electricity",
        "task_title": "Supply",
        "title": "Power plants",
        "shape": Shape(),
        "evidence": evidence,
    }
    return SectionJob(**(values | others))


def written(job: SectionJob) -> str:
    """The text of a section as readers see it, with ordinary blanks."""
    text = render(OfflineWriter().write(job).source_text, job.evidence.by_id)
    return text.replace("\N{NO-BREAK SPACE}", " ")


FUELS = (
    "Hydro", "Gas", "Wind", "Bioenergy", "Other Fossil", "Solar", "Hard Coal", "Lignite",
    "Nuclear", "Other Renewables",
)  # fmt: skip
PLACES = (
    "Austria", "Netherlands", "Spain", "Cyprus", "Germany", "Italy", "Czechia", "United Kingdom",
    "Norway",
)  # fmt: skip
MEASURES = (
    ("Electricity generation", "TWh"),
    ("Emissions", "Mt CO2-eq"),
    ("Wholesale price", "EUR/MWh"),
    ("Employment rate", "%"),
    ("Deaths", "deaths"),
)
SHAPES = (
    Shape(),
    Shape(min_words=120, max_words=180, paragraphs=2),
    Shape(min_words=90, max_words=140, paragraphs=1),
    Shape(min_words=250, max_words=350, paragraphs=3),
    Shape(max_words=70),
)
TITLES = ("Power plants", "Fuels burnt", "Trade across borders")


@lru_cache(maxsize=64)
def random_report(number: int) -> Report:
    """A report of random size and shape; the same for the same number."""
    chance = random.Random(number)  # noqa: S311
    metric, unit = MEASURES[number % len(MEASURES)]
    years = YEARS[chance.choice((0, 4, 9)) :] if chance.random() < 0.9 else YEARS[-1:]
    fuels = chance.sample(FUELS, chance.randint(1, 10))
    rows = []
    for place in PLACES:
        for fuel in fuels:
            value = chance.uniform(2, 60) if chance.random() < 0.85 else 0.0
            trend = chance.choice((0.85, 0.95, 1.0, 1.05, 1.2))
            for year in years:
                if chance.random() < 0.97:
                    flag = " p" if chance.random() < 0.03 else ""
                    rows.append(f'{place},{fuel},{year},{value:.2f}{flag},"{metric}","{unit}"')
                value *= trend * chance.uniform(0.93, 1.07)
    return report_of(rows)


def random_job(number: int) -> SectionJob:
    """The job of a random section; the same for the same number."""
    chance = random.Random(-number)  # noqa: S311
    report = random_report(number // 5)
    place = chance.choice([*report.dataset.countries, report.region])
    kind = chance.choice(("sub_task",) * 7 + ("introduction", "summary", "conclusion"))
    upstream: tuple[Upstream, ...] = ()
    if kind == "sub_task" and chance.random() < 0.2:
        missing = chance.choice(("", "failed"))
        upstream = (Upstream(section_id="1.1.9@AT", title="Oil demand", text="…", missing=missing),)
    return report.job(
        place.name if place.kind == "region" else place.code,
        number,
        kind=kind,
        shape=chance.choice(SHAPES),
        covered=TITLES if kind != "sub_task" else (),
        upstream=upstream,
    )
