"""The configuration of a project, `ProjectConfig`: project.toml, ``--set``, Python."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from slugify import slugify

from factbook.config.config_table import ConfigTable, TextList, split_text
from factbook.config.dimensions import Dimension, dimensions_by_column
from factbook.config.findings import Findings
from factbook.config.flags import FlagMeanings
from factbook.config.measures import MeasureTable
from factbook.config.place_tables import (
    Categories,
    Labels,
    Places,
    Region,
    RegionMembers,
    is_once,
    with_main_region,
)
from factbook.config.plausibility import Plausibility

PROJECT_FILE = "project.toml"

Output = Literal["csv", "md", "docx", "html", "pdf"]
Provider = Literal["offline", "openai", "local"]
Runner = Literal["thread", "dask"]
EngineName = Literal["prefect", "threads"]
GuidelineLevel = Literal["standard", "advanced"]
Checks = Literal["off", "mark", "strict"]
Format = Literal[
    "text", "xlsx", "parquet", "sdmx-csv", "eurostat-tsv", "sdmx-ml", "json-stat", "iamc"
]


def _ids(value: object) -> object:
    """Ids are text. Integers become text; floats are refused, as 1.10 and 1.1 would be equal."""
    value = split_text(value)
    if isinstance(value, int | float):
        value = [value]
    if not isinstance(value, list | tuple):
        return value
    if any(isinstance(item, float | bool) for item in value):
        raise ValueError('ids are text or whole numbers; write "1.10" in quotes, not as a number')
    return [str(item) if isinstance(item, int) else item for item in value]


IdList = Annotated[tuple[str, ...], BeforeValidator(_ids)]


def _iso_date(value: object) -> object:
    """A date as text; text that is not a date is refused."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise ValueError("a date such as 2024-05-31") from None


def _names_once(countries: dict[str, str]) -> dict[str, str]:
    """Countries with distinct names: readers could not tell others apart."""
    codes: dict[str, list[str]] = {}
    for code, name in countries.items():
        codes.setdefault(" ".join(name.split()).casefold(), []).append(code)
    for fold, same in codes.items():
        if fold and len(same) > 1:
            raise ValueError(
                f"each name once; {' and '.join(same)} are both called '{countries[same[0]]}'"
            )
    return countries


class ValueColumn(ConfigTable):
    """``[data.tables.NAME.values.HEADING]``: a column of figures, of a measure of its own.

    Attributes:
        measure: What its figures are; the heading when unset.
        unit: Their unit; that of the table, or of its column UNIT, when unset.
        place: The place that they are of, of a table with a column for each place.
        category: The category that they are of, likewise.
        month: The month that they are of, of a table with a column for each month and the year in
            its rows: 1 to 12.
    """

    measure: Annotated[str, Field(min_length=1)] | None = None
    unit: Annotated[str, Field(min_length=1)] | None = None
    place: Annotated[str, Field(min_length=1)] | None = None
    category: Annotated[str, Field(min_length=1)] | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None


class TableSource(ConfigTable):
    """``[data.tables.NAME]``: a user's table.

    Attributes:
        file: CSV, TSV, Parquet, xlsx, SDMX-ML or JSON-stat, relative to the project folder.
        sheet: Sheet of a workbook; the first one when unset.
        columns: Factbook's column name → the table's.
        years_in_columns: One column per year instead of a column YEAR.
        unit: Unit of all values, when there is no column UNIT.
        origin: Publisher, title and edition; shown under each table of figures.
        vintage: Edition of the file, such as "2026-10 edition"; shown in the annex. By default
            what the file itself says.
        format: What the file is, where its name and beginning do not say it right.
        header_rows: How many rows of a sheet are its header, where merged or blank cells do not
            say it right.
        dimensions: Columns that tell figures apart beside place, category, period and measure; a
            list of them, or column → role, member or reference.
        values: Heading → what the column's figures are, of a table with a column for each measure
            instead of VALUE and PROPERTY.
        constants: Factbook's column name → what all rows have, of a table without such a column.
    """

    file: str
    format: Format | None = None
    header_rows: Annotated[int, Field(ge=1, le=4)] | None = None
    sheet: str | None = None
    columns: dict[str, str] = {}
    years_in_columns: bool = False
    unit: str | None = None
    origin: str = ""
    vintage: str = ""
    dimensions: Annotated[dict[str, Dimension], BeforeValidator(dimensions_by_column)] = {}
    values: dict[str, ValueColumn] = {}
    constants: dict[Literal["COUNTRY", "SECTOR", "YEAR", "PROPERTY", "UNIT"], str] = {}

    @model_validator(mode="after")
    def _one_way_to_figures(self) -> Self:
        said = {column.upper() for column in self.columns}
        if self.values and (self.years_in_columns or said & {"VALUE", "PROPERTY"}):
            raise ValueError(
                "values names the columns of figures and what they are; years_in_columns, "
                "VALUE and PROPERTY say otherwise"
            )
        twice = sorted(said & set(self.constants))
        if twice:
            raise ValueError(f"{' and '.join(twice)} is both in columns and in constants")
        return self


