"""Headlines and key messages on the way of an editor: reports, adoption, the next run."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import docx
import pytest

from factbook.cli.adopt import adopt_report
from factbook.folder.manifest import Manifest
from factbook.runs.outcome import Outcome
from tests.adopt.returned import (
    SECTION,
    edited_word,
    edits_in,
    manifest,
    report,
    run,
    section,
    shown,
)
from tests.conftest import with_outputs
from tests.headlines import run_folder, tell_all

NEW = "Austria has never made so much power"


def told_run(project: Path, *settings: str) -> Outcome:
    """A run whose sections have headlines and messages; they stand in its run folder before."""
    tell_all(run_folder(project))
    return run(project, *settings)


def headline_of(project: Path, section_id: str = SECTION) -> str:
    """The headline of a section as its report shows it."""
    record = run_folder(project).read_record(section_id)
    assert record is not None
    return " ".join(record.headline_text.split())


def with_headline_in_word(path: Path, headline: str, new: str) -> None:
    """Change a headline, as an editor does in Word."""
    document = docx.Document(str(path))
    found = [p for p in document.paragraphs if " ".join(p.text.split()) == headline]
    (paragraph,) = [p for p in found if p.style.name == "Headline"][:1]
    paragraph.runs[0].text = new
    document.save(str(path))


@pytest.mark.slow
def test_headlines_and_messages_of_untouched_reports_are_no_edit(
    finished_word: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They stand in the report, and in no section's text when that comes back."""
    project = finished_word
    end = told_run(project)
    count = len(manifest(end)["sections"])
    for suffix in ("docx", "md"):
        text = shown(end, suffix)
        assert headline_of(project) in text
        assert "At a glance" in text
        assert adopt_report(end.folder, report(end, suffix), None, dry_run=False) == 0
        out, err = capsys.readouterr()
        assert f"0 sections changed, {count} as they were" in out
        assert err == ""
    assert not (project / "edits").exists()


@pytest.mark.slow
def test_changed_headline_is_adopted_and_stands_in_all_formats(
    finished_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the text beneath it, whose figures stay tied to their facts; nothing is doubled."""
    project = with_outputs(finished_project, "md", "docx", "html", "csv", "pdf")
    first = told_run(project)
    before, text = headline_of(project), run_folder(project).read_record(SECTION)
    changed = tmp_path / "changed.docx"
    changed.write_bytes(report(first, "docx").read_bytes())
    with_headline_in_word(changed, before, NEW)
    assert adopt_report(first.folder, changed, None, dry_run=False) == 0
    assert "not taken over" not in capsys.readouterr().err
    assert edits_in(project) == [f"{SECTION}.md"]
    assert text is not None
    edit = (project / "edits" / f"{SECTION}.md").read_text(encoding="utf-8")
    assert edit == f"# {NEW}\n\n{text.source_text}\n"

    second = run(project)
    assert second.exit_code == 0
    assert section(second)["status"] == "edited"
    for suffix in ("md", "docx", "html", "pdf"):
        assert shown(second, suffix).count(NEW) == 1, suffix
    with report(second, "csv").open(encoding="utf-8", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["headline"] == NEW]
    assert NEW not in row["final_copy"]
    for suffix in ("docx", "md"):
        assert adopt_report(second.folder, report(second, suffix), None, dry_run=True) == 0
        out, err = capsys.readouterr()
        assert "0 sections changed" in out
        assert err == ""


@pytest.mark.slow
def test_changed_text_keeps_its_headline(
    finished_word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The headline that the editor has left stands above the new text, tied to its fact."""
    project = finished_word
    first = told_run(project)
    record = run_folder(project).read_record(SECTION)
    assert record is not None
    changed = edited_word(first, tmp_path / "changed.docx")
    assert adopt_report(first.folder, changed, None, dry_run=False) == 0
    assert "not taken over" not in capsys.readouterr().err
    edit = (project / "edits" / f"{SECTION}.md").read_text(encoding="utf-8")
    assert edit.startswith(f"# {record.headline}\n\nAs every reader")
    assert "{F" in record.headline
    run(project)
    assert headline_of(project) == " ".join(record.headline_text.split())


@pytest.mark.slow
def test_removed_headline_is_adopted_as_none(finished_project: Path, tmp_path: Path) -> None:
    """An edit is all that stands under the heading of its section."""
    project = finished_project
    first = told_run(project)
    text = report(first, "md").read_text(encoding="utf-8")
    mark = f"<!-- section {SECTION} "
    head, _, own = text.partition(mark)
    own, count = re.subn(r"\n\n\*\*[^\n]+\*\*\n", "\n", own, count=1)
    assert count == 1
    changed = tmp_path / "changed.md"
    changed.write_text(head + mark + own, encoding="utf-8")
    assert adopt_report(first.folder, changed, None, dry_run=False) == 0
    assert edits_in(project) == [f"{SECTION}.md"]
    assert not (project / "edits" / f"{SECTION}.md").read_text(encoding="utf-8").startswith("#")
    run(project)
    assert headline_of(project) == ""


@pytest.mark.slow
def test_manifest_holds_the_key_messages(finished_project: Path) -> None:
    """Of the report and of its chapters, each a sentence of a section of it."""
    end = told_run(finished_project)
    found = Manifest.read(end.folder)
    assert found is not None
    assert set(found.key_messages) == {"", "1", "2", "3"}
    for chapter, messages in found.key_messages.items():
        assert 1 < len(messages) <= 5
        for message in messages:
            assert chapter in ("", found.sections[message.section].chapter)
            assert "{F" in message.source_text
            assert "{" not in message.text
            assert " ".join(message.text.split()) in shown(end, "md")


@pytest.mark.slow
def test_selection_has_the_messages_of_its_sections(finished_project: Path) -> None:
    """They say nothing of what the selection does not show."""
    project = finished_project
    end = told_run(project, "objective_list=2")
    found = Manifest.read(end.folder)
    assert found is not None
    assert found.is_selection
    assert set(found.key_messages) == {""}
    chapters = {found.sections[one.section].chapter for one in found.key_messages[""]}
    assert chapters == {"2"}
    selection = (end.folder / "electricity-in-europe-selection.md").read_text(encoding="utf-8")
    assert selection.count("## At a glance") == 1
    assert "**Key messages**" not in selection


@pytest.mark.slow
def test_changed_headline_is_a_change_of_the_report(finished_project: Path) -> None:
    """The run says which sections do not read as before, and that is no more once it stands."""
    project = finished_project
    first = told_run(project)
    assert first.changed is not None
    assert SECTION in first.changed
    assert told_run(project).changed == ()
