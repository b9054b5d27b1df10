"""``factbook adopt``: an editor's changed report becomes edits of the project."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from factbook.adopt.adopt import Adopted, adopt, write_adopted
from factbook.cli.boundary import BAD_INPUT, exit_code_of
from factbook.cli.console import PlainConsole, say
from factbook.config.project_config import PROJECT_FILE
from factbook.data.cleaning import plural
from factbook.diff.run_content import RunContent, read_run
from factbook.edits.edit import EDITS
from factbook.errors import Finding, UserError
from factbook.project.of_run import project_above
from factbook.project.project import Project, open_project


def adopt_report(
    run: Path, file: Path, project: Path | None, *, dry_run: bool, replace: bool = False
) -> int:
    """Take an editor's changes over, print what was found, and return the exit code.

    Args:
        run: The run folder whose report was changed.
        file: The changed report.
        project: The project folder; None to look for it above the run folder and in it.
        dry_run: Whether only to say what would be adopted.
        replace: Whether a text may take the place of an edit that it was not made from.
    """

    def work() -> int:
        content = read_run(run)
        opened = open_project(project or _project_of(run))
        _require_run_of(opened, content)
        adopted = adopt(opened, content.folder, file, replace=replace)
        moved = [] if dry_run else write_adopted(opened.folder, adopted)
        _print(adopted, opened.folder, moved, PlainConsole(stderr=True), dry_run=dry_run)
        if not adopted.refused:
            return 0
        return 1 if adopted.edits else BAD_INPUT

    return exit_code_of(work)


def _print(
    adopted: Adopted, folder: Path, moved: list[Path], errors: Console, *, dry_run: bool
) -> None:
    console = PlainConsole()
    for section_id in adopted.edits:
        say(console, f"{'would be edited' if dry_run else 'edited'}: {section_id}")
    for sentence in adopted.remarks:
        say(errors, f"note: {sentence}")
    for path in moved:
        say(errors, f"the edit that stood there is set aside: {path}")
    for sentence in adopted.unplaced:
        say(errors, f"not taken over: {sentence}")
    done = f"{plural(len(adopted.edits), 'section')} changed, {adopted.unchanged} as they were"
    if adopted.refused:
        done += f", {len(adopted.refused)} not taken over"
    is_written = adopted.edits and not dry_run
    where = f"; the edits are in {folder / EDITS}, and the next run uses them"
    say(console, f"{done}{where if is_written else ''}.")


def _require_run_of(project: Project, run: RunContent) -> None:
    """Refuse the run of another project.

    Raises:
        UserError: It is one.
    """
    ids = {section.id for section in project.whole.sections}
    if run.slug != project.slug or not ids & run.sections.keys():
        message = f"it is a run of '{run.info.project}', and {project.folder} is '{project.name}'"
        remedy = "Name the project of the run with --project"
        raise _bad_run(run.info.folder, message, remedy)


def _project_of(run: Path) -> Path:
    """The project of a run: a folder above it, or the inputs that stand in it.

    Raises:
        UserError: There is none.
    """
    folder = project_above(run)
    if folder is not None:
        return folder
    raise _bad_run(
        str(run), f"no {PROJECT_FILE} stands above it", "Name the project with --project"
    )


def _bad_run(file: str, message: str, remedy: str) -> UserError:
    return UserError(
        [Finding(severity="error", code="adopt.run", message=message, file=file, remedy=remedy)]
    )
