"""Inputs handed in from Python, written as a project folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w

from factbook.config import PROJECT_FILE, ProjectConfig, project_slug
from factbook.errors import ConfigError, Finding
from factbook.runs.folder import RunFolder
from factbook.sheet.reading import read_prompt_sheet

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


def write_inputs(config: ProjectConfig, frames: Frames, out: Path) -> Path:
    """Write ``<out>/<slug>/inputs/`` and return it.

    Args:
        config: The configuration; its paths are relative to the working directory.
        frames: What was handed in.
        out: The folder for the results.

    Raises:
        ConfigError: A file that was named is not there.
        StoppedError: The folder cannot be written to.
    """
    run_folder = RunFolder.of(out, project_slug(_name(config, frames)))
    run_folder.create()
    folder = run_folder.path / "inputs"
    folder.mkdir(exist_ok=True)
    _write_sheet(frames.prompt_sheet, folder / "prompt_sheet.xlsx")
    values: dict[str, Any] = config.model_dump(
        mode="json", exclude_defaults=True, exclude_none=True
    )
    values["prompt_sheet"] = "prompt_sheet.xlsx"
    data = values.setdefault("data", {})
    for key in ("etm", "plexos", "nodes", "borders"):
        if key in data:
            data[key] = str(Path(data[key]).resolve())
    for table in data.get("tables", {}).values():
        table["file"] = str(Path(table["file"]).resolve())
    for key in ("etm", "nodes", "borders"):
        given = getattr(frames, key)
        if given is not None:
            data[key] = _write_table(given, folder, key)
    for name, frame in frames.tables.items():
        file = _write_table(frame, folder, f"table-{project_slug(name)}")
        data.setdefault("tables", {}).setdefault(name, {})["file"] = file
    (folder / PROJECT_FILE).write_text(tomli_w.dumps(values), encoding="utf-8")
    return folder


def _name(config: ProjectConfig, frames: Frames) -> str:
    """The project's name; an unreadable sheet is told of when the project is opened."""
    if config.project_name:
        return config.project_name
    source = frames.prompt_sheet
    sheet, _ = read_prompt_sheet(Path(source) if isinstance(source, str | Path) else source)
    return (sheet.project_name if sheet else "") or "report"


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
    try:
        shutil.copyfile(source, path)
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
