"""Configuration: `ProjectConfig` (project.toml, ``--set``, Python) and `Settings` (environment)."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict
from slugify import slugify

from factbook.errors import ConfigError, Finding, nearest
from factbook.redaction import secret_in

PROJECT_FILE = "project.toml"
_IN_WORDS = {
    "a valid dictionary": "a table of keys",
    "a valid tuple": "a list, or text with commas",
    "a valid string": "text in quotes",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid boolean": "true or false",
}
_MOST_TOLD = 24
_TYPE_TRIED = re.compile(r"str|int|float|bool|(?:tuple|list)\[.*\]|function-\w+\[.*\]")

Output = Literal["csv", "md", "docx", "html", "pdf"]
Provider = Literal["offline", "openai", "local"]
Runner = Literal["thread", "dask"]
GuidelineLevel = Literal["standard", "advanced"]
Checks = Literal["off", "mark", "strict"]


def _split(value: object) -> object:
    """Text with commas is a list, as ``--set outputs=csv,md`` gives it."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _ids(value: object) -> object:
    """Ids are text. Integers become text; floats are refused, as 1.10 and 1.1 would be one."""
    value = _split(value)
    if isinstance(value, int | float):
        value = [value]
    if not isinstance(value, list | tuple):
        return value
    if any(isinstance(item, float | bool) for item in value):
        raise ValueError('ids are text or whole numbers; write "1.10" in quotes, not as a number')
    return [str(item) if isinstance(item, int) else item for item in value]


TextList = Annotated[tuple[str, ...], BeforeValidator(_split)]
IdList = Annotated[tuple[str, ...], BeforeValidator(_ids)]


def _iso_date(value: object) -> object:
    """A date as text; text that is no date is refused."""
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
    """Countries of which no two have one name: readers could not tell them apart."""
    codes: dict[str, list[str]] = {}
    for code, name in countries.items():
        codes.setdefault(" ".join(name.split()).casefold(), []).append(code)
    for fold, same in codes.items():
        if fold and len(same) > 1:
            raise ValueError(
                f"each name once; {' and '.join(same)} are both called '{countries[same[0]]}'"
            )
    return countries


class Section(BaseModel):
    """Base of all parts of the configuration: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Region(Section):
    """``[region]``: the place that stands for all its members.

    Attributes:
        name: Name in the sheet and in section ids.
        members: A group that country-converter knows (``EU27``), a list of countries, or
            ``all`` countries in the data.
        row: COUNTRY of the data's own row for the region, when it is called neither `name`
            nor `members`.
    """

    name: Annotated[str, Field(min_length=1)] = "EU"
    members: str | tuple[str, ...] = "EU27"
    row: str | None = None


class Places(Section):
    """``[places]``: corrections to the names of places in the data."""

    drop: TextList = ()
    rename: dict[str, str] = {}


class TableSource(Section):
    """``[data.tables.NAME]``: a table of the user's own.

    Attributes:
        file: CSV, TSV, Parquet or xlsx, relative to the project folder.
        sheet: Sheet of a workbook; the first one when unset.
        columns: Factbook's column name → the table's.
        years_in_columns: One column a year instead of a column YEAR.
        unit: Unit of all values, when there is no column UNIT.
        origin: Publisher, title and edition; shown under each table of figures.
    """

    file: str
    sheet: str | None = None
    columns: dict[str, str] = {}
    years_in_columns: bool = False
    unit: str | None = None
    origin: str = ""


class Data(Section):
    """``[data]``: where the figures are. Paths are relative to the project folder.

    `origins` says where they come from: ``ETM``, ``PLEXOS``, ``nodes`` or ``borders`` →
    publisher, title and edition. The user's own tables have an `origin` each.
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
    tables: dict[str, TableSource] = {}

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        if self.base_year and self.target_year and self.base_year >= self.target_year:
            raise ValueError(
                f"base_year {self.base_year} must be before target_year {self.target_year}"
            )
        return self


class Limits(Section):
    """``[limits]``: bounds on work, rates and money."""

    max_workers: Annotated[int, Field(ge=1, le=4096)] = 64
    max_in_flight: Annotated[int, Field(ge=1, le=4096)] = 64
    requests_per_minute: Annotated[int, Field(ge=1)] = 500
    tokens_per_minute: Annotated[int, Field(ge=1)] = 200_000
    deadline_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 300
    outage_patience_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 300
    max_repairs: Annotated[int, Field(ge=0, le=10)] = 2
    max_facts: Annotated[int, Field(ge=1)] = 120
    budget_usd: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    shared: str | None = None
    max_memory_mb: Annotated[int, Field(ge=1)] | None = None


