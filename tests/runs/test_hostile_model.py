"""A run by a model that answers what no report may hold: what is seen in every format."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server

FAULTS = (
    {"kind": "links", "section": "1.1.1@AT"},
    {"kind": "glued_reference", "section": "1.1.1@FR"},
    {"kind": "prompt_echo", "section": "1.2.1@AT"},
    {"kind": "prompt_echo_part", "section": "1.2.1@FR", "times": 1},
    {"kind": "brackets", "section": "1.1.2@EU"},
)
SETTINGS = (
    "provider=openai",
    "skip_internet_search=true",
    "add_summary=true",
    "objective_list=1",
    "outputs=csv,md,docx,html,pdf",
)
NOWHERE = (
    "evil.example",
    "You write sections of a report",
    "RULES ON REFERENCES",
    "\u202e",
    "\u200b",
)


def report_texts(folder: Path) -> dict[str, str]:
    """Name of a file of the report, or of a record → its text."""
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for pattern in ("*.csv", "*.md", "*.html", "records/*.json")
        for path in folder.glob(pattern)
    }
    for path in folder.glob("*.docx"):
        with zipfile.ZipFile(path) as parts:
            texts |= {
                name: parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
            }
    for path in folder.glob("*.pdf"):
        reader = PdfReader(path)
        links = [
            str(note.get_object()) for page in reader.pages for note in page.get("/Annots", [])
        ]
        texts[path.name] = "\n".join([*(page.extract_text() for page in reader.pages), *links])
    return texts


@pytest.mark.slow
def test_nothing_of_a_hostile_answer_reaches_the_report(
    make_project: Callable[..., Path],
    tmp_path: Path,
    model_server: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Links, glued references and echoes are repaired, taken out and marked, or degrade."""
    provider = model_server({"key": "sk-hostile", "faults": list(FAULTS)})
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hostile")
    monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url)
    project = make_project(after="[limits]\nrequests_per_minute = 60000\n")
    end = start_run(RunRef(project=str(project), out=str(tmp_path / "out"), assignments=SETTINGS))
    assert (end.state, end.exit_code) == ("Incomplete", 1), end.message

    texts = report_texts(end.folder)
    assert {Path(name).suffix for name in texts} >= {".csv", ".md", ".html", ".pdf", ".xml"}
    for name, text in texts.items():
        for wrong in NOWHERE:
            assert wrong not in text, f"{wrong!r} in {name}"

    records = {
        name.removesuffix(".json"): json.loads(text)
        for name, text in texts.items()
        if name.endswith(".json")
    }
    check_records(records)
    calls = Counter(hit.call_id.rpartition("/")[0] for hit in provider.ledger())
    assert calls["1.2.1@AT/draft"] == 3
    assert calls["1.2.1@FR/draft"] == 2


def check_records(records: dict[str, Any]) -> None:
    """What each section became."""
    links, glued = records["1.1.1@AT"], records["1.1.1@FR"]
    assert "[address removed]" in links["source_text"]
    assert "See the bank, it, " in links["source_text"]
    assert "The text held an address or link; it was taken out." in links["marks"]
    assert "9[figure missing]" in glued["source_text"]
    assert "[figure missing]bn" in glued["source_text"]
    assert any("would have changed it" in mark for mark in glued["marks"])
    echo, part = records["1.2.1@AT"], records["1.2.1@FR"]
    assert echo["status"] == "degraded"
    assert "answered with its instructions" in echo["reason"]
    assert part["status"] == "written", part["reason"]
    assert records["1.1.2@EU"]["status"] == "written"
