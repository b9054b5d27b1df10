"""Fault 28: a run repeated with the sheet's rows in another order."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from factbook.runs.ref import RunRef
from flows.start import RunEnd, start_run
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server

MakeProject = Callable[..., Path]
SLUG = "electricity-in-europe"


def run(project: Path, out: Path, provider: str) -> RunEnd:
    """Run a project to its good end."""
    assignments = (f"provider={provider}", "outputs=csv,md", "limits.requests_per_minute=60000")
    end = start_run(RunRef(project=str(project), out=str(out), assignments=assignments))
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    return end


def turn_rows(project: Path, *sheets: str) -> None:
    """Put the rows of some sheets of the prompt sheet into the opposite order."""
    path = project / "prompt_sheet.xlsx"
    book = openpyxl.load_workbook(path)
    for name in sheets:
        head, *rows = book[name].iter_rows(values_only=True)
        filled = [row for row in rows if any(cell is not None for cell in row)]
        book[name].delete_rows(1, book[name].max_row)
        for row in (head, *reversed(filled)):
            book[name].append(row)
    book.save(path)


def rows(end: RunEnd) -> list[dict[str, str]]:
    """The report's rows."""
    with (end.folder / f"{SLUG}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_id(end: RunEnd) -> dict[tuple[str, str], dict[str, str]]:
    """The report's rows by sub-task and country."""
    found = {(row["sub_task_id"], row["country"]): row for row in rows(end)}
    assert len(found) == len(rows(end))
    return found


def apart_from_conclusions(end: RunEnd) -> dict[tuple[str, str], dict[str, str]]:
    """The report's rows, those of the last chapter left out."""
    return {name: row for name, row in by_id(end).items() if name[0] != "conclusion"}


def keys(end: RunEnd) -> dict[str, str]:
    """Section id → content key."""
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_bytes())
    return {section_id: section["key"] for section_id, section in body["sections"].items()}


def written_now(end: RunEnd) -> list[str]:
    """Sections that the run worked on."""
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_bytes())
    return list(body["times"]["section_seconds"])


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("sheets", [("Objectives",), ("Objectives", "Tasks", "Sub Tasks")])
def test_texts_stay_under_their_ids_whatever_the_order_of_rows(
    make_project: MakeProject, tmp_path: Path, sheets: tuple[str, ...]
) -> None:
    """I2: the same texts under the same ids and keys; the report's order follows the sheet.

    A conclusion is about the chapters in their order: it is written anew.
    """
    project = make_project()
    first = run(project, tmp_path / "out", "offline")
    texts, order, first_keys = apart_from_conclusions(first), chapters(first), keys(first)
    turn_rows(project, *sheets)
    second = run(project, tmp_path / "out", "offline")

    changed = [name for name, key in keys(second).items() if first_keys[name] != key]
    assert [name for name in changed if not name.startswith("conclusion@")] == []
    assert keys(second).keys() == first_keys.keys()
    assert set(written_now(second)) <= set(changed)
    assert apart_from_conclusions(second) == texts
    assert chapters(second) == [*reversed(order[:-1]), order[-1]]


@pytest.mark.crash
@pytest.mark.usefixtures("server")
def test_texts_of_a_model_stay_under_their_ids_whatever_the_order_of_rows(
    make_project: MakeProject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    model_server: Serve,
) -> None:
    """I2: with all that earlier runs have left, the report is that of a run that begins anew.

    A prompt that shows the outline changes with its order, so that sections are written anew; what
    was written for another order, or for another section, stands nowhere.
    """
    server = model_server()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-28")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    project = make_project()
    before = by_id(run(project, tmp_path / "out", "openai"))
    turn_rows(project, "Objectives", "Tasks", "Sub Tasks")
    repeated = run(project, tmp_path / "out", "openai")
    hits = Counter(hit.body_sha256 for hit in server.ledger())
    anew = run(project, tmp_path / "anew", "openai")

    assert set(hits.values()) == {1}
    assert by_id(repeated).keys() == before.keys()
    assert rows(repeated) == rows(anew)
    assert keys(repeated) == keys(anew)


def chapters(end: RunEnd) -> list[str]:
    """Ids of chapters in the order of the report."""
    return list(dict.fromkeys(row["objective_id"] for row in rows(end)))