class Data(ConfigTable):
    """``[data]``: the files with the figures. Paths are relative to the project folder.

    `origins` names their sources: ``ETM``, ``PLEXOS``, ``nodes`` or ``borders`` → publisher,
    title and edition; `vintages` tells their editions. Each of the user's tables has its own
    `origin` and `vintage`.
    """

    etm: str | None = None
    plexos: str | None = None
    plexos_model: str | None = None
    plexos_year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    nodes: str | None = None
    node_patterns: dict[str, str] = {}
    borders: str | None = None
    base_year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    target_year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    bad_cells: Literal["error", "gap"] = "error"
    origins: dict[Literal["ETM", "PLEXOS", "nodes", "borders"], str] = {}
    vintages: dict[Literal["ETM", "PLEXOS", "nodes", "borders"], str] = {}
    tables: dict[str, TableSource] = {}

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        if self.base_year and self.target_year and self.base_year >= self.target_year:
            raise ValueError(
                f"base_year {self.base_year} must be before target_year {self.target_year}"
            )
        return self


BOUNDED_LIMITS = frozenset(
    {
        "max_data_cells",
        "max_data_figures",
        "max_data_files",
        "max_data_labels",
        "max_data_mb",
        "max_data_series",
        "max_sections",
        "max_tables",
    }
)
"""Keys of `Limits` that bound what a project may cost whoever reads it: see `bounded_limits`."""


class Limits(ConfigTable):
    """``[limits]``: limits on work, rates and money."""

    max_workers: Annotated[int, Field(ge=1, le=4096)] = 64
    max_in_flight: Annotated[int, Field(ge=1, le=4096)] = 64
    requests_per_minute: Annotated[int, Field(ge=1)] = 500
    tokens_per_minute: Annotated[int, Field(ge=1)] = 200_000
    deadline_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 300
    outage_patience_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 300
    max_repairs: Annotated[int, Field(ge=0, le=10)] = 2
    max_facts: Annotated[int, Field(ge=1)] = 120
    evidence_facts: Annotated[int, Field(ge=1)] = 400
    budget_usd: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    shared: str | None = None
    max_data_mb: Annotated[int, Field(ge=1)] = 250
    max_data_cells: Annotated[int, Field(ge=1)] = 40_000_000
    max_data_figures: Annotated[int, Field(ge=1)] = 10_000_000
    max_data_files: Annotated[int, Field(ge=1)] = 10_000
    max_data_labels: Annotated[int, Field(ge=1)] = 1_000_000
    max_data_series: Annotated[int, Field(ge=1)] = 20_000
    max_tables: Annotated[int, Field(ge=1)] = 100
    max_sections: Annotated[int, Field(ge=1)] = 20_000
    max_memory_mb: Annotated[int, Field(ge=1)] | None = None


class OpenAI(ConfigTable):
    """``[openai]``: parameters of an OpenAI-compatible server. Its key is never one of them."""

    # With another name for it, a server would bound no completion.
    token_parameter: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"  # noqa: S105
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    context_tokens: Annotated[int, Field(ge=1)] | None = None
    reasoning_effort: Literal["minimal", "low", "medium", "high"] | None = None


class Local(ConfigTable):
    """``[local]``: a GGUF model file; by default the model of the extra ``local``."""

    gguf: str | None = None


class Price(ConfigTable):
    """``[prices] MODEL``: USD per million tokens."""

    input: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    output: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Publish(ConfigTable):
    """``[publish]``: the folder that finished files are copied to, and the address for links."""

    to: str | None = None
    url: str | None = None


