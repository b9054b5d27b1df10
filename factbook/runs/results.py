"""Results that Prefect has stored of sections: one file a content key, in ``.prefect-results``."""

from __future__ import annotations

import logging
import os
import re
import stat
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from factbook.errors import ConfigError, Finding, StoppedError
from factbook.folder.manifest import MANIFEST, Manifest, ManifestError

RESULTS = ".prefect-results"
SECONDS_KEPT = 86_400
"""A younger result may be of a run that is at work."""

_OF_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_KEY = re.compile(r"[0-9a-f]{64}")

log = logging.getLogger("factbook")


def results_folder(out: Path) -> Path:
    """Where the results of all reports of an output folder are."""
    return out.resolve() / RESULTS


def make_results_folder(out: Path) -> None:
    """Make the folder of the results, for its owner alone, or make sure that it is so.

    What stands in it is trusted like code (docs/prefect-notes.md, rule 11): who can write there
    can have a run do anything. To read there tells no more than the reports do.

    Args:
        out: The output folder.

    Raises:
        ConfigError: It is somebody else's, or others can write there.
        StoppedError: It cannot be made.
    """
    path = results_folder(out)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise StoppedError(
            f"{path} cannot be made: {error.strerror}. Remove what stands there, or make room"
        ) from None
    if not stat.S_ISDIR(found.st_mode):
        raise _untrusted(path, "it is a link")
    is_own = found.st_uid == os.geteuid()
    if is_own and not found.st_mode & _OF_OTHERS:
        return
    usual = _usual(path.parent)
    if found.st_uid != usual.st_uid:
        raise _untrusted(path, "it belongs to another user")
    if found.st_mode & _OF_OTHERS & ~usual.st_mode:
        raise _untrusted(path, "others than its owner can write there")


def _usual(folder: Path) -> os.stat_result:
    """What a new folder of this user looks like on a file system that may keep no such thing.

    Raises:
        StoppedError: None can be made.
    """
    try:
        with TemporaryDirectory(prefix=f"{RESULTS}-", dir=folder) as made:
            return os.lstat(made)
    except OSError as error:
        raise StoppedError(
            f"{folder} cannot be written to: {error.strerror}. Give another folder with --out"
        ) from None


def _untrusted(path: Path, why: str) -> ConfigError:
    return ConfigError(
        [
            Finding(
                severity="error",
                code="results.not-trusted",
                message=f"the results in {path} are not to be trusted: {why}",
                allowed="a folder of the user who runs reports, mode 0700",
                remedy=f"Have its owner remove it, which loses nothing: rm -r '{path}'",
            )
        ]
    )


def remove_results(out: Path) -> int:
    """Remove results that no report of an output folder is made of; none is missed.

    A section whose result is gone is taken from its record, or made of saved answers.

    Args:
        out: The output folder.

    Returns:
        How many were removed.
    """
    oldest = time.time() - SECONDS_KEPT
    removed = 0
    try:
        with os.scandir(results_folder(out)) as entries:
            old = [
                Path(entry.path)
                for entry in entries
                if _KEY.fullmatch(entry.name) and entry.stat().st_mtime < oldest
            ]
        used = _keys(out) if old else set()
        for path in old:
            if path.name not in used:
                path.unlink(missing_ok=True)
                removed += 1
    except FileNotFoundError:  # there are none, or another run has removed them
        pass
    except ManifestError as error:  # its report may be made of any of them
        log.warning("results that are not needed any more are kept: %s", error)
    except OSError as error:
        log.warning("results that are not needed any more cannot be removed: %s", error)
    return removed


def _keys(out: Path) -> set[str]:
    """Content keys of all sections of all reports.

    Raises:
        ManifestError: The manifest of a report cannot be read.
    """
    found: set[str] = set()
    for path in out.glob(f"*/{MANIFEST}"):
        try:
            manifest = Manifest.read(path.parent)
        except ManifestError as error:
            if error.kind == "foreign":
                continue
            raise
        if manifest is not None:
            found |= {section.key for section in manifest.sections.values()}
    return found
