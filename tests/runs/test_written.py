"""A chapter as it is written: its CSV at every moment."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from factbook.errors import StoppedError
from factbook.folder.run_folder import RunFolder
from factbook.runs import written_chapter as written
from factbook.runs.written_chapter import WrittenChapter
from factbook.sheet.outline import Chapter
from tests.sections import make_outline, make_record


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder that has been made."""
    made = RunFolder.of(tmp_path, "report")
    made.create()
    return made


def chapter(**config: Any) -> Chapter:
    """The first chapter as a configuration selects it."""
    return make_outline(**config).selected().chapters[0]


def rows(folder: RunFolder) -> list[tuple[str, str, str]]:
    """Sub-task, country and status of each row of the chapter's CSV."""
    with folder.chapter_csv_path("1").open(encoding="utf-8", newline="") as file:
        return [(r["sub_task_id"], r["country"], r["status"]) for r in csv.DictReader(file)]


def test_csv_follows_the_sheet_while_sections_finish(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finished sections stand in sheet order, also when an earlier one is still open."""
    monkeypatch.setattr(written, "SECONDS_BETWEEN_WRITES", 0)
    open_chapter = WrittenChapter(folder, chapter(), chapter())
    for section_id in ("1.2.1@FR", "1.1.2@EU", "1.1.1@FR"):
        open_chapter.add(make_record(section_id))
    assert rows(folder) == [
        ("1.1.1", "France", "written"),
        ("1.1.2", "EU", "written"),
        ("1.2.1", "France", "written"),
    ]


def test_csv_is_written_at_most_once_a_second(folder: RunFolder) -> None:
    """The first section at once, the rest in its time or at the end."""
    open_chapter = WrittenChapter(folder, chapter(), chapter())
    open_chapter.add(make_record("1.1.1@AT"))
    open_chapter.add(make_record("1.1.1@FR"))
    assert len(rows(folder)) == 1
    open_chapter.close()
    assert len(rows(folder)) == 2


def test_rows_that_are_not_selected_are_kept(folder: RunFolder) -> None:
    """A selection takes nothing out of the chapter's file."""
    for section_id in ("1.1.1@AT", "1.1.2@EU"):
        folder.save_record(make_record(section_id))
    second = WrittenChapter(folder, chapter(), chapter(sub_task_list=("1.1.1",)))
    second.add(make_record("1.1.1@AT", "degraded", reason="no answer"))
    second.close()
    assert rows(folder) == [("1.1.1", "Austria", "degraded"), ("1.1.2", "EU", "written")]
    assert set(second.records) == {"1.1.1@AT"}


def test_rows_of_an_earlier_run_are_not_kept_for_what_is_selected(folder: RunFolder) -> None:
    """A section that this run has not reached is not shown as done."""
    folder.save_record(make_record("1.1.1@FR"))
    open_chapter = WrittenChapter(folder, chapter(), chapter())
    open_chapter.add(make_record("1.1.1@AT"))
    open_chapter.close()
    assert rows(folder) == [("1.1.1", "Austria", "written")]


def test_unchanged_rows_stand_until_this_run_reaches_them(folder: RunFolder) -> None:
    """What the last run wrote and this one would write just so is there from the beginning."""
    folder.save_record(make_record("1.1.1@FR"))
    kept = make_record("1.1.1@AT", source_text="Earlier.")
    open_chapter = WrittenChapter(folder, chapter(), chapter(), [kept])
    open_chapter.begin()
    assert rows(folder) == [("1.1.1", "Austria", "written")]
    open_chapter.add(make_record("1.1.1@AT", "degraded", reason="no answer"))
    assert rows(folder) == [("1.1.1", "Austria", "degraded")]
    assert set(open_chapter.records) == {"1.1.1@AT"}


def test_unchanged_record_is_no_work_of_this_run(folder: RunFolder) -> None:
    """Nor when it is taken over from the run folder after a stop."""
    kept, new = make_record("1.1.1@AT"), make_record("1.1.1@FR")
    open_chapter = WrittenChapter(folder, chapter(), chapter(), [kept])
    open_chapter.add(kept)
    open_chapter.add(new)
    assert set(open_chapter.records) == {"1.1.1@AT", "1.1.1@FR"}
    assert set(open_chapter.seconds) == {"1.1.1@FR"}


def test_outdated_rows_go_before_the_first_section_is_done(folder: RunFolder) -> None:
    """A reader never takes them for this run's."""
    last = WrittenChapter(folder, chapter(), chapter())
    last.add(make_record("1.1.1@AT"))
    WrittenChapter(folder, chapter(), chapter()).begin()
    assert rows(folder) == []


def test_seconds_are_those_of_this_runs_work(folder: RunFolder) -> None:
    """A section that stood already took none."""
    open_chapter = WrittenChapter(folder, chapter(), chapter())
    open_chapter.add(make_record("1.1.1@AT", seconds=0.5))
    open_chapter.add(make_record("1.1.1@FR", seconds=0.5), is_new=False)
    assert open_chapter.seconds == {"1.1.1@AT": 0.5}
    assert set(open_chapter.records) == {"1.1.1@AT", "1.1.1@FR"}


def test_section_that_is_neither_written_nor_edited_is_missing(folder: RunFolder) -> None:
    """A failed one, and one without an outcome, in the order of the sheet."""
    selected = chapter(sub_task_list=("1.1.1",))
    open_chapter = WrittenChapter(folder, chapter(), selected)
    ids = [section.id for section in selected.sections]
    assert open_chapter.missing == tuple(ids)
    assert open_chapter.selected == len(ids) == 3
    open_chapter.add(make_record(ids[0]))
    open_chapter.add(make_record(ids[1], "failed", source_text="", reason="no"))
    assert open_chapter.missing == tuple(ids[1:])


def test_chapter_without_an_outcome_has_a_file_with_columns(folder: RunFolder) -> None:
    """An empty chapter is told from a missing file."""
    WrittenChapter(folder, chapter(), chapter()).close()
    assert rows(folder) == []


def test_first_reason_to_stop_is_kept(folder: RunFolder) -> None:
    """What came later follows from it."""
    open_chapter = WrittenChapter(folder, chapter(), chapter())
    open_chapter.stop("the disk is full")
    open_chapter.stop("interrupted")
    assert open_chapter.stopped == "the disk is full"


def test_folder_that_is_gone_stops_the_run(folder: RunFolder) -> None:
    """Nothing goes on without its output."""
    open_chapter = WrittenChapter(folder, chapter(), chapter())
    for path in (folder.records_folder, folder.evidence_folder, folder.path):
        path.rmdir()
    with pytest.raises(StoppedError, match="cannot be written"):
        open_chapter.add(make_record("1.1.1@AT"))


def test_claims_of_a_headline_count(folder: RunFolder) -> None:
    """It shows figures as the text does."""
    open_chapter = WrittenChapter(folder, chapter(), chapter())
    open_chapter.add(make_record("1.1.1@AT", headline="Wind reached {F1}"))
    claims = open_chapter.claims["1.1.1@AT"]
    assert [claim.claim for claim in claims] == [
        "Wind reached 6.48\N{NO-BREAK SPACE}TWh",
        "Wind gave 6.48\N{NO-BREAK SPACE}TWh.",
    ]
    with folder.chapter_csv_path("1").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["checks_passed"] == "2"
