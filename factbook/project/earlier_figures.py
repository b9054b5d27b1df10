"""Figures of the run that `compare_to` names, as they stood in its data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from factbook.config.project_config import ProjectConfig
from factbook.errors import ConfigError
from factbook.evidence.derivation import VALUE
from factbook.plausibility.editions import Earlier


def earlier_figures(folder: Path, config: ProjectConfig) -> Iterator[Earlier]:
    """The plain values in the evidence of an earlier run: not what was derived from them.

    A run that cannot be compared with gives none; it is reported where the report is compared.

    Args:
        folder: The project folder.
        config: The configuration.
    """
    if config.compare_to is None or config.plausibility.off:
        return
    from factbook.diff.run_content import read_run  # a tenth of a second to import

    try:
        run = read_run(folder / config.compare_to)
    except ConfigError:
        return
    for section_id in run.sections:
        evidence = run.evidence(section_id)
        for fact in evidence.facts if evidence else ():
            if fact.kind == "value" and fact.derivation == VALUE:
                yield Earlier(
                    *(fact.table, fact.place, fact.subject, fact.plain_metric, fact.unit),
                    *(fact.scenario, fact.period, fact.value),
                )
