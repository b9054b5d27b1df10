"""Results that Prefect has stored of sections: one file a content key, in ``.prefect-results``."""

from __future__ import annotations

import logging
import os
import re
import time
from pathlib import Path

from factbook.runs.folder import MANIFEST, read_manifest

RESULTS = ".prefect-results"
SECONDS_KEPT = 86_400
"""A younger result may be of a run that is at work."""

_KEY = re.compile(r"[0-9a-f]{64}")

log = logging.getLogger("factbook")


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
        with os.scandir(out / RESULTS) as entries:
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
    except OSError as error:
        log.warning("results that are not needed any more cannot be removed: %s", error)
    return removed


def _keys(out: Path) -> set[str]:
    """Content keys of all sections of all reports."""
    found = set()
    for manifest in out.glob(f"*/{MANIFEST}"):
        sections = read_manifest(manifest.parent).get("sections")
        if isinstance(sections, dict):
            found |= {str(told.get("key")) for told in sections.values() if isinstance(told, dict)}
    return found
