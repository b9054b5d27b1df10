"""Inputs handed in from Python, written as a project folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w

from factbook.config.project_config import (
    PROJECT_FILE,
    ProjectConfig,
    project_slug,
)
from factbook.edits.edit import EDITS
from factbook.edits.notes import NOTES
from factbook.errors import ConfigError, Finding, StoppedError
from factbook.files.atomic import write_if_changed
from factbook.sheet.prompt_sheet import read_prompt_sheet

INPUTS = "inputs"

TableInput = pd.DataFrame | str | Path | None


@dataclass(frozen=True)
class Frames:
    """What was handed in: frames, or paths of files.

    Attributes:
        prompt_sheet: A workbook's path, or frames by sheet name.
        etm: The ETM-like table.
        nodes: The node split.
        borders: The borders.
        tables: Further tables by name.
    """

    prompt_sheet: str | Path | Mapping[str, pd.DataFrame]
    etm: TableInput
    nodes: TableInput
    borders: TableInput
    tables: Mapping[str, pd.DataFrame]


def given_name(config: ProjectConfig, frames: Frames) -> str:
    """The project's name: as configured, else the sheet's.

    An unreadable sheet is reported when the project is opened.

    Args:
        config: The configuration.
        frames: What was handed in.
    """
    if config.project_name:
        return config.project_name
    source = frames.prompt_sheet
    sheet, _ = read_prompt_sheet(Path(source) if isinstance(source, str | Path) else source)
    return (sheet.project_name if sheet else "") or "report"


def write_inputs(config: ProjectConfig, frames: Frames, parent: Path) -> Path:
    """Write a project folder, ``inputs``, and return it.

    Args:
        config: The configuration; its paths are relative to the working directory.
        frames: What was handed in.
        parent: An existing folder for it, that of nobody else.

    Raises:
        ConfigError: A file that was named cannot be read.
        StoppedError: The folder cannot be written to.
    """
    folder = parent / INPUTS
    try:
        folder.mkdir()
        _write_sheet(frames.prompt_sheet, folder / "prompt_sheet.xlsx")
        values = _with_absolute_paths(config)
        values["prompt_sheet"] = "prompt_sheet.xlsx"
        data = values.setdefault("data", {})
        for key in ("etm", "nodes", "borders"):
            given = getattr(frames, key)
            if given is not None:
                data[key] = _write_table(given, folder, key)
        for name, frame in frames.tables.items():
            file = _write_table(frame, folder, f"table-{project_slug(name)}")
            data.setdefault("tables", {}).setdefault(name, {})["file"] = file
        (folder / PROJECT_FILE).write_text(tomli_w.dumps(values), encoding="utf-8")
    except OSError as error:
        raise StoppedError(
            f"The inputs cannot be written to {folder}: {error.strerror}. Free disk space "
            "there, or name another temporary folder in TMPDIR"
        ) from None
    return folder


def add_kept(kept: Path, folder: Path) -> None:
    """Add what people have added to a project folder: its edits and notes.

    Args:
        kept: The project folder as it stands; it need not exist.
        folder: The folder that replaces it.

    Raises:
        StoppedError: It cannot be read or written.
    """
    try:
        for name in (EDITS, NOTES):
            if (kept / name).is_dir():
                # Links are copied as links, which are refused when the project is opened.
                shutil.copytree(kept / name, folder / name, symlinks=True)
    except OSError as error:
        raise StoppedError(
            f"Edits and notes cannot be copied from {kept}: {error.strerror or error}. Correct "
            "the folder's permissions"
        ) from None


def put_in_place(written: Path, folder: Path) -> None:
    """Put the files of a project folder in the place of earlier ones.

    Edits and notes stay as they are, and so does a file that holds the same bytes already.

    Args:
        written: From `write_inputs`.
        folder: Where the project is to stand; the lease of the run folder above it is held.

    Raises:
        StoppedError: The disk is full, or the folder cannot be written to.
    """
    files = [path for path in written.iterdir() if path.is_file()]
    with suppress(OSError):  # the write reports it
        folder.mkdir(exist_ok=True)
    # The configuration comes last, as it names the others.
    for path in sorted(files, key=lambda path: (path.name == PROJECT_FILE, path.name)):
        write_if_changed(folder / path.name, path.read_bytes())


def _with_absolute_paths(config: ProjectConfig) -> dict[str, Any]:
    """The configuration's values, as TOML has them, which lead to the same files from anywhere."""
    values: dict[str, Any] = config.model_dump(
        mode="json", exclude_defaults=True, exclude_none=True
    )
    data = values.get("data", {})
    named = [(data, key) for key in ("etm", "plexos", "nodes", "borders")]
    named += [(table, "file") for table in data.get("tables", {}).values()]
    named += [(values.get("places", {}), "file"), (values.get("labels", {}), "file")]
    named += [(values, "compare_to"), (values.get("local", {}), "gguf")]
    named += [(values.get("publish", {}), "to")]
    for place, key in named:
        if key in place and "://" not in place[key]:  # an address to publish to
            place[key] = str(Path(place[key]).resolve())
    return values


def _write_sheet(source: str | Path | Mapping[str, pd.DataFrame], path: Path) -> None:
    if isinstance(source, str | Path):
        _copy(Path(source), path)
        return
    # Texts stay texts, whatever they look like: no formula, link or number is made of them.
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        for name, frame in source.items():
            frame.to_excel(book, sheet_name=name, index=False)


def _write_table(given: pd.DataFrame | str | Path, folder: Path, name: str) -> str:
    if isinstance(given, pd.DataFrame):
        given.to_csv(folder / f"{name}.csv", index=False)
        return f"{name}.csv"
    source = Path(given)
    file = f"{name}{source.suffix}"
    _copy(source, folder / file)
    return file


def _copy(source: Path, path: Path) -> None:
    """Copy a file.

    Raises:
        ConfigError: It cannot be read.
        OSError: The copy cannot be written.
    """
    try:
        file = source.open("rb")
    except OSError as error:
        raise ConfigError(
            [
                Finding(
                    severity="error",
                    code="config.file",
                    message=f"it cannot be read: {error.strerror}",
                    file=str(source),
                    remedy="Give a path that exists",
                )
            ]
        ) from None
    with file, path.open("wb") as copy:
        shutil.copyfileobj(file, copy)
