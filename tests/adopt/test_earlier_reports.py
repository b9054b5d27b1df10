"""Reports that come back after other runs, other editors, or from another project."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.cli.adopt import adopt_report
from factbook.edits.edit import without_headline
from tests.adopt.returned import (
    OPENING,
    SECTION,
    change_cell,
    edited_markdown,
    edits_in,
    finished_run,
    report,
    run,
    section,
)
from tests.servers import fixtures

MakeProject = Callable[..., Path]
model_server = fixtures.model_server


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["md", "docx"])
def test_untouched_report_of_an_earlier_run_gives_no_edit(
    finished_word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    """Last month's figures are nobody's edits; nor is another editor's text taken back."""
    project, first = finished_word, finished_run(finished_word)
    old = tmp_path / f"old.{suffix}"
    shutil.copy(report(first, suffix), old)
    other = edited_markdown(first, tmp_path / "other.md", "An editor's. ", "1.1.1@FR")
    assert adopt_report(first.folder, other, None, dry_run=False) == 0
    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    second = run(project)
    capsys.readouterr()
    assert adopt_report(second.folder, old, None, dry_run=False) == 0
    out, err = capsys.readouterr()
    assert "0 sections changed" in out
    assert "changed table" not in err  # it is compared with the run that made it
    assert edits_in(project) == ["1.1.1@FR.md"]


@pytest.mark.slow
@pytest.mark.parametrize("keep_runs", [5, 0])
def test_changed_section_of_an_earlier_report_is_flagged(
    make_project: MakeProject,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    keep_runs: int,
) -> None:
    """With what has changed since, as long as that run is kept; else it says that nobody knows."""
    project = make_project(before=f'outputs = ["md"]\nkeep_runs = {keep_runs}\n')
    first = run(project)
    changed = edited_markdown(first, tmp_path / "changed.md", OPENING)
    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    second = run(project)
    assert adopt_report(second.folder, changed, None, dry_run=False) == 0
    assert "1.1.1@AT has been made with" in capsys.readouterr().err
    assert edits_in(project) == ["1.1.1@AT.md"]
    edit = section(run(project))["edit"]
    assert edit["outdated"] is True
    known = "Total 2021: 65.9 → 66.1 TWh" in edit["changes"]
    assert known == bool(keep_runs)


@pytest.mark.slow
def test_text_that_another_editor_has_changed_meanwhile_is_a_conflict(
    finished_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither is lost: the second is told, and taken with --replace, which keeps the first."""
    project, first = finished_project, finished_run(finished_project)
    one = edited_markdown(first, tmp_path / "one.md", "One. ")
    two = edited_markdown(first, tmp_path / "two.md", "Two. ")
    assert adopt_report(first.folder, one, None, dry_run=False) == 0
    assert adopt_report(first.folder, one, None, dry_run=False) == 0  # once more changes nothing
    path = project / "edits" / f"{SECTION}.md"
    stands = path.read_text(encoding="utf-8")
    for end in (first, run(project)):
        capsys.readouterr()
        assert adopt_report(end.folder, two, None, dry_run=False) == 2
        out, err = capsys.readouterr()
        assert "1.1.1@AT has been edited otherwise meanwhile" in err
        assert "0 sections changed" in out
        assert out.rstrip().endswith("1 not taken over.")
        assert path.read_text(encoding="utf-8") == stands
    assert adopt_report(first.folder, two, None, dry_run=False, replace=True) == 0
    assert "the edit that stood there is set aside" in capsys.readouterr().err
    assert without_headline(path.read_text(encoding="utf-8"))[1].startswith("Two. ")
    aside = project / "edits" / "set-aside" / f"{SECTION}.md"
    assert aside.read_text(encoding="utf-8") == stands
    three = edited_markdown(run(project), tmp_path / "three.md", "Three. ")
    assert adopt_report(first.folder, three, None, dry_run=False) == 0  # made from the second
    text = path.read_text(encoding="utf-8")
    assert without_headline(text)[1].startswith("Three. Two. ")


@pytest.mark.slow
def test_report_without_marks_is_compared_with_the_run(
    finished_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As reports of earlier versions are; one sentence says so."""
    project, end = finished_project, finished_run(finished_project)
    bare = edited_markdown(end, tmp_path / "bare.md", OPENING)
    text = re.sub(r"(?m)^<!-- .*\n", "", bare.read_text(encoding="utf-8"))
    bare.write_text(text, encoding="utf-8")
    assert adopt_report(end.folder, bare, None, dry_run=False) == 0
    out, err = capsys.readouterr()
    assert "edited: 1.1.1@AT" in out
    assert err.count("no mark of the text") == 1
    assert edits_in(project) == ["1.1.1@AT.md"]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["md", "docx"])
def test_report_of_another_project_is_refused(
    make_project: MakeProject, finished_word: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    """Its sections have the same ids, and other texts."""
    mine, other = finished_word, make_project(name="other")
    settings = other / "project.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'project_name = "Another report"\n{text}', "utf-8")
    outputs = 'outputs=["md", "docx"]'
    end, foreign = finished_run(mine), run(other, outputs)
    file = foreign.folder / f"another-report.{suffix}"
    assert adopt_report(end.folder, file, None, dry_run=False) == 2
    assert "it is a report of another project" in capsys.readouterr().err
    assert adopt_report(foreign.folder, file, mine, dry_run=False) == 2
    assert "it is a run of 'Another report'" in " ".join(capsys.readouterr().err.split())
    assert adopt_report(mine, file, None, dry_run=False) == 2
    assert "Did you mean" in capsys.readouterr().err
    assert not (mine / "edits").exists()
