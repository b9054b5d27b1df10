"""run.json: what a run was made of and what it became."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from factbook.config.redaction import without_secrets
from factbook.errors import Finding
from factbook.folder.manifest_parts import ReportCalls
from factbook.llm.chat import CallCount, Usage
from factbook.project.project import Project, open_project
from factbook.runs.clock import Clock
from factbook.runs.make_manifest import make_manifest
from factbook.runs.outcome import Outcome
from tests.sections import make_record

MakeProject = Callable[..., Path]


def manifest(project: Project, *records: Any, **others: Any) -> dict[str, Any]:
    """The manifest of a run with certain records."""
    made = make_manifest(
        project,
        {record.section_id: record for record in records},
        (),
        outcome=Outcome("Completed", "done"),
        written_now={},
        times=Clock().measured(),
        files=[],
        **others,
    )
    return made.values()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("redis://:secret@host:6379/0", "redis://:***@host:6379/0"),
        ("rediss://user:se:cr@et@host", "rediss://user:***@host"),
        ("redis://token@host/1", "redis://***@host/1"),
        ("redis://host:6379/0", "redis://host:6379/0"),
        ("redis://host?db=1&password=secret&x=2", "redis://host?db=1&password=***&x=2"),
        (f"https://h?{'x' * 99}-token=secret", f"https://h?{'x' * 99}-token=***"),
        ("https://h/a?se=1&sig=secret", "https://h/a?se=1&sig=***"),
        ("https://h/a?X-Amz-Signature=secret", "https://h/a?X-Amz-Signature=***"),
        ("https://example.org/a:b@c?d=e", "https://example.org/a:b@c?d=e"),
        ("see http://a.b, or write to x:y@z.org", "see http://a.b, or write to x:y@z.org"),
        ("gpt-5", "gpt-5"),
    ],
)
def test_addresses_show_no_password(address: str, shown: str) -> None:
    """Neither before the host nor in the query; all else stays readable."""
    body = {"limits": {"shared": address}, "list": [address], "number": 3, "none": None}
    assert without_secrets(body) == {
        "limits": {"shared": shown},
        "list": [shown],
        "number": 3,
        "none": None,
    }


def test_manifest_holds_no_password(make_project: MakeProject) -> None:
    """Of the configuration only what may be read."""
    project = open_project(make_project(before='main_context = "s3://key:hidden-word@bucket"'))
    body = manifest(project)
    assert body["config"]["main_context"] == "s3://key:***@bucket"
    assert "hidden-word" not in str(body)


@pytest.mark.slow
def test_manifest_tells_calls(make_project: MakeProject) -> None:
    """What is handed in; without it that there were none."""
    project = open_project(make_project())
    assert manifest(project)["calls"] == {"made": 0, "cached": 0, "cost_usd": 0.0}
    calls = ReportCalls(made=2, cached=1, cost_usd=Decimal("0.5"), input_tokens=7)
    told = {"made": 2, "cached": 1, "input_tokens": 7, "cost_usd": 0.5}
    assert manifest(project, calls=calls)["calls"] == told


@pytest.mark.slow
def test_manifest_tells_marks_reasons_and_calls_of_sections(make_project: MakeProject) -> None:
    """Also of a section that has no record."""
    record = make_record(
        "1.1.1@AT",
        "degraded",
        reason="no answer",
        marks=("40 has no fact.",),
        calls=CallCount(made=2, usage=Usage(input_tokens=5, output_tokens=3), cost_usd=0.1),
    )
    body = manifest(open_project(make_project()), record)
    degraded, missing = body["sections"]["1.1.1@AT"], body["sections"]["1.1.1@FR"]
    assert (degraded["status"], degraded["reason"]) == ("degraded", "no answer")
    assert degraded["marks"] == ["40 has no fact."]
    assert degraded["calls"] == {
        "made": 2,
        "cached": 0,
        "usage": {"input_tokens": 5, "output_tokens": 3},
        "cost_usd": 0.1,
        "waited_seconds": 0.0,
    }
    assert (missing["status"], missing["marks"], missing["calls"]["made"]) == ("missing", [], 0)
    assert list(missing) == list(degraded)


def test_manifest_tells_what_a_run_worked_on(make_project: MakeProject) -> None:
    """Seconds of its sections and their sum, and what was selected of the whole report."""
    project = open_project(make_project(before='objective_list = ["1"]'))
    made = make_manifest(
        project,
        {},
        (),
        outcome=Outcome("AwaitingApproval", "waits", review="abc", fail_on_change=True),
        written_now={"1.1.1@AT": 1.23456, "1.1.1@FR": 2.0},
        times=Clock().measured(),
        files=["a.md"],
        texts={"1.1.1@AT": "text"},
        titles={"1.1.1@AT": "titles"},
    )
    assert made.times.section_seconds == {"1.1.1@AT": 1.2346, "1.1.1@FR": 2.0}
    assert made.times.sequential_seconds == 3.235
    assert (made.outcome.review, made.outcome.fail_on_change) == ("abc", True)
    assert made.is_selection
    selected = {name for name, section in made.sections.items() if section.is_selected}
    assert selected == {
        name for name, section in made.sections.items() if section.chapter in ("1", "conclusion")
    }
    assert selected < set(made.sections)
    first = made.sections["1.1.1@AT"]
    assert (first.text, first.titles) == ("text", "titles")
    assert made.sections_by_status == {"missing": len(made.sections)}


def test_findings_of_a_manifest_hold_no_password(make_project: MakeProject) -> None:
    """They may name an address that stands in the configuration."""
    finding = Finding(severity="warning", code="x", message="redis://:secret@host is away")
    project = replace(open_project(make_project()), findings=(finding,))
    [told] = manifest(project)["findings"]
    assert told["message"] == "redis://:***@host is away"
    assert (told["severity"], told["cells"]) == ("warning", [])
