"""The artifact of a checked project: its findings, and the forecast of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prefect.artifacts import create_markdown_artifact

from factbook.cli.check import Checked, counts
from factbook.cli.findings import in_order, shortened
from factbook.cli.forecast_table import COLUMNS, forecast_lines, forecast_row
from factbook.config.project_config import project_slug
from factbook.errors import Finding
from factbook.report.markdown import escape_text
from flows.artifacts.artifact_keys import (
    are_kept,
    artifact_key,
    forgiving,
)
from flows.artifacts.form_words import in_words_of_form

FINDINGS_SHOWN = 300
"""As many are shown; `factbook check` lists all."""


def show_check(checked: Checked) -> None:
    """Make the artifact of a check.

    Args:
        checked: What was found.
    """
    if not are_kept():
        return
    project = checked.project
    slug = project.slug if project else project_slug(checked.folder.resolve().name)
    with forgiving("the findings"):
        create_markdown_artifact(
            in_words_of_form("\n".join(check_lines(checked))),
            key=artifact_key(checked.folder, slug, "check"),
            description="What is wrong with the project, and what a run of it would ask",
        )


def check_lines(checked: Checked) -> Iterator[str]:
    """What was found, as lines of Markdown.

    Args:
        checked: What was found.
    """
    project = checked.project
    yield f"# {escape_text(project.name if project else checked.folder.resolve().name)}"
    yield ""
    yield escape_text(checked.summary)
    yield ""
    yield from _findings(checked.findings)
    if project is None:
        return
    yield ""
    yield "## What a run would write"
    yield ""
    yield "| | |"
    yield "|---|---:|"
    for name, count in counts(project, checked.expected).items():
        yield f"| {name.replace('_', ' ')} | {count:,} |"
    yield ""
    if checked.expected.passes:
        yield f"| {' | '.join(COLUMNS)} |"
        yield f"|---|---|{'---:|' * (len(COLUMNS) - 2)}"
        for one in checked.expected.passes:
            yield f"| {' | '.join(map(escape_text, forecast_row(one)))} |"
        yield ""
    if project.config.provider_in_use != "offline":
        for line in forecast_lines(checked.expected, project.config):
            yield f"- {escape_text(line)}."


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        yield "Nothing was found wrong."
        return
    yield "| | where | what | allowed | remedy |"
    yield "|---|---|---|---|---|"
    for finding in map(shortened, in_order(findings)[:FINDINGS_SHOWN]):
        cells = (finding.severity, finding.where, finding.message, finding.allowed, finding.remedy)
        yield f"| {' | '.join(map(escape_text, cells))} |"
    if len(findings) > FINDINGS_SHOWN:
        yield ""
        yield f"And {len(findings) - FINDINGS_SHOWN:,} more, which `factbook check` lists."
