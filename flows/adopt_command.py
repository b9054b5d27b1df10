"""``factbook adopt``: an editor's changed report becomes edits of the project."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from factbook.config import PROJECT_FILE
from factbook.errors import Finding, StoppedError, UserError
from factbook.runs.adopt import Adopted, adopt, write_adopted
from factbook.runs.folder import MANIFEST, RunFolder, read_manifest
from factbook.runs.project import open_project
from flows.findings import print_findings


def adopt_report(run: Path, file: Path, project: Path | None, *, dry_run: bool) -> int:
    """Take an editor's changes over, print what was found, and return the exit code.

    Args:
        run: The run folder whose report was changed.
        file: The changed report.
        project: The project folder; None to look for it above the run folder and in it.
        dry_run: Whether only to say what would be adopted.
    """
    errors = Console(stderr=True)
    try:
        slug = str(_manifest_slug(run))
        folder = project or _project_of(run)
        adopted = adopt(open_project(folder), RunFolder(run, slug), file)
        paths = [] if dry_run else write_adopted(folder, adopted)
    except UserError as error:
        print_findings(error.findings, errors)
        return 2
    except StoppedError as error:
        errors.print(f"Stopped: {error}.", markup=False, highlight=False, soft_wrap=True)
        return 3
    _print(adopted, folder, paths, errors)
    return 0


def _print(adopted: Adopted, folder: Path, paths: list[Path], errors: Console) -> None:
    console = Console()

    def say(text: str, to: Console = console) -> None:
        to.print(text, markup=False, highlight=False, soft_wrap=True)

    for section_id in adopted.edits:
        say(f"{'edited' if paths else 'would be edited'}: {section_id}")
    for sentence in adopted.unplaced:
        say(f"not taken over: {sentence}", errors)
    count = len(adopted.edits)
    done = f"{count} section{'' if count == 1 else 's'} changed, {adopted.unchanged} as they were"
    where = f"; the edits stand in {folder / 'edits'}, and the next run uses them" if paths else ""
    say(f"{done}{where}.")


def _manifest_slug(run: Path) -> object:
    slug = read_manifest(run).get("slug")
    if slug is None:
        raise _missing(str(run), f"it holds no {MANIFEST}", "Give the folder of a finished run")
    return slug


def _project_of(run: Path) -> Path:
    """The project of a run: a folder above it, or the inputs that stand in it."""
    resolved = run.resolve()
    for folder in (resolved / "inputs", *resolved.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise _missing(
        str(run), f"no {PROJECT_FILE} stands above it", "Name the project with --project"
    )


def _missing(file: str, message: str, remedy: str) -> UserError:
    return UserError(
        [Finding(severity="error", code="adopt.run", message=message, file=file, remedy=remedy)]
    )