class OpenAI(Section):
    """``[openai]``: parameters of an OpenAI-compatible server. Its key is never one of them."""

    token_parameter: str = "max_completion_tokens"  # noqa: S105 - a parameter's name
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    context_tokens: Annotated[int, Field(ge=1)] | None = None
    reasoning_effort: Literal["minimal", "low", "medium", "high"] | None = None


class Local(Section):
    """``[local]``: a GGUF model file; unset, the model of the extra ``local``."""

    gguf: str | None = None


class Price(Section):
    """``[prices] MODEL``: USD per million tokens."""

    input: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    output: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Publish(Section):
    """``[publish]``: where finished files are copied, and the address that links point to."""

    to: str | None = None
    url: str | None = None


class ProjectConfig(Section):
    """All that a project may say about its report; every key has a default.

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
    outputs: Annotated[tuple[Output, ...], BeforeValidator(_split)] = (
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
    countries: Annotated[dict[str, str], AfterValidator(_names_once)] = {}
    places: Places = Places()
    groups: dict[str, TextList] = {}
    tone_and_feel: dict[str, str] = {}
    data: Data = Data()
    limits: Limits = Limits()
    openai: OpenAI = OpenAI()
    local: Local = Local()
    prices: dict[str, Price] = {}
    style: dict[str, Any] = {}
    publish: Publish = Publish()

    @property
    def provider_in_use(self) -> Provider:
        """The provider that a run asks: `local_mode` is short for ``provider = "local"``."""
        return "local" if self.local_mode else self.provider


class Settings(BaseSettings):
    """What comes from the environment: secrets and the machine's own ways, never a project's.

    Attributes:
        openai_api_key: ``OPENAI_API_KEY``.
        openai_base_url: ``OPENAI_BASE_URL``; unset, the provider's own.
        redis_password: ``REDIS_PASSWORD``: password of the server of ``limits.shared``, whose
            address stands in project.toml.
        factbook_projects_root: ``FACTBOOK_PROJECTS_ROOT``; projects outside it are refused.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    redis_password: SecretStr | None = None
    factbook_projects_root: Annotated[
        Path | None, BeforeValidator(lambda value: None if value == "" else value)
    ] = None


def load_config(folder: Path, assignments: Iterable[str] = ()) -> ProjectConfig:
    """Read ``project.toml`` of a project folder, with ``--set`` assignments on top.

    Args:
        folder: The project folder.
        assignments: Texts such as ``limits.max_workers=8``; the value is TOML, or plain text.

    Raises:
        ConfigError: A folder that is refused, no such file, not TOML, unknown keys, secrets, wrong
            values: all of them at once.
    """
    require_inside(Settings().factbook_projects_root, folder, "the project")
    path = folder / PROJECT_FILE
    values = _read_toml(path)
    findings: list[Finding] = []
    for assignment in assignments:
        secret = secret_in(assignment)
        if secret:
            findings.append(_secret(secret))
            continue
        try:
            _merge(values, parse_assignment(assignment))
        except ValueError as error:
            findings.append(_refused(assignment, str(error)))
    if findings:
        raise ConfigError(findings)
    return make_config(values, file=PROJECT_FILE)


def make_config(values: Mapping[str, Any], *, file: str = "") -> ProjectConfig:
    """Validate a mapping of keys as in project.toml.

    Raises:
        ConfigError: Unknown keys and wrong values, all at once.
    """
    try:
        return ProjectConfig.model_validate(values)
    except ValidationError as error:
        findings = {_key(detail): _finding(detail, file) for detail in error.errors()}
        # Where several types were tried, the key itself is named beside what is wrong in it.
        inner = {key[:-1] for key in findings}
        raise ConfigError(f for key, f in findings.items() if key not in inner) from None


def project_slug(project_name: str) -> str:
    """The project's name as a file name: lower-case ASCII letters, digits and hyphens."""
    return slugify(project_name, max_length=80, word_boundary=True) or "report"


def parse_assignment(text: str) -> dict[str, Any]:
    """``a.b=value`` as nested mappings. The value is TOML; what is not TOML is plain text.

    Raises:
        ValueError: There is no ``=``, or the key is not a dotted key.
    """
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ValueError("there is no key before an equals sign")
    for candidate in (value.strip(), _quote(value.strip())):
        try:
            return tomllib.loads(f"{key} = {candidate}")
        except tomllib.TOMLDecodeError:
            continue
    raise ValueError(f"'{key.strip()}' is no key")


