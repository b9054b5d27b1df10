"""What a report says of its project and of what has changed since an earlier run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from factbook.data.grids.input_file import InputFile
from factbook.data.grids.vintages import by_table, vintage_in_words
from factbook.folder.run_folder import RunFolder
from factbook.project.project import Project
from factbook.report.document import About, Changes
from factbook.sheet.outline import Outline
from factbook.writing.record import SectionRecord

if TYPE_CHECKING:
    from factbook.diff.run_content import RunContent

_CODE_OF = {"unmatched-nodes": "unknown-nodes"}
"""Kind of a cleaning → code of the warning about it, where they are not called the same."""


def changes_since(
    old: RunContent | None,
    project: Project,
    outline: Outline,
    records: Mapping[str, SectionRecord],
    folder: RunFolder,
) -> Changes | None:
    """What has changed since an earlier run, as the report shows it.

    Args:
        old: The run of `compare_to`; None without one.
        project: The project.
        outline: What its report consists of.
        records: Section id → record of the later run.
        folder: The folder of the later run.
    """
    if old is None:
        return None
    from factbook.diff.annex import changes_blocks, changes_title  # a tenth of a second to import
    from factbook.diff.compare import compare_runs
    from factbook.diff.earlier_runs import this_run

    new = this_run(project.name, outline, records, folder)
    if outline.is_selection:
        old = old.only(new.sections)
    return Changes(changes_title(old.info), changes_blocks(compare_runs(old, new)))


def about_project(project: Project) -> About:
    """What a project's report says of itself."""
    return About(
        title=project.name,
        slug=project.slug,
        context=project.context,
        date=project.config.report_date or "",
        show_edits=project.config.show_edits,
        origins=_origins(project),
        data_notes=_data_notes(project),
    )


def _origins(project: Project) -> dict[str, str]:
    """Name of a table → its origin, edition, file and checksum; of each other file the same.

    Nothing in it differs between two runs on the same files, wherever they are.
    """
    inputs = by_table(project.dataset.inputs)
    tables = project.dataset.tables.items()
    # The origin of a table without any is its file, which the vintage names too.
    origins = {name: table.origin for name, table in tables if table.origin not in table.files}
    origins |= {str(name): origin for name, origin in project.config.data.origins.items()}
    named = dict.fromkeys((*origins, *inputs))
    return {
        name: "; ".join(filter(None, (origins.get(name, ""), _vintage(inputs.get(name, ())))))
        for name in named
    }


def _vintage(files: Sequence[InputFile]) -> str:
    return vintage_in_words(files) if files else ""


def _data_notes(project: Project) -> tuple[str, ...]:
    """What was cleaned in the data, and what else was found in them, each once.

    A warning is not repeated beside the cleaning that it is about.
    """
    cleanings = project.dataset.cleanings
    shown = {f"data.{_CODE_OF.get(cleaning.kind, cleaning.kind)}" for cleaning in cleanings}
    others = [
        finding.message
        for finding in project.findings
        if finding.code.startswith("data.") and finding.code not in shown
    ]
    return tuple(dict.fromkeys((*(cleaning.sentence for cleaning in cleanings), *others)))
