"""The artifact of a report that waits for approval: its text, where whoever decides can read it."""

from __future__ import annotations

from pathlib import Path

from prefect.artifacts import create_markdown_artifact

from factbook.report.export import exporter
from factbook.runs.approval import draft_path
from factbook.runs.inputs import RunInputs
from factbook.runs.written_report import Report
from flows.artifacts.artifact_keys import (
    are_kept,
    artifact_key,
    forgiving,
)

MOST_CHARACTERS = 300_000
"""Of a draft: a report of some hundred sections. A browser shows more than that slowly."""


def show_draft(inputs: RunInputs, report: Report) -> None:
    """Have the server keep the text of a report that is not exported yet.

    Args:
        inputs: What the run reads.
        report: The report.
    """
    if not are_kept():
        return
    with forgiving("the draft"):
        create_markdown_artifact(
            shortened(exporter("md")(report.document()).decode(), draft_path(inputs)),
            key=artifact_key(inputs.project.folder, inputs.project.slug, "draft"),
            description="The report that waits for approval",
        )


def shortened(text: str, whole: Path) -> str:
    """A draft, up to the last of its lines that can be shown.

    Args:
        text: The draft, Markdown.
        whole: Where all of it stands.
    """
    if len(text) <= MOST_CHARACTERS:
        return text
    shown = text[:MOST_CHARACTERS].rpartition("\n")[0]
    return f"{shown}\n\n**The draft continues in `{whole.name}` in the run folder.**\n"
