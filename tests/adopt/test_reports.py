"""Reports that come back from an editor: what is taken over, and what is told."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from factbook.cli.adopt import adopt_report
from factbook.edits.edit import without_headline
from tests.adopt.returned import (
    FLAG,
    FORMATS,
    OPENING,
    SECTION,
    body_of,
    change_cell,
    edited_word,
    edits_in,
    finished_run,
    manifest,
    report,
    run,
    section,
    shown,
)
from tests.conftest import with_outputs
from tests.runs.run_folders import Section, save_run
from tests.servers import fixtures

MakeProject = Callable[..., Path]
model_server = fixtures.model_server


@pytest.mark.slow
def test_edited_word_report_stands_in_all_formats_and_is_flagged_when_data_change(
    finished_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The way of an edit: report, editor, adoption, next run, changed data."""
    project = with_outputs(finished_project, *FORMATS)
    first = run(project)
    changed = edited_word(first, tmp_path / "changed.docx")
    assert adopt_report(first.folder, changed, None, dry_run=True) == 0
    assert not (project / "edits").exists()
    assert adopt_report(first.folder, changed, None, dry_run=False) == 0
    assert "not taken over" not in capsys.readouterr().err
    assert edits_in(project) == [f"{SECTION}.md"]
    text = (project / "edits" / f"{SECTION}.md").read_text(encoding="utf-8")
    assert without_headline(text)[1].startswith(OPENING)
    assert "{F1}" in text
    assert "TWh" not in text  # every figure of it is tied to its fact again

    second = run(project)
    assert second.exit_code == 0
    assert section(second)["status"] == "edited"
    assert section(second)["edit"]["outdated"] is False
    assert manifest(second)["sections_by_status"]["edited"] == 1
    for suffix in FORMATS:
        assert OPENING in shown(second, suffix), suffix
        assert FLAG not in shown(second, suffix), suffix

    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    third = run(project)
    edit = section(third)["edit"]
    assert third.exit_code == 0
    assert third.message.endswith(f"1 edited; 1 edit is older than its data: {SECTION}")
    outdated = [f for f in manifest(third)["findings"] if f["code"] == "edit.outdated"]
    assert [finding["file"] for finding in outdated] == [f"edits/{SECTION}.md"]
    assert section(third)["status"] == "edited"
    assert edit["outdated"] is True
    assert any(change == "Total 2021: 65.9 → 66.1 TWh" for change in edit["changes"])
    written_now = " ".join(edit["writer_text"].split())
    assert written_now.startswith("Between 2015 and 2021")
    for suffix in FORMATS:
        assert OPENING in shown(third, suffix), suffix
        assert FLAG in shown(third, suffix), suffix
        assert "Total 2021: 65.9 → 66.1 TWh" in shown(third, suffix), suffix
        assert written_now in shown(third, suffix), suffix
    capsys.readouterr()
    assert adopt_report(third.folder, report(third, "docx"), None, dry_run=True) == 0
    assert adopt_report(third.folder, report(third, "md"), None, dry_run=True) == 0
    out, err = capsys.readouterr()
    assert "0 sections changed" in out
    assert "would be" not in out
    assert err == ""


