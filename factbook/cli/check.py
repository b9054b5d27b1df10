"""``factbook check``: what is wrong with a project, and what a run of it would write."""

from __future__ import annotations

import re
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from factbook.cli.boundary import print_json
from factbook.cli.console import PlainConsole, say
from factbook.cli.findings import count_line, print_findings
from factbook.cli.forecast_table import print_forecast
from factbook.cli.measures import measures_as_json, print_measures
from factbook.config.settings import Settings
from factbook.data.cleaning import Cleaning, plural
from factbook.errors import Finding, UserError
from factbook.project.project import Project, open_project
from factbook.project.reach import Reach
from factbook.project.request_findings import unmet_requests
from factbook.runs.forecast import Forecast
from factbook.runs.plan import forecast
from factbook.runs.ref import RunRef

_ROWS_NAMED = 6  # of a cleaning on a terminal; `--json` has all that are known
_NAMES_ROWS = re.compile(r"\brows? \d")


@dataclass(frozen=True)
class Checked:
    """What is wrong with a project, and what a run of it would write.

    Attributes:
        folder: The project folder.
        project: The opened project; None when it has errors.
        findings: Everything found wrong.
        expected: What a run would ask of models.
        is_strict: Whether warnings are errors.
    """

    folder: Path
    project: Project | None
    findings: tuple[Finding, ...]
    expected: Forecast
    is_strict: bool

    @property
    def summary(self) -> str:
        """How a check ended, in a sentence or two."""
        if self.project is None:
            to_mend = "errors, and with --strict the warnings," if self.is_strict else "errors"
            return (
                f"{count_line(self.findings)}. A report can be written once the {to_mend} are "
                "corrected. Then check again: they may hide others."
            )
        found = counts(self.project, self.expected)
        return (
            f"{self.project.name}: {plural(found['chapters'], 'chapter')}, "
            f"{plural(found['sections'], 'section')} for {plural(found['places'], 'place')}, "
            f"{plural(found['calls'], 'model call')} ({self.project.config.provider_in_use}). "
            f"{count_line(self.findings)}."
        )


def check(
    folder: Path, settings: tuple[str, ...] = (), out: Path | None = None, *, strict: bool = False
) -> Checked:
    """Look for everything that is wrong with a project. Nothing is called or written.

    Args:
        folder: The project folder.
        settings: ``--set`` assignments.
        out: Folder of the results, in whose call store answers are looked up.
        strict: Whether warnings are errors.
    """
    run = RunRef(
        project=str(folder), assignments=settings, out=str(out) if out else None, strict=strict
    )
    project: Project | None = None
    try:
        reach = Reach(folder, Settings(), may_raise_limits=True)
        project = open_project(folder, settings, strict=strict, reach=reach)
        expected = forecast(run, project, Settings())
    except UserError as error:
        warnings = project.findings if project is not None else ()
        return Checked(folder, None, (*warnings, *error.findings), Forecast(), strict)
    findings = (*project.findings, *unmet_requests(project))
    return Checked(folder, project, findings, expected, strict)


def check_project(
    folder: Path,
    settings: tuple[str, ...],
    out: Path | None,
    *,
    as_json: bool,
    strict: bool,
    explain_measures: bool = False,
) -> int:
    """Print findings, counts, and what a run would ask of models; return the exit code.

    Args:
        folder: The project folder.
        settings: ``--set`` assignments.
        out: Folder of the results, in whose call store answers are looked up.
        as_json: Whether to print JSON for machines.
        strict: Whether warnings are errors.
        explain_measures: Whether to print all measures, and why they are what they are.
    """
    checked = check(folder, settings, out, strict=strict)
    if as_json:
        print_json(_report(checked))
    else:
        _print(checked, explain_measures=explain_measures)
    return 0 if checked.project is not None else 2


def counts(project: Project, expected: Forecast) -> dict[str, int]:
    """What a run would write, and how many model calls it would make."""
    sections = project.outline.sections_to_write
    return {
        "chapters": len(project.outline.to_write),
        "sections": len(sections),
        "sections_of_the_whole_report": project.outline.total_sections,
        "places": len({section.place.code for section in sections}),
        "calls": expected.calls,
    }


def _report(checked: Checked) -> dict[str, Any]:
    project, expected = checked.project, checked.expected
    return {
        "ok": project is not None,
        "findings": [finding.model_dump(mode="json") for finding in checked.findings],
        "cleanings": [asdict(c) for c in project.dataset.cleanings] if project else [],
        "measures": measures_as_json(project) if project else [],
        "counts": counts(project, expected) if project else {},
        "forecast": expected.as_json() if project else {},
    }


def _print(checked: Checked, *, explain_measures: bool) -> None:
    errors = PlainConsole(stderr=True)
    project = checked.project
    print_findings(checked.findings, errors)
    if project is None:
        _say(errors, checked.summary)
        strict = " --strict" if checked.is_strict else ""
        _say(errors, f"factbook check {shlex.quote(str(checked.folder))}{strict}")
        return
    console = PlainConsole()
    for cleaning in project.dataset.cleanings:
        _say(console, f"data: {cleaning.sentence}{_rows(cleaning)}")
    print_measures(project, console, all_of_them=explain_measures)
    _say(console, checked.summary)
    if project.config.provider_in_use != "offline":
        print_forecast(checked.expected, project.config, console)


def _rows(cleaning: Cleaning) -> str:
    """Where a table was cleaned, unless the sentence says so: `` (etm.csv rows 3, 7)``."""
    if not cleaning.rows or _NAMES_ROWS.search(cleaning.sentence):
        return ""
    pieces = []
    left = _ROWS_NAMED
    for source in cleaning.rows:
        own = source.rows[:left]
        if own:
            numbers = ", ".join(map(str, own))
            pieces.append(f"{source.file} {'row' if len(own) == 1 else 'rows'} {numbers}")
        left -= len(own)
    is_cut = sum(len(source.rows) for source in cleaning.rows) > _ROWS_NAMED
    return f" ({'; '.join(pieces)}{' and others' if is_cut else ''})"


def _say(console: Console, text: str) -> None:
    """Print a sentence: wrapped on a terminal, else on one line."""
    say(console, text, is_wrapped=console.is_terminal)
