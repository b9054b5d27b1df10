"""Reports that editors send back, and what of them a run shows."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pypdf
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.rewrite import NO_REQUEST, RewriteRequest
from factbook.runs.start import start_run
from tests.manifests import manifest_in
from tests.writers import PartialWriter

SECTION = "1.1.1@AT"
OPENING = "As every reader in Austria knows, "
FORMATS = ("md", "docx", "html", "csv", "pdf")
FLAG = "A person has edited this text, and the data have changed since"


def finished_run(project: Path) -> Outcome:
    """The outcome of the run that a finished project comes with."""
    folder = project / "out" / "electricity-in-europe"
    return Outcome("Completed", manifest_in(folder).outcome.message, folder)


def run(
    project: Path,
    *settings: str,
    writer: PartialWriter | None = None,
    request: RewriteRequest = NO_REQUEST,
    notify: Callable[[str], None] = lambda sentence: None,
) -> Outcome:
    """Run a project in this process."""
    ref = RunRef(project=str(project), assignments=settings)
    return start_run(ref, writer=writer, request=request, notify=notify)


def manifest(end: Outcome) -> dict[str, Any]:
    """The run's manifest."""
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_text(encoding="utf-8"))
    return body


def section(end: Outcome, section_id: str = SECTION) -> dict[str, Any]:
    """What the manifest says of a section."""
    found: dict[str, Any] = manifest(end)["sections"][section_id]
    return found


def report(end: Outcome, suffix: str) -> Path:
    """The report in a format."""
    return end.folder / f"electricity-in-europe.{suffix}"


def shown(end: Outcome, suffix: str) -> str:
    """All text of the report in a format, every blank one space."""
    path = report(end, suffix)
    if suffix == "docx":
        text = "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    elif suffix == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            text = "\n".join(row["final_copy"] for row in csv.DictReader(file))
    elif suffix == "pdf":
        pages = pypdf.PdfReader(path).pages
        text = "\n".join(page.extract_text() for page in pages)
    else:
        text = path.read_text(encoding="utf-8").replace("\\", "").replace("&#39;", "'")
        text = text.replace("&#x27;", "'")
    return " ".join(text.split())


def body_of(document: Any, section_id: str) -> list[Paragraph]:
    """The paragraphs of a section's text in a Word report."""
    found: list[Paragraph] = []
    is_inside = False
    mark = "_s_" + "".join(c if c.isalnum() else f"_{ord(c):02x}" for c in section_id)
    for paragraph in document.paragraphs:
        if paragraph.style.name.startswith("Heading"):
            marks = paragraph._p.iter(qn("w:bookmarkStart"))
            is_inside = mark in [bookmark.get(qn("w:name")) for bookmark in marks]
        elif is_inside and paragraph.style.name == "Body Text":
            found.append(paragraph)
    return found


def edited_word(end: Outcome, path: Path, section_id: str = SECTION) -> Path:
    """The Word report with the beginning of a section's text changed, as an editor saves it."""
    document = docx.Document(str(report(end, "docx")))
    first = body_of(document, section_id)[0]
    first.runs[0].text = OPENING + first.text[0].lower() + first.text[1:]
    document.save(str(path))
    return path


def edited_markdown(end: Outcome, path: Path, opening: str, section_id: str = SECTION) -> Path:
    """The Markdown report with words put before a section's text, as an editor saves it.

    The text begins after the section's anchor, heading and headline.
    """
    text = report(end, "md").read_text(encoding="utf-8")
    anchor, headline = r'(?:<a id="[^"]*"></a>\n\n)?', r"(?:\*\*[^\n]+\*\*\n\n)?"
    heading = r"#+ [^\n]*\n\n"
    pattern = rf"<!-- section {re.escape(section_id)} [^>]*>\n\n{anchor}{heading}{headline}"
    changed, count = re.subn(pattern, lambda found: found.group() + opening, text)
    assert count == 1
    path.write_text(changed, encoding="utf-8")
    return path


def edits_in(project: Path) -> list[str]:
    """Names of the edits of a project."""
    return sorted(path.name for path in (project / "edits").glob("*.md"))


def change_cell(project: Path, before: str, after: str) -> None:
    """Change one line of the data."""
    path = project / "etm.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(f"\n{before}") == 1
    path.write_text(text.replace(f"\n{before}", f"\n{after}"), encoding="utf-8")
