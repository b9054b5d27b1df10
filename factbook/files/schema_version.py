"""The version of the form of a run folder's files, and what is said of one that is not read.

``run.json``, ``records/*.json`` and ``evidence/*.json`` have one number together: an earlier
Factbook that finds a newer one in ``run.json`` leaves the whole folder alone. Whoever changes the
form of one of them so that an earlier Factbook cannot read it raises the number, and keeps reading
what stands under the numbers before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

OLDEST_READ = 1
"""Version 1: records and evidence do not say their version, manifests lack what was added later."""

SCHEMA_VERSION = 2
"""Version that is written."""

Version = Annotated[int, Field(ge=OLDEST_READ, le=SCHEMA_VERSION)]
"""A version that is read."""


def stated_version(body: Mapping[str, Any]) -> int | None:
    """The version that a file says it has; None when it says none.

    Args:
        body: The file's JSON object.
    """
    version = body.get("schema_version")
    return version if isinstance(version, int) and not isinstance(version, bool) else None


def is_read(version: object) -> bool:
    """Whether files of a version are read."""
    return isinstance(version, int) and OLDEST_READ <= version <= SCHEMA_VERSION