@pytest.mark.slow
def test_untouched_reports_give_no_edit(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    """Generated sections, conclusions and annex included; nothing is said to be lost."""
    project = make_project(
        before='outputs = ["md", "docx"]\n' + "add_introduction_to_task = true\n"
    )
    end = run(project)
    count = len(manifest(end)["sections"])
    for suffix in ("docx", "md"):
        assert adopt_report(end.folder, report(end, suffix), None, dry_run=False) == 0
        out, err = capsys.readouterr()
        assert f"0 sections changed, {count} as they were" in out
        assert err == ""
    assert not (project / "edits").exists()


@pytest.mark.slow
def test_annex_of_changes_is_no_change(
    finished_word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report with ``compare_to`` comes back as it was; a change in its annex is told."""
    project = finished_word
    shutil.copytree(finished_run(project).folder, project / "before")
    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    end = run(project, "compare_to=before")
    settings = project / "project.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'compare_to = "before"\n{text}', encoding="utf-8")
    for suffix in ("docx", "md"):
        assert adopt_report(end.folder, report(end, suffix), None, dry_run=False) == 0
        out, err = capsys.readouterr()
        assert "0 sections changed" in out
        assert err == ""
    changed = tmp_path / "changed.md"
    written = report(end, "md").read_text(encoding="utf-8")
    assert written.count("1.25 → 1.45") >= 1
    changed.write_text(written.replace("1.25 → 1.45", "1.25 → 1.46"), encoding="utf-8")
    assert adopt_report(end.folder, changed, None, dry_run=False) == 0
    assert "1.25 → 1.46" in capsys.readouterr().err
    assert not (project / "edits").exists()


@pytest.mark.slow
def test_retyped_report_gives_no_edit(
    finished_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Quotation marks, dashes and line ends are programs' work; one sentence says so."""
    end = finished_run(finished_project)
    text = report(end, "md").read_text(encoding="utf-8")
    retyped = tmp_path / "retyped.md"
    wrapped = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").replace(". ", ".\n")
    retyped.write_text(wrapped, encoding="utf-8")
    assert adopt_report(end.folder, retyped, None, dry_run=False) == 0
    out, err = capsys.readouterr()
    assert "0 sections changed" in out
    assert err.startswith("not taken over: other quotation marks or dashes in 1.1.1@AT")
    assert err.count("not taken over") == 1


def test_section_that_has_lost_its_heading_is_told(
    finished_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its text counts as the one before's, and stands in the report twice."""
    end = finished_run(finished_project)
    text = report(end, "md").read_text(encoding="utf-8")
    merged = tmp_path / "merged.md"
    merged.write_text(
        re.sub(r"<!-- section 1\.1\.1@FR [^>]*>\n\n(<a id.*></a>\n\n)?##### France\n\n", "", text),
        encoding="utf-8",
    )
    assert adopt_report(end.folder, merged, None, dry_run=True) == 0
    out, err = capsys.readouterr()
    assert "would be edited: 1.1.1@AT" in out
    assert "1.1.1@FR has lost its heading, and its text counts as part of 1.1.1@AT" in err


def test_edited_markdown_is_adopted_and_what_has_no_place_is_told(
    finished_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """New paragraphs and lists are taken; foreign headings and removed sections are named."""
    project, end = finished_project, finished_run(finished_project)
    text = report(end, "md").read_text(encoding="utf-8")
    head, _, rest = text.partition("<!-- section 1.1.1@AT ")
    _, mark, rest = rest.partition("<!-- section 1.1.1@FR ")
    _, mark_eu, tail = rest.partition("<a id=")
    changed = tmp_path / "changed.md"
    changed.write_text(
        f"{head}<!-- section 1.1.1@AT -->\n##### Austria\n"
        "All *new* here:\n\n- one\n- 2.5 % of 3*4\n"
        f"\n## My own chapter\n\nA thought.\n\n{mark_eu}{tail}",
        encoding="utf-8",
        newline="\r\n",
    )
    assert mark
    assert adopt_report(end.folder, changed, None, dry_run=False) == 0
    err = capsys.readouterr().err
    assert "the heading 'My own chapter' is not from the report" in err
    assert "a text at 'My own chapter': A thought." in err
    assert "1.1.1@FR is not in the file" in err
    assert edits_in(project) == ["1.1.1@AT.md"]
    written = (project / "edits" / "1.1.1@AT.md").read_text(encoding="utf-8")
    assert written == "All *new* here:\n\n- one\n- 2.5 % of 3*4\n"


@pytest.mark.slow
def test_tracked_changes_count_as_accepted(
    finished_word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is inserted is there, what is deleted is not; a heading without a mark is found."""
    project, end = finished_word, finished_run(finished_word)
    document = docx.Document(str(report(end, "docx")))
    first, second = body_of(document, SECTION)[:2]
    removed, added = OxmlElement("w:del"), OxmlElement("w:ins")
    run_of = first.runs[0]._r
    run_of.addprevious(removed)
    removed.append(run_of)
    for letters in run_of.findall(qn("w:t")):
        letters.tag = qn("w:delText")
    first._p.append(added)
    new = OxmlElement("w:r")
    content = OxmlElement("w:t")
    content.text = "Inserted words."
    new.append(content)
    added.append(new)
    kept = second.text
    for bookmark in list(document.element.body.iter(qn("w:bookmarkStart"))):
        bookmark.getparent().remove(bookmark)
    path = tmp_path / "tracked.docx"
    document.save(str(path))
    assert adopt_report(end.folder, path, None, dry_run=False) == 0
    told = capsys.readouterr().err
    assert "no mark of the text" in told
    assert "not taken over" not in told
    assert edits_in(project) == [f"{SECTION}.md"]
    text = shown(run(project), "csv")
    assert f"Inserted words. {' '.join(kept.split())}" in text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", b"no zip", "it is not a Word document"),
        ("a.md", b"# Another text\n", "it holds no section of the run"),
        ("a.md", b"\xff", "byte 1 of it is not UTF-8"),
        ("a.pdf", b"%PDF", "cannot be adopted"),
        ("a.txt", None, "cannot be adopted"),
        ("gone.md", None, "it cannot be read"),
    ],
)
def test_file_that_is_no_report_is_bad_input(
    make_project: MakeProject,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    said: str,
) -> None:
    """A sentence says so, exit 2, and nothing is written."""
    project = make_project()
    folder = save_run(
        project / "out" / "electricity-in-europe", Section(SECTION), slug="electricity-in-europe"
    )
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert adopt_report(folder, tmp_path / name, None, dry_run=False) == 2
    assert said in capsys.readouterr().err
    assert not (project / "edits").exists()


def test_folder_that_is_no_run_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So is a run whose project is not known."""
    assert adopt_report(tmp_path, tmp_path / "a.md", None, dry_run=False) == 2
    assert "it has no run.json" in capsys.readouterr().err
    save_run(tmp_path, Section(SECTION))
    assert adopt_report(tmp_path, tmp_path / "a.md", None, dry_run=False) == 2
    assert "Name the project with --project" in " ".join(capsys.readouterr().err.split())
