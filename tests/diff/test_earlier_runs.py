"""What a run compares itself with: the texts of the last one, and the run of `compare_to`."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.project_config import ProjectConfig
from factbook.diff.earlier_runs import (
    run_to_compare,
    this_run,
)
from factbook.errors import ConfigError
from factbook.folder.last_texts import changed_texts, last_texts, text_digests, title_digests
from factbook.folder.run_folder import RunFolder
from tests.manifests import save_manifest
from tests.runs.run_folders import Section, save_run
from tests.sections import make_outline, make_record

OUTLINE = make_outline().whole()
ONE, TWO = make_record("1.1.1@AT"), make_record("1.1.2@AT", source_text="Solar gave {F1}.")


def test_texts_that_are_the_same_have_not_changed() -> None:
    """Whatever else the records say."""
    before = text_digests({"1.1.1@AT": ONE})
    again = ONE.model_copy(update={"key": "other", "seconds": 3.0})
    assert changed_texts(before, {}, {"1.1.1@AT": again}, OUTLINE) == ()


def test_changed_new_and_gone_texts() -> None:
    """A selection does not know what has gone."""
    before = text_digests({"1.1.1@AT": ONE, "1.1.2@AT": TWO})
    now = {
        "1.1.1@AT": make_record("1.1.1@AT", summary="Wind."),
        "1.1.3@AT": make_record("1.1.3@AT"),
    }
    selected = OUTLINE.model_copy(update={"is_selection": True})
    assert changed_texts(before, {}, now, selected) == ("1.1.1@AT", "1.1.3@AT")
    assert changed_texts(before, {}, now, OUTLINE) == ("1.1.1@AT", "1.1.3@AT", "1.1.2@AT")


def test_changed_title_is_a_change() -> None:
    """Readers see it above the text: of the section, its task and its chapter."""
    records = {spec.id: make_record(spec.id) for spec in OUTLINE.sections}
    before, titles = text_digests(records), title_digests(OUTLINE)
    assert changed_texts(before, titles, records, OUTLINE) == ()
    chapter = OUTLINE.chapters[0]
    title = {"title": "Another"}
    specs = [
        spec.model_copy(update={"objective": spec.objective.model_copy(update=title)})
        for spec in chapter.sections
    ]
    renamed = chapter.model_copy(update={"sections": tuple(specs)})
    outline = OUTLINE.model_copy(update={"chapters": (renamed, *OUTLINE.chapters[1:])})
    assert changed_texts(before, titles, records, outline) == tuple(spec.id for spec in specs)


def test_first_run_has_changed_nothing() -> None:
    """There is nothing that it could differ from."""
    assert changed_texts({}, {}, {"1.1.1@AT": ONE}, OUTLINE) == ()


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"sections": []}', b'{"schema_version": 1, "sections": {"1.1.1@AT": {}}}'],
)
def test_manifest_without_texts_tells_of_none(tmp_path: Path, body: bytes) -> None:
    """Damaged: what has changed is not known."""
    (tmp_path / "run.json").write_bytes(body)
    assert last_texts(tmp_path) == {}


def test_texts_of_the_last_run_are_those_of_its_manifest(tmp_path: Path) -> None:
    """Records may be those of a run that broke off since."""
    told = {"1.1.1@AT": {"text": "abc"}, "1.1.2@AT": {"text": ""}}
    save_manifest(tmp_path, sections=told)
    assert last_texts(tmp_path) == {"1.1.1@AT": "abc"}


def test_nothing_to_compare_without_a_setting(tmp_path: Path) -> None:
    """`compare_to` is unset by default."""
    assert run_to_compare(ProjectConfig(), tmp_path, RunFolder(tmp_path, "a-report")) is None


def test_run_to_compare_is_looked_for_in_the_project(tmp_path: Path) -> None:
    """A path is relative to the project folder."""
    save_run(tmp_path / "archive" / "may", Section("1.1.1@AT"))
    config = ProjectConfig(compare_to="archive/may")
    found = run_to_compare(config, tmp_path, RunFolder(tmp_path / "out", "a-report"))
    assert found is not None
    assert set(found.sections) == {"1.1.1@AT"}


def test_run_of_another_project_is_refused(tmp_path: Path) -> None:
    """It would tell that everything has changed."""
    save_run(tmp_path / "may", Section("1.1.1@AT"))
    with pytest.raises(ConfigError, match="a run of another project, 'A report'"):
        run_to_compare(ProjectConfig(compare_to="may"), tmp_path, RunFolder(tmp_path, "other"))


def test_this_run_holds_its_sections_in_their_order(tmp_path: Path) -> None:
    """One without a record as well."""
    outline = make_outline().whole()
    folder = RunFolder(tmp_path, "a-report")
    run = this_run("A report", outline, {"1.1.1@AT": ONE}, folder)
    assert list(run.sections) == [spec.id for spec in outline.sections]
    assert run.sections["1.1.1@AT"].record is ONE
    assert run.sections["1.1.1@FR"].record is None
    assert run.info.sections == len(outline.sections)
