"""Limits on what reading a project may cost, which the project itself cannot raise.

A project folder is something that people send each other. What reads it is bounded by the defaults
of these limits, or by what the environment of whoever reads it says instead (`FACTBOOK_LIMITS`),
or by what a person has typed for one run (``--set``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from factbook.config.project_config import BOUNDED_LIMITS, PROJECT_FILE, Limits
from factbook.errors import ConfigError, Finding

VARIABLE = "FACTBOOK_LIMITS"
_ENTRY = re.compile(r"(?P<key>\w{1,40})\s*=\s*(?P<value>[1-9][0-9_]{0,17})", re.ASCII)
_MOST_SHOWN = 40


def limits_of_environment(text: str | None) -> dict[str, int]:
    """The values of ``FACTBOOK_LIMITS``: ``max_data_mb=2000, max_data_cells=100000000``.

    Raises:
        ConfigError: An entry is none of these limits with a whole number above 0.
    """
    limits: dict[str, int] = {}
    for entry in (part.strip() for part in (text or "").split(",") if part.strip()):
        found = _ENTRY.fullmatch(entry)
        if found is None or found["key"] not in BOUNDED_LIMITS:
            raise ConfigError([_wrong(entry)])
        limits[found["key"]] = int(found["value"])
    return limits


def raised_limits(
    limits: Limits, typed: Collection[str], most: Mapping[str, int]
) -> Iterator[Finding]:
    """What project.toml says above the defaults, and above what the environment says instead.

    Args:
        limits: The limits in force.
        typed: Keys that a person has typed for this run, with any value.
        most: The values of the environment.
    """
    defaults = Limits()
    for key in sorted(BOUNDED_LIMITS.difference(typed)):
        value, bound = getattr(limits, key), most.get(key, getattr(defaults, key))
        if value > bound:
            yield Finding(
                severity="error",
                code="config.raised-limit",
                message=f"limits.{key} is {value}, which a project cannot allow itself",
                file=PROJECT_FILE,
                allowed=f"at most {bound}",
                remedy=f'Remove it, and set {VARIABLE}="{key}={value}" in the environment, or '
                f"give --set limits.{key}={value} with each command",
            )


def _wrong(entry: str) -> Finding:
    return Finding(
        severity="error",
        code="config.environment-limits",
        message=f"'{entry[:_MOST_SHOWN]}' is no limit that can be set there",
        file=VARIABLE,
        allowed=f"KEY=NUMBER with commas between them; keys: {', '.join(sorted(BOUNDED_LIMITS))}",
        remedy='Write, for example, FACTBOOK_LIMITS="max_data_mb=2000"',
    )
