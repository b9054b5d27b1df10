"""``factbook approve`` where no run waits on a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flows.approve_command import approve_report

MakeProject = Callable[..., Path]


def approved(project: Path, out: Path) -> int:
    """The exit code of an approval."""
    return approve_report(project, (), out, yes=True, reject=False, rewrite=(), note="")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "its run.json cannot be read: it is no JSON"),
        ('{"schema_version": 99}', "a newer version of Factbook has written it (schema 99;"),
        (None, "Nothing waits for approval"),
    ],
)
def test_nothing_is_decided_about_a_manifest_that_cannot_be_read(
    make_project: MakeProject,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    said: str,
) -> None:
    """The report may well wait: it is not said that none does."""
    folder = tmp_path / "out" / "electricity-in-europe"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "run.json").write_text(content)
    assert approved(make_project(), tmp_path / "out") == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert said in shown
    assert ("Nothing was decided" in shown) is (content is not None)
