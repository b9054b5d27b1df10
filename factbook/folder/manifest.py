"""``run.json``: reading and writing it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

MANIFEST = "run.json"


SCHEMA_VERSION = 1
"""Version of what ``run.json`` and the files beside it look like."""


def manifest_bytes(body: dict[str, object]) -> bytes:
    """The manifest as a person reads it."""
    return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The last ``run.json`` of a run folder; empty when there is none that can be read."""
    with suppress(OSError, ValueError):
        body = orjson.loads((folder / MANIFEST).read_bytes())
        if isinstance(body, dict):
            return body
    return {}