class RunTable(ConfigTable):
    """``[run]``: what carries the work of a run.

    Attributes:
        engine: ``prefect``: Prefect flows and tasks; ``threads``: threads of this process alone.
    """

    engine: EngineName = "prefect"


class ProjectConfig(ConfigTable):
    """The settings of a project's report; every key has a default.

    Raises:
        ConfigError: From `load_config`: unknown keys and wrong values, all at once.
        pydantic.ValidationError: From the constructor.
    """

    project_name: str | None = None
    main_context: str | None = None
    prompt_sheet: str = "prompt_sheet.xlsx"
    run_objectives_concurrent: bool = False
    run_task_concurrent: bool = False
    objective_list: IdList = ()
    sub_task_list: IdList = ()
    outputs: Annotated[tuple[Output, ...], BeforeValidator(split_text)] = (
        "csv",
        "md",
        "docx",
        "html",
        "pdf",
    )
    provider: Provider = "offline"
    base_model: str = "gpt-5-mini"
    writer_model: str = "gpt-5"
    sota_model: str = "gpt-5"
    search_model: str = "gpt-5-mini"
    runner: Runner = "thread"
    dask_address: str | None = None
    guideline_level: GuidelineLevel = "standard"
    checks: Checks = "mark"
    run_main_report: bool = True
    conclude_report: bool = True
    test_mode: bool = False
    local_mode: bool = False
    skip_internet_search: bool = False
    add_summary: bool = False
    add_feedback: bool = False
    add_final_polish: bool = False
    add_sub_task_summary: bool = False
    add_introduction_to_task: bool = False
    draft_report_conclusion: bool = False
    review: bool = False
    compare_to: str | None = None
    report_date: Annotated[str | None, BeforeValidator(_iso_date)] = None
    keep_runs: Annotated[int, Field(ge=0)] = 0
    only_if_changed: bool = False
    show_edits: bool = False
    region: Region = Region()
    regions: dict[str, RegionMembers] = {}
    countries: Annotated[dict[str, str], AfterValidator(_names_once)] = {}
    places: Places = Places()
    labels: Labels = Labels()
    categories: Categories = Categories()
    groups: dict[str, TextList] = {}
    tone_and_feel: dict[str, str] = {}
    data: Data = Data()
    measures: dict[str, MeasureTable] = {}
    plausibility: Plausibility = Plausibility()
    findings: Findings = Findings()
    flags: FlagMeanings = {}
    limits: Limits = Limits()
    openai: OpenAI = OpenAI()
    local: Local = Local()
    prices: dict[str, Price] = {}
    style: dict[str, Any] = {}
    publish: Publish = Publish()
    run: RunTable = RunTable()

    @model_validator(mode="before")
    @classmethod
    def _with_main_region(cls, values: Any) -> Any:
        return with_main_region(values)

    @field_validator("regions")
    @classmethod
    def _each_once(
        cls, regions: dict[str, RegionMembers], info: ValidationInfo
    ) -> dict[str, RegionMembers]:
        region = info.data.get("region")
        if region is not None and not is_once(region, regions):
            raise ValueError(f"each region once; '{region.name}' is that of [region] too")
        return regions

    @property
    def all_regions(self) -> tuple[Region, ...]:
        """The regions, the report's main one first."""
        others = {name: table for name, table in self.regions.items() if name != self.region.name}
        return (
            self.region,
            *(Region(name=n, members=r.members, row=r.row) for n, r in others.items()),
        )

    _doubted_prices: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def doubted_prices(self) -> frozenset[str]:
        """Models whose price project.toml alone states: see `own_prices`."""
        return self._doubted_prices

    def doubting(self, models: Iterable[str]) -> Self:
        """The same settings, of a project that alone states the prices of these models."""
        config = self.model_copy()
        config._doubted_prices = frozenset(models)
        return config

    @property
    def provider_in_use(self) -> Provider:
        """The provider of a run: `local_mode` is short for ``provider = "local"``."""
        return "local" if self.local_mode else self.provider


def project_slug(project_name: str) -> str:
    """The project's name as a file name: lower-case ASCII letters, digits and hyphens."""
    return slugify(project_name, max_length=80, word_boundary=True) or "report"
