"""``factbook run --dry-run``: what a person and a machine are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.cli.app import app
from factbook.folder.run_folder import RunFolder
from tests.manifests import save_manifest
from tests.runs.test_plan import set_cell, write

MakeProject = Callable[..., Path]


def dry_run(*arguments: str | Path) -> int:
    """Run the command in this process and return its exit code."""
    code: int = app(["run", *map(str, arguments)], result_action="return_value")
    return code


def state_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file of a folder with its time and size."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.slow
def test_dry_run_of_a_new_project_names_all_sections_and_writes_nothing(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those with the same cause stand in one line."""
    project = make_project()
    before = state_of(tmp_path)
    assert dry_run(project, "--dry-run", "--out", tmp_path / "out") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("new: 1.1.1@AT, 1.1.1@FR, 1.1.2@EU, ")
    assert lines[0].endswith(" more")
    assert lines[-1].endswith("0 changed, 0 tried again, 0 unchanged. Nothing was written.")
    assert len(lines) == 2
    assert state_of(tmp_path) == before
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_dry_run_tells_changed_facts(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The cell with its row first; then the sections by cause; the folder stays as it is."""
    project, out = make_project(), tmp_path / "out"
    write(project, out)
    set_cell(project, "Austria", "2.91")
    before = state_of(tmp_path)
    assert dry_run(project, "--dry-run", "--out", out) == 0
    told = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    lines = told.splitlines()
    assert lines[1] == "Changed in the data"
    assert re.fullmatch(
        r"  Solar/2021/Austria 1\.25 → 2\.91 TWh \(Electricity generation\), etm\.csv: \d+, "
        r"in \d+ sections?",
        lines[2],
    )
    (evidence,) = (line for line in lines if line.startswith("changed (evidence): "))
    assert "1.2.1@AT" in evidence
    told_of = [line.partition(" (evidence)")[0] for line in lines[4:] if " (evidence)" in line]
    assert told_of[:2] == ["changed", "changed, same text"]
    assert len(lines) == 9
    assert "upstream" not in told
    assert state_of(tmp_path) == before
    assert dry_run(project, "--dry-run", "--verbose", "--out", out) == 0
    told = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    assert "changed: 1.2.1@AT (evidence: Solar/2021/Austria 1.25 → 2.91 TWh; " in told


@pytest.mark.slow
def test_dry_run_names_a_change_of_all_sections_once(
    make_project: MakeProject,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another writer is the reason of every section: one line of it is enough."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    project, out = make_project(), tmp_path / "out"
    write(project, out)
    assert dry_run(project, "--dry-run", "--provider", "openai", "--out", out) == 0
    told = capsys.readouterr().out
    assert told.count("provider offline → openai") == 1
    assert "changed (provider offline → openai; model none → gpt-5): 1.1.1@AT, " in told


@pytest.mark.slow
def test_dry_run_tells_changed_titles(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readers will see them, also where no section is written for them."""
    project, out = make_project(), tmp_path / "out"
    folder = RunFolder.of(out, "electricity-in-europe")
    folder.create()
    save_manifest(
        folder.path,
        project="Electricity in Europe",
        slug="electricity-in-europe",
        sections={"2.1.1@AT": {"title": "Coal"}},
        headings={"1": "Power"},
    )
    assert dry_run(project, "--dry-run", "--json", "--out", out) == 0
    body = json.loads(capsys.readouterr().out)
    titles = [(one["id"], one["old"]) for one in body["titles"]]
    assert titles == [("1", "Power"), ("2.1.1", "Coal")]
    assert dry_run(project, "--dry-run", "--out", out) == 0
    assert '  1 "Power" → "' in capsys.readouterr().out


@pytest.mark.slow
def test_dry_run_as_json_holds_sections_counts_and_forecast(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of sections that stand only the number is told."""
    project, out = make_project(), tmp_path / "out"
    write(project, out)
    set_cell(project, "Austria", "2.91")
    assert dry_run(project, "--dry-run", "--json", "--out", out) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["ok"] is True
    by_id = {section["section_id"]: section for section in body["sections"]}
    assert by_id["1.2.1@AT"]["action"] == "changed"
    (fact, *_) = by_id["1.2.1@AT"]["facts"]
    assert (fact["subject"], fact["place"], fact["period"]) == ("Solar", "Austria", "2021")
    assert (round(fact["old"], 2), fact["new"]) == (1.25, 2.91)
    assert by_id["1.2.1@AT"]["facts_changed"] > len(by_id["1.2.1@AT"]["facts"])
    assert body["counts"]["changed"] == len(by_id)
    assert body["counts"]["unchanged"] > 0
    assert body["forecast"]["sections"] == len(by_id)
    assert body["forecast"]["calls"] == 0


@pytest.mark.slow
def test_dry_run_by_a_model_says_calls_and_cost(
    make_project: MakeProject,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody is asked: the endpoint does not exist."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    prices = (
        '"gpt-5" = { input = 1.0, output = 8.0 }',
        '"gpt-5-mini" = { input = 0.2, output = 2.0 }',
    )
    project = make_project(after="\n".join(("[prices]", *prices)))
    assert dry_run(project, "--dry-run", "--provider", "openai", "--out", tmp_path / "out") == 0
    told = capsys.readouterr().out
    assert "model calls" in told
    assert "Cost: " in told
    assert " USD" in told
    assert not (tmp_path / "out").exists()


def test_dry_run_of_a_project_with_errors_is_bad_input(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    """The findings are told as for a run, and as JSON when that is asked for."""
    project = make_project()
    (project / "etm.csv").unlink()
    assert dry_run(project, "--dry-run") == 2
    assert "etm.csv" in capsys.readouterr().err
    assert dry_run(project, "--dry-run", "--json") == 2
    body = json.loads(capsys.readouterr().out)
    assert body["ok"] is False
    assert "etm.csv" in json.dumps(body["findings"])


def test_json_without_dry_run_is_refused(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run is told in its manifest."""
    project = make_project()
    for option in ("--json", "--verbose"):
        assert dry_run(project, option) == 2
        assert f"{option} needs --dry-run" in capsys.readouterr().err
    assert not (project / "out").exists()
