"""A project, opened: configuration, sheet, data and outline, with everything found wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from factbook.config.load import load_config
from factbook.config.project_config import (
    ProjectConfig,
    project_slug,
)
from factbook.config.settings import Settings
from factbook.data.dataset import DataSet, load_dataset
from factbook.data.series import Place
from factbook.edits.edit import Edits
from factbook.edits.edit_findings import edit_findings
from factbook.edits.notes import Notes
from factbook.errors import (
    ConfigError,
    DataError,
    Finding,
    SheetError,
    UserError,
    bounded_suggestions,
)
from factbook.evidence.build import EvidenceBuilder
from factbook.evidence.selection import NOT_DATA
from factbook.plausibility.look import implausible
from factbook.project.builder_of_regions import BuilderOfRegions
from factbook.project.config_findings import config_findings
from factbook.project.earlier_figures import earlier_figures
from factbook.project.lookalike_findings import lookalike_findings
from factbook.project.names_findings import names_findings, place_findings
from factbook.project.reach import Reach
from factbook.sheet.graph import SubTaskGraph, section_graph
from factbook.sheet.lint import lint
from factbook.sheet.models import PromptSheet, SubTask
from factbook.sheet.outline import Outline, OutlineMaker
from factbook.sheet.prompt_sheet import read_prompt_sheet

_ABSENT = {"sheet.selects-nothing", "sheet.which-collection"}
"""What may be reported only because something of the sheet can't be read."""


@dataclass(frozen=True)
class Project:
    """A project whose inputs have no errors.

    Attributes:
        folder: The project folder.
        config: Its configuration.
        sheet: Its prompt sheet.
        graph: The sheet's section graph.
        dataset: Its data.
        outline: What is to be written.
        whole: The outline of the whole report, without a selection.
        builder: Computes the evidence of sections.
        edits: Texts of people that replace the writer's.
        notes: What an editor asks of sections.
        findings: Warnings.
    """

    folder: Path
    config: ProjectConfig
    sheet: PromptSheet
    graph: SubTaskGraph
    dataset: DataSet
    outline: Outline
    whole: Outline
    builder: EvidenceBuilder
    edits: Edits
    notes: Notes
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The project's name: as configured, else the sheet's, else the folder's."""
        return self.config.project_name or self.sheet.project_name or self.folder.resolve().name

    @property
    def slug(self) -> str:
        """Base name of the run folder and of the report's files."""
        return project_slug(self.name)

    @property
    def context(self) -> str:
        """The report's main context."""
        return self.config.main_context or self.sheet.context

    @property
    def inputs_id(self) -> str:
        """SHA-256 of configuration and sheet, alike in all processes that have read the same."""
        read = [self.config.model_dump(mode="json"), self.sheet.model_dump(mode="json")]
        return hashlib.sha256(orjson.dumps(read)).hexdigest()


@bounded_suggestions()
def open_project(
    folder: Path,
    assignments: Iterable[str] = (),
    *,
    strict: bool = False,
    reach: Reach | None = None,
) -> Project:
    """Read and check everything that a project is made of.

    Args:
        folder: The project folder.
        assignments: ``--set`` assignments on top of ``project.toml``.
        strict: Whether warnings are errors.
        reach: What it may reach; by default what the environment allows.

    Raises:
        UserError: With all findings, warnings included, when any is an error.
    """
    config, found = _config(folder, assignments, reach or Reach(folder, Settings()))
    sheet_file = config.prompt_sheet
    tables = table_names(config)
    sheet, findings = read_prompt_sheet(folder / sheet_file, file=sheet_file, table_names=tables)
    dataset, data_findings = _dataset(folder, config)
    found += [*findings, *data_findings]
    graph = section_graph(sheet, file=sheet_file) if sheet else None
    if sheet and graph:
        found += [*_lint(sheet, config), *graph.findings()]
        region = Place(config.region.name, config.region.name, "region")
        maker = OutlineMaker(sheet, graph, dataset.countries if dataset else (), region, config)
        found += [*(() if sheet.lost else maker.findings()), *maker.size_findings(sheet_file)]
    if sheet and dataset:
        builder = BuilderOfRegions(sheet, dataset, config)
        found += _selection_findings(builder, sheet, sheet_file)
        found += _lookalikes(sheet, dataset, config)
        if not sheet.lost:
            found += _coverage_findings(builder, sheet, sheet_file)
            found += names_findings(config, sheet, dataset)
    _raise_if_errors(found, strict=strict)
    if sheet is None or graph is None or dataset is None:  # only with an error
        raise UserError(found)
    outline, whole = maker.selected(), maker.whole()
    found += _outline_findings(outline, sheet_file)
    edits, notes, outdated = _of_editors(folder, config, whole, builder, found)
    _raise_if_errors(found, strict=strict)
    # After that: --strict is about sheet and data, and does not fail a run for an outdated edit.
    found += outdated
    return Project(
        folder=folder,
        config=config,
        sheet=sheet,
        graph=graph,
        dataset=dataset,
        outline=outline,
        whole=whole,
        builder=builder,
        edits=edits,
        notes=notes,
        findings=tuple(found),
    )


def _lint(sheet: PromptSheet, config: ProjectConfig) -> tuple[Finding, ...]:
    """What does not fit in the sheet, or to the project's regions and tables."""
    return lint(
        sheet,
        file=config.prompt_sheet,
        region_names=region_names(config),
        other_regions=other_region_names(config),
        table_names=table_names(config),
    )


