"""What must hold for every project: it is refused with findings, or its report can be written."""

from __future__ import annotations

import io
import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomli_w
from hypothesis import event
from rich.console import Console

from factbook.cli.findings import print_findings
from factbook.errors import Finding, UserError
from factbook.project.project import Project, open_project
from factbook.report.export import exporter
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.written_chapter import WrittenChapter
from factbook.runs.written_report import Report

WRITTEN_SECTIONS = 60
LIGHT_FORMATS = ("md", "html")
ALL_FORMATS = ("md", "html", "docx", "pdf")


@contextmanager
def project_folder(config: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder with a project file and other files by path, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        (folder / "project.toml").write_text(tomli_w.dumps(config), encoding="utf-8")
        for file, content in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)
        yield folder


def is_refused_or_written(folder: Path, formats: tuple[str, ...] = LIGHT_FORMATS) -> bool:
    """Check a project as ``factbook check`` does, and write it as ``factbook run`` does.

    Args:
        folder: The project folder.
        formats: The formats that the report is exported to.

    Returns:
        Whether it was accepted.
    """
    project, findings = _opened(folder)
    assert any(finding.severity == "error" for finding in findings) == (project is None)
    show(findings)
    event("accepted" if project else "refused")
    if project is None:
        return False
    write(folder, project, formats)
    return True


def _opened(folder: Path) -> tuple[Project | None, tuple[Finding, ...]]:
    try:
        project = open_project(folder)
    except UserError as error:
        return None, error.findings
    return project, project.findings


def show(findings: tuple[Finding, ...]) -> None:
    """Show findings to a person and to a machine."""
    print_findings(findings, Console(file=io.StringIO(), width=100))
    for finding in findings:
        json.dumps(finding.model_dump(mode="json"), ensure_ascii=False).encode("utf-8")


def write(folder: Path, project: Project, formats: tuple[str, ...]) -> None:
    """Write a project's sections, up to a limit, and its report; nothing may fail."""
    run = Run(RunRef(project=str(folder)), project)
    run.prepare()
    inputs = run.inputs
    chapters = []
    count = 0
    for chapter in project.outline.in_order_of_edges():
        written = WrittenChapter(inputs.folder, inputs.whole_chapter(chapter.id), chapter)
        for section in chapter.in_order_of_edges():
            count += 1
            if count > WRITTEN_SECTIONS:
                break
            record = run.sections.write(section.id).record
            assert record.status == "written", (record.section_id, record.reason)
            assert all(math.isfinite(fact.value) for fact in record.facts)
            written.add(record)
        written.close()
        chapters.append(written)
    report = Report(inputs, chapters)
    report.write_tables()
    report.write_csv()
    document = report.document()
    for suffix in formats:
        assert exporter(suffix)(document)
