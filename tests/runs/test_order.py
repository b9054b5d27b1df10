"""Fault 28: a run repeated with the rows of the sheet and of the data in another order."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server

MakeProject = Callable[..., Path]
Order = Callable[[Sequence[Any]], list[Any]]
SLUG = "electricity-in-europe"
SHEETS = ("Objectives", "Tasks", "Sub Tasks")


def run(project: Path, out: Path, provider: str) -> Outcome:
    """Run a project to its good end."""
    assignments = (f"provider={provider}", "outputs=csv,md", "limits.requests_per_minute=60000")
    end = start_run(RunRef(project=str(project), out=str(out), assignments=assignments))
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    return end


def reorder(project: Path, order: Order, *sheets: str) -> None:
    """Put the rows of some sheets of the prompt sheet into another order."""
    path = project / "prompt_sheet.xlsx"
    book = openpyxl.load_workbook(path)
    for name in sheets:
        head, *rows = book[name].iter_rows(values_only=True)
        filled = [row for row in rows if any(cell is not None for cell in row)]
        book[name].delete_rows(1, book[name].max_row)
        for row in (head, *order(filled)):
            book[name].append(row)
    book.save(path)


def reorder_data(project: Path, order: Order) -> None:
    """Put the rows of all data files into another order; no cell of them has a line feed."""
    for path in sorted(project.rglob("*.csv")):
        head, *lines = path.read_bytes().splitlines()
        path.write_bytes(b"\n".join((head, *order(lines), b"")))


def opposite(rows: Sequence[Any]) -> list[Any]:
    """The rows from the last to the first."""
    return list(reversed(rows))


def at_random(seed: int) -> Order:
    """An order of rows that is drawn; each time another, each run of the tests the same."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    return lambda rows: chance.sample(rows, len(rows))


def sub_tasks_in_order(project: Path) -> list[str]:
    """Ids of sub-tasks as the report is to have them: by chapter, task and row of the sheet."""
    sheet = pd.read_excel(project / "prompt_sheet.xlsx", sheet_name=None, dtype=str)
    return [
        sub_task["ID"]
        for chapter in sheet["Objectives"].to_dict("records")
        for task in sheet["Tasks"].to_dict("records")
        for sub_task in sheet["Sub Tasks"].to_dict("records")
        if (task["Objective ID"], sub_task["Task_section_id"]) == (chapter["ID"], task["ID"])
    ]


def rows(end: Outcome) -> list[dict[str, str]]:
    """The report's rows."""
    with (end.folder / f"{SLUG}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_id(end: Outcome) -> dict[tuple[str, str], dict[str, str]]:
    """The report's rows by sub-task and country."""
    found = {(row["sub_task_id"], row["country"]): row for row in rows(end)}
    assert len(found) == len(rows(end))
    return found


def apart_from_conclusions(end: Outcome) -> dict[tuple[str, str], dict[str, str]]:
    """The report's rows, those of the last chapter left out."""
    return {name: row for name, row in by_id(end).items() if name[0] != "conclusion"}


def keys(end: Outcome) -> dict[str, str]:
    """Section id → content key."""
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_bytes())
    return {section_id: section["key"] for section_id, section in body["sections"].items()}


def written_now(end: Outcome) -> list[str]:
    """Sections that the run worked on."""
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_bytes())
    return list(body["times"]["section_seconds"])


@pytest.mark.slow
def test_texts_stay_under_their_ids_whatever_the_order_of_rows(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """Promise 4: the same texts under the same ids and keys, and nothing is written again.

    Chapters turned round, then all rows of sheet and data shuffled, and shuffled again. The
    report's order follows the sheet. A conclusion is about the chapters in their order: it is
    written anew.
    """
    project = make_project()
    first = run(project, tmp_path / "out", "offline")
    texts, first_keys = apart_from_conclusions(first), keys(first)
    for order, sheets in ((opposite, SHEETS[:1]), (at_random(1), SHEETS), (at_random(2), SHEETS)):
        reorder(project, order, *sheets)
        reorder_data(project, order)
        again = run(project, tmp_path / "out", "offline")

        changed = [name for name, key in keys(again).items() if first_keys[name] != key]
        assert [name for name in changed if not name.startswith("conclusion@")] == []
        assert [name for name in written_now(again) if not name.startswith("conclusion@")] == []
        assert by_id(again).keys() == by_id(first).keys()
        assert apart_from_conclusions(again) == texts
        assert sub_tasks(again) == [*sub_tasks_in_order(project), "conclusion"]
    anew = run(project, tmp_path / "anew", "offline")
    assert len(written_now(anew)) == len(first_keys)
    assert (rows(anew), keys(anew)) == (rows(again), keys(again))


@pytest.mark.crash
def test_texts_of_a_model_stay_under_their_ids_whatever_the_order_of_rows(
    make_project: MakeProject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    model_server: Serve,
) -> None:
    """Promise 4: whatever earlier runs have left, the report is that of one that begins anew.

    A prompt that shows the outline changes with its order, so that sections are written anew; what
    was written for another order, or for another section, stands nowhere.
    """
    server = model_server()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-28")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    project = make_project()
    before = by_id(run(project, tmp_path / "out", "openai"))
    for order in (opposite, at_random(28)):
        reorder(project, order, *SHEETS)
        reorder_data(project, order)
        repeated = run(project, tmp_path / "out", "openai")
    hits = Counter(hit.body_sha256 for hit in server.ledger())
    anew = run(project, tmp_path / "anew", "openai")

    assert set(hits.values()) == {1}
    assert by_id(repeated).keys() == before.keys()
    assert rows(repeated) == rows(anew)
    assert keys(repeated) == keys(anew)


def sub_tasks(end: Outcome) -> list[str]:
    """Ids of sub-tasks in the order of the report."""
    return list(dict.fromkeys(row["sub_task_id"] for row in rows(end)))
