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

from factbook.config.values import parse_toml
from factbook.errors import Finding
from factbook.files.inputs import open_input
from factbook.files.inside import leads_out

MOST_BYTES = 1_000_000
"""Of each file; a larger one is refused, as settings may stand behind them."""

_LEADS_OUT = b"(a link out of the project)"
_ASSIGNMENT = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])[ \t\f\v]*(?:export[ \t\f\v]+)?'?prefect_", re.IGNORECASE
)


def prefect_findings(folder: Path) -> Iterator[Finding]:
    """One error for each file with settings of Prefect, or too much in it to look for them.

    Args:
        folder: The project folder.
    """
    for name, has_settings in _FILES.items():
        content = _content(folder / name)
        if content is None:
            continue
        if content is _LEADS_OUT:
            yield _unknown(name, "the file is a link out of the project")
            continue
        if len(content) > MOST_BYTES:
            yield _unknown(name, f"the file has more than {MOST_BYTES // 1_000_000} MB")
            continue
        try:
            if has_settings(content):
                yield _settings(name)
        except ValueError as error:
            yield _unknown(name, f"the file can't be looked at: {error}")


def _settings(name: str) -> Finding:
    return Finding(
        severity="error",
        code="project.prefect-settings",
        message="a project has no settings of Prefect, and this file has some",
        file=name,
        remedy="Remove them from the project, and set them in the environment; if somebody "
        "has sent you the project, ask what they are for",
    )


def _unknown(name: str, why: str) -> Finding:
    return Finding(
        severity="error",
        code="project.prefect-file",
        message=f"{why}, and may have settings of Prefect, which a project has not",
        file=name,
        remedy="Make it smaller and simpler, or remove it from the project; Factbook does not "
        "need it",
    )


def _content(path: Path) -> bytes | None:
    """A file, or as much of it as shows that it is too large; None where none can be read.

    A link that leads out of the project is not followed: nothing of its file is told.
    """
    try:
        if leads_out(path):
            return _LEADS_OUT
        with open_input(path) as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, RuntimeError):
        return None


def _is_there(_content: bytes) -> bool:
    return True


def _has_assignment(content: bytes) -> bool:
    return _ASSIGNMENT.search(content) is not None


def _has_table(content: bytes) -> bool:
    """Whether a file has the table ``tool.prefect``; what is not TOML has none for Prefect too.

    Raises:
        ValueError: It may be TOML, and is nested too deeply to be parsed.
    """
    try:
        values: Any = parse_toml(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    for key in ("tool", "prefect"):
        values = values.get(key) if isinstance(values, Mapping) else None
    return values is not None


_FILES: Mapping[str, Callable[[bytes], bool]] = {
    "prefect.toml": _is_there,
    ".env": _has_assignment,
    "pyproject.toml": _has_table,
}
