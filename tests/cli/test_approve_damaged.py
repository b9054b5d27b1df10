"""``factbook approve`` of a run folder whose manifest cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.cli.app import app

MakeProject = Callable[..., Path]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "its run.json cannot be read"),
        ('{"schema_version": 99}', "a newer version of Factbook has written it (schema 99;"),
        (None, "Nothing waits for approval"),
    ],
)
def test_nothing_is_decided_about_a_manifest_that_cannot_be_read(
    make_project: MakeProject,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    message: str,
) -> None:
    """The report may well wait: the command does not say that none does."""
    folder = tmp_path / "out" / "electricity-in-europe"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "run.json").write_text(content)
    command = ["approve", str(make_project()), "--out", str(tmp_path / "out"), "--yes"]
    assert app(command, result_action="return_value") == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert message in shown
    assert ("Nothing was decided" in shown) is (content is not None)
