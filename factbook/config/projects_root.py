"""The folder of all projects, as the operator of this machine sets it.

It is set in the environment, or in a file of the user that works here, which nothing that starts a
run can give another value.
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, ValidationError

from factbook.config.settings import Settings
from factbook.errors import ConfigError, Finding

SETTING = "FACTBOOK_PROJECTS_ROOT"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class OperatorFile(BaseModel):
    """What the operator's file holds.

    Attributes:
        projects_root: Folder of all projects.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    projects_root: Path | None = None


def operator_file() -> Path:
    """The operator's file, outside every checkout and project."""
    return platformdirs.user_config_path("factbook", appauthor=False) / "operator.toml"


def projects_root() -> Path | None:
    """The folder that all projects must lie in; None where any folder may be a project.

    Raises:
        ConfigError: The operator's file cannot be trusted or read, or the environment names
            another folder.
    """
    path = operator_file()
    of_file, of_environment = _read(path).projects_root, Settings().factbook_projects_root
    if of_file is None:
        return of_environment
    if not of_file.is_absolute():
        raise _wrong(path, f"projects_root is '{of_file}'", "Write a path from the root folder on")
    if of_environment is not None and of_environment.resolve() != of_file.resolve():
        raise _wrong(
            path,
            f"projects_root is {of_file}, and {SETTING} is {of_environment}",
            f"Unset {SETTING}, or write the same folder into both",
        )
    return of_file


def _read(path: Path) -> OperatorFile:
    if not path.is_absolute():  # a user without a home: the current folder may be anybody's
        return OperatorFile()
    try:
        with path.open("rb") as file:
            states = [os.fstat(file.fileno()), path.parent.stat()]
            text = file.read().decode()
    except FileNotFoundError:
        return OperatorFile()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, f"it cannot be read ({error})", "Correct it, or remove it") from None
    if any(s.st_mode & _OTHERS_WRITE or s.st_uid not in (0, os.getuid()) for s in states):
        remedy = (
            f"Run chmod 600 '{path}' and chmod 700 '{path.parent}' as their owner, who must be you "
            "or root"
        )
        raise _wrong(path, "other users can change it", remedy)
    try:
        return OperatorFile.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError, RecursionError):
        raise _wrong(
            path, "it holds something else than projects_root", 'Write projects_root = "/FOLDER"'
        ) from None


def _wrong(path: Path, message: str, remedy: str) -> ConfigError:
    return ConfigError(
        [
            Finding(
                severity="error",
                code="config.operator-file",
                message=message,
                file=str(path),
                remedy=remedy,
            )
        ]
    )
