"""Inputs handed in from Python: written whole, elsewhere first, and put in place."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from factbook.config.project_config import (
    Data,
    Local,
    ProjectConfig,
    Publish,
    TableSource,
)
from factbook.errors import ConfigError, StoppedError
from factbook.project.dataframes import (
    Frames,
    add_kept,
    given_name,
    put_in_place,
    write_inputs,
)

SHEET = {"Read me": pd.DataFrame({"Project Name": ["Wind in Europe"], "Context": [""]})}
TABLE = pd.DataFrame({"COUNTRY": ["AT"], "VALUE": [1.5]})


def frames(**others: Any) -> Frames:
    """What is handed in."""
    values: dict[str, Any] = {"etm": None, "nodes": None, "borders": None, "tables": {}}
    return Frames(prompt_sheet=SHEET, **(values | others))


def toml(folder: Path) -> dict[str, Any]:
    """What project.toml says."""
    return tomllib.loads((folder / "project.toml").read_text(encoding="utf-8"))


def test_paths_of_the_configuration_lead_there_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are relative to the working directory, and the project folder is another one."""
    monkeypatch.chdir(tmp_path)
    config = ProjectConfig(
        compare_to="out/wind/runs/1",
        data=Data(plexos="model", tables={"prices": TableSource(file="prices.csv")}),
        local=Local(gguf="models/small.gguf"),
        publish=Publish(to="web"),
    )
    (tmp_path / "made").mkdir()
    values = toml(write_inputs(config, frames(etm=TABLE), tmp_path / "made"))
    assert values["compare_to"] == str(tmp_path / "out" / "wind" / "runs" / "1")
    assert values["local"]["gguf"] == str(tmp_path / "models" / "small.gguf")
    assert values["data"]["plexos"] == str(tmp_path / "model")
    assert values["data"]["tables"]["prices"]["file"] == str(tmp_path / "prices.csv")
    assert values["data"]["etm"] == "etm.csv"
    assert values["publish"]["to"] == str(tmp_path / "web")
    (tmp_path / "again").mkdir()
    remote = ProjectConfig(publish=Publish(to="s3://reports/wind"))
    values = toml(write_inputs(remote, frames(), tmp_path / "again"))
    assert values["publish"]["to"] == "s3://reports/wind"


def test_name_is_that_of_the_configuration_or_the_sheet() -> None:
    """A report without a name has one all the same."""
    assert given_name(ProjectConfig(project_name="Sun"), frames()) == "Sun"
    assert given_name(ProjectConfig(), frames()) == "Wind in Europe"
    unnamed = Frames({}, None, None, None, {})
    assert given_name(ProjectConfig(), unnamed) == "report"


def test_what_people_have_added_is_taken_over(tmp_path: Path) -> None:
    """Edits and notes; nothing when there is no folder yet."""
    kept, folder = tmp_path / "kept", tmp_path / "new"
    folder.mkdir()
    add_kept(kept, folder)
    assert list(folder.iterdir()) == []
    for name in ("edits", "notes"):
        (kept / name).mkdir(parents=True)
        (kept / name / "1.1.1@AT.md").write_text(name, encoding="utf-8")
    (kept / "etm.csv").write_text("old", encoding="utf-8")
    add_kept(kept, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["edits", "notes"]
    assert (folder / "notes" / "1.1.1@AT.md").read_text(encoding="utf-8") == "notes"


def test_files_are_put_in_place_and_others_stay(tmp_path: Path) -> None:
    """The same bytes are not written again, and an edit is not overwritten."""
    written, folder = tmp_path / "written", tmp_path / "inputs"
    (written / "edits").mkdir(parents=True)
    (folder / "edits").mkdir(parents=True)
    (folder / "edits" / "1.1.1@AT.md").write_text("newer", encoding="utf-8")
    (written / "edits" / "1.1.1@AT.md").write_text("older", encoding="utf-8")
    for name in ("etm.csv", "project.toml"):
        (written / name).write_text(name, encoding="utf-8")
    (folder / "etm.csv").write_text("etm.csv", encoding="utf-8")
    os.utime(folder / "etm.csv", (1, 1))
    put_in_place(written, folder)
    assert (folder / "project.toml").read_text(encoding="utf-8") == "project.toml"
    assert (folder / "etm.csv").stat().st_mtime == 1
    assert (folder / "edits" / "1.1.1@AT.md").read_text(encoding="utf-8") == "newer"


def test_place_that_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    """A file stands where the folder is to be."""
    written = tmp_path / "written"
    written.mkdir()
    (written / "project.toml").write_bytes(b"")
    (tmp_path / "inputs").write_bytes(b"")
    with pytest.raises(StoppedError, match="project.toml cannot be written"):
        put_in_place(written, tmp_path / "inputs")


def test_file_that_cannot_be_read_is_the_users_to_mend(tmp_path: Path) -> None:
    """It is named; a temporary folder that is full is not its fault."""
    with pytest.raises(ConfigError, match=r"none\.csv: it cannot be read"):
        write_inputs(ProjectConfig(), frames(etm=tmp_path / "none.csv"), tmp_path)


def test_full_temporary_folder_stops_the_run(tmp_path: Path) -> None:
    """The sentence names the folder and how to take another one."""
    (tmp_path / "gone").write_bytes(b"")
    with pytest.raises(StoppedError, match="cannot be written to .*TMPDIR"):
        write_inputs(ProjectConfig(), frames(etm=TABLE), tmp_path / "gone")
