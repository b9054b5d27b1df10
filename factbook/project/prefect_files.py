"""Files of a project that Prefect's own programs take settings from, when started in its folder.

Settings name classes to load. Factbook reads none of these files; a project that has them is
refused all the same, as somebody may start another program of Prefect's in it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from factbook.errors import Finding

MOST_BYTES = 1_000_000
"""Of each file; what stands behind them is not looked at."""

_ASSIGNMENT = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])[ \t\f\v]*(?:export[ \t\f\v]+)?'?prefect_", re.IGNORECASE
)


def prefect_findings(folder: Path) -> Iterator[Finding]:
    """One error for each file with settings of Prefect.

    Args:
        folder: The project folder.
    """
    for name, has_settings in _FILES.items():
        if has_settings(_content(folder / name)):
            yield Finding(
                severity="error",
                code="project.prefect-settings",
                message="a project has no settings of Prefect, and this file has some",
                file=name,
                remedy="Remove them from the project, and set them in the environment; if somebody "
                "has sent you the project, ask what they are for",
            )


def _content(path: Path) -> bytes | None:
    """The beginning of a file; None where there is none, or none that can be read."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError:
        return None


def _is_there(content: bytes | None) -> bool:
    return content is not None


def _has_assignment(content: bytes | None) -> bool:
    return content is not None and _ASSIGNMENT.search(content) is not None


def _has_table(content: bytes | None) -> bool:
    """Whether a file has the table ``tool.prefect``; what is not TOML has none for Prefect too."""
    try:
        values: Any = tomllib.loads((content or b"").decode())
    except (ValueError, RecursionError):
        return False
    for key in ("tool", "prefect"):
        values = values.get(key) if isinstance(values, Mapping) else None
    return values is not None


_FILES: Mapping[str, Callable[[bytes | None], bool]] = {
    "prefect.toml": _is_there,
    ".env": _has_assignment,
    "pyproject.toml": _has_table,
}