def _config(
    folder: Path, assignments: Iterable[str], reach: Reach
) -> tuple[ProjectConfig, list[Finding]]:
    """The configuration, and what is wrong in it.

    Raises:
        ConfigError: It cannot be read, or names files that the project may not reach: none of
            them is opened.
    """
    config = load_config(
        folder,
        assignments,
        is_trusted=reach.is_trusted,
        may_raise_limits=reach.may_raise_limits,
    )
    _raise_if_errors(reach.input_findings(config), strict=False)
    return config, config_findings(config, reach)


def _dataset(folder: Path, config: ProjectConfig) -> tuple[DataSet | None, Sequence[Finding]]:
    """The data, or None with what is wrong with them."""
    try:
        dataset, findings = load_dataset(folder, config)
    except DataError as error:
        return None, error.findings
    doubts = implausible(dataset, config.plausibility, earlier_figures(folder, config))
    return dataset, (*findings, *place_findings(config, dataset), *doubts)


def _of_editors(
    folder: Path,
    config: ProjectConfig,
    whole: Outline,
    builder: EvidenceBuilder,
    found: list[Finding],
) -> tuple[Edits, Notes, list[Finding]]:
    """Edits, notes, and warnings of edits whose data have changed.

    Added to `found` is what is wrong with their files, and notes that no text will follow.
    """
    section_ids = [section.id for section in whole.sections]
    edits, notes = Edits.read(folder, section_ids), Notes.read(folder, section_ids)
    is_offline = config.provider_in_use == "offline"
    found += [*edits.findings, *notes.findings, *notes.unheeded(edits, is_offline=is_offline)]
    of_edits = list(edit_findings(edits, whole.sections, builder))
    found += [finding for finding in of_edits if finding.severity == "error"]
    return edits, notes, [finding for finding in of_edits if finding.severity != "error"]


def region_names(config: ProjectConfig) -> tuple[str, ...]:
    """What the sheet may call the main region: its name, or its group of members."""
    return config.region.names


def other_region_names(config: ProjectConfig) -> tuple[str, ...]:
    """What the sheet may call the other regions."""
    return tuple(name for region in config.all_regions[1:] for name in region.names)


def table_names(config: ProjectConfig) -> tuple[str, ...]:
    """Names of the tables that the configuration has."""
    data = config.data
    built_in = [name for name, path in (("ETM", data.etm), ("PLEXOS", data.plexos)) if path]
    return (*built_in, *data.tables)


def _selection_findings(builder: EvidenceBuilder, sheet: PromptSheet, file: str) -> list[Finding]:
    """What the sheet selects and no table holds.

    Linting has named what is not a table of the configuration, of which data without errors have
    all. Where something can't be read, only what can be read is looked at, and nothing is said of
    what seems to be absent.
    """
    untold = {"sheet.no-table"} | (_ABSENT if sheet.lost else set())
    return [
        finding.model_copy(update={"file": file}) if finding.sheet else finding
        for finding in builder.findings((*_with_ids(sheet), *_missing(sheet)))
        if finding.code not in untold
    ]


def _lookalikes(sheet: PromptSheet, dataset: DataSet, config: ProjectConfig) -> list[Finding]:
    """Names of the sheet that look like those of the data, of regions and of tables."""
    others = (*table_names(config), *region_names(config), *other_region_names(config))
    return lookalike_findings(sheet, config.prompt_sheet, dataset, others)


def _with_ids(sheet: PromptSheet) -> list[SubTask]:
    return [sub_task for sub_task in sheet.sub_tasks if sub_task.id]


def _missing(sheet: PromptSheet) -> list[SubTask]:
    """Sub-tasks that charts and searches of tables name and that do not exist.

    Linting reports that they are missing; what their entries select may be wrong all the same.
    """
    known = {sub_task.id for sub_task in sheet.sub_tasks}
    entries = [e for e in (*sheet.charts, *sheet.searches) if e.source.casefold() not in NOT_DATA]
    ids = dict.fromkeys(entry.sub_task_id for entry in entries)
    return [
        SubTask(id=own_id, task_id="", title="") for own_id in ids if own_id and own_id not in known
    ]


def _coverage_findings(builder: EvidenceBuilder, sheet: PromptSheet, file: str) -> list[Finding]:
    """What the tables lack of what the sheet asks for; findings of the data have their files."""
    findings = builder.coverage_findings(sheet)
    return [f if f.file else f.model_copy(update={"file": file}) for f in findings]


def _outline_findings(outline: Outline, file: str) -> list[Finding]:
    if outline.chapters:
        return []
    return [
        Finding(
            severity="error",
            code="sheet.no-sections",
            message="the report has no section",
            file=file,
            sheet="Sub Tasks",
            remedy="Give a sub-task, a country in [countries] or in the data, and a selection "
            "that leaves something",
        )
    ]


def _raise_if_errors(findings: list[Finding], *, strict: bool) -> None:
    """Raise the error whose kind is that of the first error; it carries every finding."""
    errors = [f for f in findings if strict or f.severity == "error"]
    if not errors:
        return
    kinds: dict[str, type[UserError]] = {
        "config": ConfigError,
        "sheet": SheetError,
        "data": DataError,
    }
    raise kinds.get(errors[0].code.partition(".")[0], UserError)(findings)
