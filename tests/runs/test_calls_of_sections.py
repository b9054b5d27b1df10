"""Model calls as each section tells them: they add up to the run's, also where there is no text."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server

MakeProject = Callable[..., Path]
AFTER = """
[limits]
requests_per_minute = 60000
tokens_per_minute = 1000000000
[prices]
"gpt-5" = { input = 1.0, output = 8.0 }
"gpt-5-mini" = { input = 0.2, output = 2.0 }
"""
SETTINGS = (
    "provider=openai",
    "skip_internet_search=true",
    "add_summary=true",
    "objective_list=1",
    "outputs=csv",
)
FAULTS = [
    {"kind": "content_filter", "section": "1.1.1@AT", "pass": "draft"},
    {"kind": "cut_off", "section": "1.1.1@FR", "pass": "draft"},
    {"kind": "cut_off", "section": "1.2.1@AT", "pass": "summary"},
    {"kind": "context_too_long", "section": "1.2.1@FR", "pass": "draft", "times": 1},
    {"kind": "unknown_reference", "section": "1.1.2@EU", "pass": "draft"},
    {"kind": "cut_off", "section": "1.1.2@EU", "pass": "repair"},
    {"kind": "status", "section": "1.2.2@EU", "pass": "draft", "times": 1, "retry_after": 0.5},
]
"""A refusal, drafts and later passes that cannot be had, a prompt too long, a second attempt."""


@pytest.mark.slow
def test_calls_of_sections_add_up_to_those_of_the_run(
    make_project: MakeProject,
    tmp_path: Path,
    model_server: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Made calls and what they cost, by section, as `calls.csv` has them."""
    provider = model_server({"key": "sk-sums", "faults": FAULTS})
    monkeypatch.setenv("OPENAI_API_KEY", "sk-sums")
    monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url)
    project = make_project(after=AFTER)
    ref = RunRef(project=str(project), out=str(tmp_path / "out"), assignments=SETTINGS)
    end = start_run(ref)
    assert end.state == "Incomplete", end.message
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_text(encoding="utf-8"))
    with (end.folder / "calls.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sections = {name: one for name, one in body["sections"].items() if one["status"] != "missing"}
    assert {name: one["status"] for name, one in sections.items() if one["reason"]} == {
        "1.1.1@AT": "refused",
        "1.1.1@FR": "degraded",
        "1.2.1@AT": "degraded",
        "1.1.2@EU": "degraded",
    }
    made = {name: one["calls"]["made"] for name, one in sections.items()}
    assert made == Counter(row["section"] for row in rows if row["cached"] == "False")
    assert sum(made.values()) == body["calls"]["made"]
    assert made["1.1.1@AT"] == made["1.1.1@FR"] == 1
    for name, one in sections.items():
        cost = sum(float(row["cost_usd"]) for row in rows if row["section"] == name)
        assert one["calls"]["cost_usd"] == pytest.approx(cost), name
        assert one["calls"]["cost_usd"] > 0
        assert one["calls"]["waited_seconds"] > 0
    assert sum(one["calls"]["cost_usd"] for one in sections.values()) == pytest.approx(
        body["calls"]["cost_usd"]
    )
