"""Edits in runs: shown, kept over runs, flagged when data change."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.cli.adopt import adopt_report
from factbook.errors import UserError
from factbook.runs.rewrite import RewriteRequest
from tests.adopt.returned import (
    FLAG,
    FORMATS,
    SECTION,
    change_cell,
    manifest,
    report,
    run,
    section,
    shown,
)
from tests.conftest import CSV_AND_MARKDOWN, with_outputs
from tests.runs.test_model_runs import KEY, ONE_UNKNOWN_MODEL, QUICK
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.writers import PartialWriter

MakeProject = Callable[..., Path]
model_server = fixtures.model_server


@pytest.mark.slow
def test_edits_are_shown_on_demand_and_such_a_report_comes_back(
    finished_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A note under the section and one at the front; no section is written for it."""
    project = with_outputs(finished_project, *FORMATS)
    (project / "edits").mkdir()
    (project / "edits" / f"{SECTION}.md").write_text("By hand: {F1}.\n", encoding="utf-8")
    plain = run(project)
    documents = [suffix for suffix in FORMATS if suffix != "csv"]
    for suffix in documents:
        assert "edited" not in shown(plain, suffix), suffix
    asked = PartialWriter()
    told = run(project, "show_edits=true", writer=asked)
    assert asked.begun == []
    count = f"1 of {len(manifest(told)['sections'])} sections has been edited by a person"
    for suffix in documents:
        assert shown(told, suffix).count("A person has edited this text.") == 1, suffix
        assert f"{count} ({SECTION})." in shown(told, suffix), suffix
    for suffix in ("docx", "md"):
        assert adopt_report(told.folder, report(told, suffix), None, dry_run=True) == 0
        out, err = capsys.readouterr()
        assert "0 sections changed" in out
        assert err == ""
    run(project)
    assert "edited" not in shown(plain, "md")


@pytest.mark.slow
def test_what_an_edit_by_hand_was_made_against_outlives_the_run_folder(
    finished_project: Path,
) -> None:
    """It is flagged without any record, until a person confirms it; then nothing is left to do."""
    project = finished_project
    path = project / "edits" / f"{SECTION}.md"
    path.parent.mkdir()
    path.write_text("By hand: {F1}.\n", encoding="utf-8")
    first = run(project)
    assert section(first)["edit"]["outdated"] is False
    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    shutil.rmtree(first.folder)
    second = run(project)
    assert "Total 2021: 65.9 → 66.1 TWh" in section(second)["edit"]["changes"]
    assert path.read_text(encoding="utf-8") == "By hand: {F1}.\n"
    confirm = RewriteRequest(confirm=(SECTION, "1.1.1@AT"))
    told: list[str] = []
    third = run(project, request=confirm, notify=told.append)
    assert [line.partition(" stands")[0] for line in told] == ["Confirmed: the edit of 1.1.1@AT"]
    assert section(third)["edit"]["outdated"] is False
    assert FLAG not in shown(third, "md")
    again = PartialWriter()
    key = section(third)["key"]
    fourth = run(project, writer=again, request=confirm, notify=told.append)
    assert (section(fourth)["key"], again.begun) == (key, [])
    assert told[1].startswith("Nothing to confirm")


@pytest.mark.slow
def test_model_sums_up_an_edit_once(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, model_server: Serve
) -> None:
    """With summaries and sense checks on, those of the edit are asked for, and paid for once."""
    server = model_server({"key": KEY})
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    flags = "add_summary = true\nadd_feedback = true\n"
    project = make_project(before=CSV_AND_MARKDOWN + flags, after=QUICK)
    (project / "edits").mkdir()
    (project / "edits" / f"{SECTION}.md").write_text("A person's words.", encoding="utf-8")
    model = ("provider=openai", "objective_list=1", *ONE_UNKNOWN_MODEL)
    first = run(project, *model)
    asked = [hit.call_id for hit in server.ledger() if hit.call_id.startswith(SECTION)]
    assert asked == [f"{SECTION}/sense_check/1", f"{SECTION}/summary/1"]
    path = first.folder / "objective_1_results.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {(row["sub_task_id"], row["country"]): row for row in csv.DictReader(file)}
    own = rows["1.1.1", "Austria"]
    assert (own["status"], own["final_copy"]) == ("edited", "A person's words.")
    assert own["summary"]
    assert own["feedback"].startswith("Sense check")
    paid = len(server.ledger())
    run(project, *model)
    assert len(server.ledger()) == paid


@pytest.mark.slow
def test_removed_edit_brings_the_writers_text_back(finished_project: Path) -> None:
    """Sections that do not follow on from it are not written anew."""
    project = finished_project
    (project / "edits").mkdir()
    (project / "edits" / f"{SECTION}.md").write_text("A person's words.", encoding="utf-8")
    again = PartialWriter()
    end = run(project, writer=again)
    assert section(end)["status"] == "edited"
    assert SECTION not in again.begun
    assert "1.1.1@FR" not in again.begun
    (project / "edits" / f"{SECTION}.md").unlink()
    back = run(project, writer=PartialWriter())
    assert section(back)["status"] == "written"
    assert section(back)["edit"] is None


@pytest.mark.slow
def test_edit_of_no_section_is_told_and_left_alone(make_project: MakeProject) -> None:
    """The run goes on without it."""
    project = make_project(before=CSV_AND_MARKDOWN)
    (project / "edits").mkdir()
    lost = project / "edits" / "1.1.1@AU.md"
    lost.write_text("Words.", encoding="utf-8")
    end = run(project)
    assert end.exit_code == 0
    assert [f["code"] for f in manifest(end)["findings"] if f["code"].startswith("edit.")] == [
        "edit.no-section"
    ]
    assert lost.read_text(encoding="utf-8") == "Words."


def test_edit_that_refers_to_no_fact_is_an_error_before_anything_is_written(
    make_project: MakeProject,
) -> None:
    """It would stand in the report as F9999."""
    project = make_project()
    edit = project / "edits" / f"{SECTION}.md"
    edit.parent.mkdir()
    edit.write_text("Solar gave {F9999}.", encoding="utf-8")
    with pytest.raises(UserError, match="The edit refers to F9999, which is not a fact"):
        run(project)
    assert not (project / "out").exists()