def _refused(assignment: str, problem: str) -> Finding:
    """An assignment that is none; no more of a long one is told, as it may be a key."""
    told = assignment if len(assignment) <= _MOST_TOLD else f"{assignment[:8]}…"
    return Finding(
        severity="error",
        code="config.assignment",
        message=f"'{told}' is no assignment: {problem}",
        file="--set",
        allowed="a.b=value, the value as in project.toml",
        remedy="Write for example limits.max_workers=8",
    )


def _secret(what: str) -> Finding:
    """A secret that was given as a setting; only what it is is told."""
    return Finding(
        severity="error",
        code="config.secret",
        message=f"{what} is a secret, and no setting of a report",
        file="--set",
        remedy="Set it in the environment of the process that writes (OPENAI_API_KEY, "
        "REDIS_PASSWORD), or in the Secret block of a Prefect server. Revoke what was given here: "
        "a history or a database may hold it",
    )


def require_inside(root: Path | None, folder: Path, what: str) -> None:
    """Refuse a folder that lies outside ``FACTBOOK_PROJECTS_ROOT``, links and dots resolved.

    Args:
        root: ``FACTBOOK_PROJECTS_ROOT``; None refuses nothing.
        folder: The folder.
        what: What it is.

    Raises:
        ConfigError: It lies outside.
    """
    if root is None or folder.resolve().is_relative_to(root.resolve()):
        return
    raise ConfigError(
        [
            Finding(
                severity="error",
                code="config.outside-root",
                message=f"{what} {folder} lies outside {root}, where FACTBOOK_PROJECTS_ROOT "
                "says that all projects are",
                remedy="Move it there, or set FACTBOOK_PROJECTS_ROOT to a folder that holds it",
            )
        ]
    )


def _quote(value: str) -> str:
    """Text as a TOML string: as in JSON, but for one control character that JSON lets stand."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        message, remedy = "there is no such file", "A project is a folder that holds it"
    except NotADirectoryError:
        message, remedy = "the project is a file", "Give the folder that holds project.toml"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message, remedy = f"it is not TOML: {error}", "Mend that line; see toml.io for the format"
    except OSError as error:
        message, remedy = f"it cannot be read: {error.strerror}", "Check the file's permissions"
    raise ConfigError(
        [
            Finding(
                severity="error",
                code="config.file",
                message=message,
                file=str(path),
                remedy=remedy,
            )
        ]
    )


def _merge(into: dict[str, Any], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        here = into.get(key)
        if isinstance(here, dict) and isinstance(value, dict):
            _merge(here, value)
        else:
            into[key] = value


def _key(detail: ErrorDetails) -> tuple[str, ...]:
    """The key that an error is about, without the types that Pydantic tried there in turn."""
    return tuple(str(part) for part in detail["loc"] if not _TYPE_TRIED.fullmatch(str(part)))


def _finding(detail: ErrorDetails, file: str) -> Finding:
    """A Pydantic error in the words of a user of project.toml."""
    path = _key(detail)
    key = ".".join(path)
    if detail["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        near = nearest(path[-1], known)
        return Finding(
            severity="error",
            code="config.unknown-key",
            message=f"there is no key '{key}'",
            file=file,
            allowed="" if near else ", ".join(sorted(known)),
            remedy=f"Did you mean '{'.'.join((*path[:-1], near))}'?" if near else "Remove it",
        )
    value = detail["input"]
    is_table = isinstance(value, dict)
    if detail["type"] == "missing":
        return Finding(
            severity="error",
            code="config.missing-key",
            message=f"'{key}' is missing",
            file=file,
            remedy=f"Add {path[-1]} to [{'.'.join(path[:-1])}]",
        )
    return Finding(
        severity="error",
        code="config.value",
        message=f"[{key}] does not hold together" if is_table else f"'{key}' is {value!r}",
        file=file,
        allowed=in_words(detail["msg"]),
        remedy="Change it, or remove it to get the default",
    )


def in_words(message: str) -> str:
    """What is allowed, without Pydantic's way of speaking of it."""
    message = message.removeprefix("Value error, ").removeprefix("Input should be ")
    for start, words in _IN_WORDS.items():
        if message.startswith(start):
            return words
    return message[:1].lower() + message[1:]


def _known_keys(path: Sequence[str]) -> list[str]:
    """Keys of the part of the configuration that a path leads to."""
    model: Any = ProjectConfig
    for part in path:
        fields = getattr(model, "model_fields", None)
        if fields is None or part not in fields:
            continue
        annotation = fields[part].annotation
        arguments = getattr(annotation, "__args__", ())
        model = next(
            (a for a in (annotation, *arguments) if isinstance(a, type) and issubclass(a, Section)),
            annotation,
        )
    return list(getattr(model, "model_fields", {}))
