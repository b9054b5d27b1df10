"""The border of a run folder: what may have been sent with it is looked at before it is used.

A project folder is something that people send each other, with its ``out/``. Nothing in there may
lead a command to read, write or remove what is elsewhere. Nothing is opened here; whatever is
opened later is looked at again (`factbook.files.regular_files`).
"""

from __future__ import annotations

from pathlib import Path

from factbook.errors import ConfigError, Finding
from factbook.files.entries import Owners, strange
from factbook.llm.store import STORE

_CODE = "folder.unsafe"
_FOLDERS = ("evidence", "inputs", "records", "runs", ".next")
"""Folders in a run folder that a run reads or writes; any other is a person's."""


def require_own(folder: Path, project: Path, *, is_own_out: bool) -> None:
    """Make sure that nothing in an output folder leads elsewhere or is another user's.

    Args:
        folder: The run folder; it need not exist.
        project: The project folder.
        is_own_out: Whether the output folder is that of the project, which is to lie inside it; one
            that a person names may be reached by a link.

    Raises:
        ConfigError: There is a link, a pipe, a socket or a device, or something of another user.
    """
    require_own_store(folder.parent, project, is_own_out=is_own_out)
    _refuse(strange(folder, Owners.of(project), _CODE, "the run folder", inside=_FOLDERS))


def require_own_store(out: Path, project: Path, *, is_own_out: bool) -> None:
    """The same of the call store alone; each of its records is looked at when it is opened.

    Args:
        out: The output folder; it need not exist.
        project: The project folder.
        is_own_out: Whether it is that of the project.

    Raises:
        ConfigError: There is a link, a pipe, a socket or a device, or something of another user.
    """
    _refuse(_linked(out) if is_own_out and out.is_symlink() else None)
    _refuse(strange(out / STORE, Owners.of(project), _CODE, "the call store"))


def require_one_owner(folder: Path) -> None:
    """Make sure that a run folder that is only read leads nowhere and is all of one owner.

    That may be another user: whoever has named it knows whose it is.

    Args:
        folder: The run folder, or an earlier one.

    Raises:
        ConfigError: There is a link, a pipe, a socket or a device, or something of another user.
    """
    _refuse(strange(folder, Owners.of(folder), _CODE, "the run folder", inside=_FOLDERS))


def _refuse(finding: Finding | None) -> None:
    if finding is not None:
        raise ConfigError([finding])


def _linked(out: Path) -> Finding:
    return Finding(
        severity="error",
        code="folder.linked",
        message="the output folder of the project is a link",
        file=str(out),
        allowed="a folder inside the project",
        remedy="Name the folder to which it leads with --out",
    )
