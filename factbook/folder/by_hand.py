"""Files of a report that a person has changed in the run folder since a run made them."""

from __future__ import annotations

import hashlib
import logging
import re
import shlex
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from factbook.errors import StoppedError
from factbook.files.atomic import write_atomically
from factbook.files.regular_files import copied_mode, read_with_state
from factbook.folder.exports import known_exports
from factbook.folder.run_folder import MOST_REPORT_BYTES, RunFolder

_KEPT = re.compile(r".+-changed-by-hand-\d+")
_ADOPTED = (".docx", ".md")
"""Formats from which changes can be taken over."""

log = logging.getLogger("factbook")


def changed_by_hand(
    folder: RunFolder, suffixes: Iterable[str], *, is_selection: bool
) -> list[Path]:
    """The files of a report that no longer hold what a run has written.

    Args:
        folder: The run folder.
        suffixes: The formats to look at.
        is_selection: Whether to look at the report's selection.

    Raises:
        StoppedError: One cannot be read, so that it could not be kept.
    """
    known = known_exports(folder.path)
    changed = []
    for suffix in suffixes:
        path = folder.report_path(suffix, is_selection=is_selection)
        if path.name in known:
            try:
                content, _ = _read(path)
            except FileNotFoundError:  # it is made again
                continue
            if hashlib.sha256(content).hexdigest() != known[path.name].sha256:
                changed.append(path)
    return changed


def keep_changed(changed: Iterable[Path], run: Path, project: Path) -> None:
    """Keep changed files beside those that the run replaces, and say how to take them over.

    Args:
        changed: From `changed_by_hand`.
        run: Folder of the run that had made them.
        project: The project folder.

    Raises:
        StoppedError: The run folder cannot be written to.
    """
    for path in changed:
        kept = _kept(path)
        command = shlex.join(["factbook", "adopt", str(run), str(kept), "--project", str(project)])
        how = f"{command} takes its changes over as edits"
        log.warning(
            "%s was changed by hand and is replaced. Your version is kept as %s; %s",
            path,
            kept.name,
            how if path.suffix in _ADOPTED else "only changes in Word and Markdown can be adopted",
        )


def is_kept_by_hand(path: Path) -> bool:
    """Whether a file is one that was kept because a person had changed it."""
    return _KEPT.fullmatch(path.stem) is not None


def _kept(path: Path) -> Path:
    """The copy of a changed file: one that is there already, or a new one."""
    content, mode = _read(path)
    names = (f"{path.stem}-changed-by-hand-{number}{path.suffix}" for number in count(1))
    kept = next(one for name in names if _holds(one := path.with_name(name), content) is not False)
    if not kept.exists():
        write_atomically(kept, content, mode=copied_mode(mode))
    return kept


def _holds(path: Path, content: bytes) -> bool | None:
    """Whether a file holds just these bytes; None when there is none."""
    try:
        return _read(path)[0] == content
    except FileNotFoundError:
        return None


def _read(path: Path) -> tuple[bytes, int]:
    """The content of a report's file, and its permissions.

    Raises:
        FileNotFoundError: There is none.
        StoppedError: It cannot be read.
    """
    try:
        content, state = read_with_state(path, MOST_REPORT_BYTES)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoppedError(
            f"{path} cannot be read: {error.strerror}. It may have been changed by hand and would "
            "be replaced: move it away, then run the same command again"
        ) from None
    return content, state.st_mode
