"""Outdated edits that a person confirms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from factbook.adopt.confirm import check_confirmed, confirm_edits
from factbook.edits.edit import Basis, Edits, write_edit
from factbook.edits.edited import edited_record, settled, stand
from factbook.errors import ConfigError
from factbook.evidence.facts import Evidence
from factbook.folder.run_folder import RunFolder
from factbook.writing.job import SectionJob
from factbook.writing.keys import base_key, evidence_id
from factbook.writing.offline import OfflineWriter
from tests.sections import AUSTRIA, make_evidence, make_fact, make_record

SECTION = "1.1.1@AT"
IDS = (SECTION, "1.1.1@FR")
SOLAR = make_fact(1, subject="Solar", value=2.78)
BEFORE = make_evidence(SOLAR)
TODAY = make_evidence(make_fact(1), replace(SOLAR, id="F2", value=2.91))


def last_run(project: Path, evidence: Evidence) -> RunFolder:
    """A run that has put the edit of the project on that evidence."""
    folder = RunFolder.of(project / "out", "report")
    folder.create()
    known = evidence_id(evidence)
    folder.write_evidence(evidence, known)
    edit = settled(Edits.read(project, IDS).by_section[SECTION], evidence, known, None)
    job = SectionJob(section_id=SECTION, kind="sub_task", place=AUSTRIA, evidence=evidence)
    writer = OfflineWriter()
    standing = stand(edit, evidence, writer.with_remarks)
    folder.save_record(edited_record(job, standing, make_record, writer, base_key(job, {})))
    return folder


def confirm(project: Path, folder: RunFolder, *section_ids: str) -> list[str]:
    """Confirm edits of the project."""
    edits = Edits.read(project, IDS)
    check_confirmed(edits, section_ids, IDS)
    return confirm_edits(project, folder, edits, section_ids)


@pytest.fixture
def flagged(tmp_path: Path) -> RunFolder:
    """The last run of a project, in which an edit is outdated."""
    write_edit(tmp_path, "Solar: {F1}.", Basis.of(BEFORE, evidence_id(BEFORE), "Solar: {F1}."))
    return last_run(tmp_path, TODAY)


def test_confirmed_edit_is_made_on_the_data_of_the_last_run(
    tmp_path: Path, flagged: RunFolder
) -> None:
    """Its text says the same, its references are of today, and nothing is flagged."""
    before = flagged.read_record(SECTION)
    assert before is not None
    assert before.edit is not None
    assert before.edit.is_outdated
    assert confirm(tmp_path, flagged, SECTION) == []
    edit = Edits.read(tmp_path, IDS).by_section[SECTION]
    assert edit.text == "Solar: {F2}."
    after = last_run(tmp_path, TODAY).read_record(SECTION)
    assert after is not None
    assert after.edit is not None
    assert not after.edit.is_outdated
    assert after.text == before.text


def test_data_that_changed_since_that_run_flag_it_again(tmp_path: Path, flagged: RunFolder) -> None:
    """Nobody has confirmed what nobody has seen."""
    confirm(tmp_path, flagged, SECTION)
    later = make_evidence(make_fact(1), replace(SOLAR, id="F2", value=3.05))
    record = last_run(tmp_path, later).read_record(SECTION)
    assert record is not None
    assert record.edit is not None
    assert record.edit.changes == ("Solar 2021: 2.91 → 3.05 TWh",)


def test_edit_that_is_not_flagged_is_left_alone(tmp_path: Path, flagged: RunFolder) -> None:
    """Also one that was changed since: it is made anew."""
    path = tmp_path / "edits" / f"{SECTION}.md"
    path.write_text("Another text.", encoding="utf-8")
    assert confirm(tmp_path, flagged, SECTION) == [SECTION]
    assert path.read_text(encoding="utf-8") == "Another text."
    assert confirm(tmp_path, RunFolder.of(tmp_path / "none", "report"), SECTION) == [SECTION]


def test_section_without_edit_and_no_section_are_errors(tmp_path: Path, flagged: RunFolder) -> None:
    """Both are told at once, and nothing is confirmed."""
    stands = (tmp_path / "edits" / f"{SECTION}.md").read_bytes()
    with pytest.raises(ConfigError) as caught:
        confirm(tmp_path, flagged, SECTION, "1.1.1@fr", "1.1.1@FR")
    assert [f.code for f in caught.value.findings] == ["config.no-section", "config.no-edit"]
    assert "'1.1.1@FR'" in caught.value.findings[0].remedy
    assert (tmp_path / "edits" / f"{SECTION}.md").read_bytes() == stands


def test_confirmed_edit_keeps_its_headline(tmp_path: Path) -> None:
    """It stands above the text as before, its references of today."""
    text = "# Solar reached {F1}\n\nSolar: {F1}."
    write_edit(tmp_path, text, Basis.of(BEFORE, evidence_id(BEFORE), text))
    assert confirm(tmp_path, last_run(tmp_path, TODAY), SECTION) == []
    edit = Edits.read(tmp_path, IDS).by_section[SECTION]
    assert edit.text == "# Solar reached {F2}\n\nSolar: {F2}."
