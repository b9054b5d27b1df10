"""A run with a model file on this machine: the wire, not the prose."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from factbook.report.contents import NOTICE_LABELS
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run

MakeProject = Callable[..., Path]

DEGRADED_TONES = ("degraded", "partial")
"""The offline text in the model's place, or the model's own text that lacks a pass."""


@pytest.mark.slow
def test_local_model_writes_or_is_stood_in_for(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key, no network: the file answers, what it cannot write is marked, its server is gone."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    settings = (
        "provider=local",
        "sub_task_list=1.1.2",
        "conclude_report=false",
        "limits.deadline_seconds=150",
        "outputs=csv,md",
    )
    run = RunRef(project=str(make_project()), out=str(tmp_path / "out"), assignments=settings)
    end = start_run(run)

    assert end.state in ("Completed", "Incomplete")
    with (end.folder / "calls.csv").open(encoding="utf-8", newline="") as file:
        calls = list(csv.DictReader(file))
    assert {call["model"] for call in calls} == {"SmolLM2-135M-Instruct.Q4_1"}
    assert any(int(call["completion_tokens"]) > 0 for call in calls)
    assert {float(call["cost_usd"]) for call in calls} == {0.0}
    section = json.loads((end.folder / "run.json").read_text(encoding="utf-8"))["sections"]
    status = section["1.1.2@EU"]["status"]
    assert status == ("written" if end.exit_code == 0 else "degraded")
    (markdown,) = end.folder.glob("*-selection.md")
    marked = [
        NOTICE_LABELS[tone] in markdown.read_text(encoding="utf-8") for tone in DEGRADED_TONES
    ]
    assert any(marked) == (status == "degraded")
    children = psutil.Process().children(recursive=True)
    assert not [child for child in children if "local_server_process" in " ".join(child.cmdline())]
