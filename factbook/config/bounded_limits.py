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


def remedy_for(key: str, otherwise: str) -> str:
    """What to do about inputs that are above one of these limits.

    Args:
        key: Key of `Limits`.
        otherwise: How to come below the limit, as the beginning of a sentence.
    """
    return (
        f'{otherwise}; or set {VARIABLE}="{key}=…" to more in the environment of what reads them, '
        f"on a command line also with --set limits.{key}=…"
    )


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
    limits: Limits, typed: Collection[str] | None, most: Mapping[str, int]
) -> Iterator[Finding]:
    """What is above the defaults, and above what the environment says instead.

    Args:
        limits: The limits in force.
        typed: Keys that a person has typed for this run on the command line, with any value; None
            where the run was started by somebody else than whoever answers for the machine.
        most: The values of the environment.
    """
    defaults = Limits()
    for key in sorted(BOUNDED_LIMITS.difference(typed or ())):
        value, bound = getattr(limits, key), most.get(key, getattr(defaults, key))
        if value > bound:
            who = "a project cannot allow itself"
            if typed is None:
                who = "neither a project nor who starts a run of it can allow"
            or_typed = f", or give --set limits.{key}={value} with each command"
            yield Finding(
                severity="error",
                code="config.raised-limit",
                message=f"limits.{key} is {value}, which {who}",
                file=PROJECT_FILE,
                allowed=f"at most {bound}",
                remedy=f'Remove it, and set {VARIABLE}="{key}={value}" in the environment'
                + or_typed * (typed is not None),
            )


def raised_budget(limits: Limits, own: object) -> Iterator[Finding]:
    """A budget above that of project.toml, given by whoever may not raise limits.

    Args:
        limits: The limits in force.
        own: ``limits.budget_usd`` of project.toml; None where it has none, which allows any.
    """
    budget = limits.budget_usd
    if isinstance(own, int | float) and (budget is None or budget > own):
        yield Finding(
            severity="error",
            code="config.raised-limit",
            message=f"limits.budget_usd is {budget}, which is more than the project's own",
            file=PROJECT_FILE,
            allowed=f"at most {own}",
            remedy="Start it with less, or have the budget in project.toml raised",
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
