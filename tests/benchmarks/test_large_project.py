"""The large project that is measured is a valid project."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.large_project import CHARTS, COUNTRIES, main, make_large_project
from factbook.project.project import open_project


@pytest.mark.slow
def test_large_project_has_the_sections_asked_for(tmp_path: Path) -> None:
    """Every chart that it takes in turn selects something, and nothing is in error."""
    folder = make_large_project(
        tmp_path / "large", chapters=2, tasks=2, sub_tasks=len(CHARTS) // 4, countries=3
    )
    project = open_project(folder)
    sections = [s for s in project.outline.sections if s.sub_task is not None]
    assert len(sections) == 2 * 2 * (len(CHARTS) // 4) * 3
    assert [place.name for place in project.dataset.countries] == list(COUNTRIES.values())[:3]
    assert all(
        project.builder.build(s.id, s.sub_task, s.place).facts for s in sections if s.sub_task
    )


@pytest.mark.slow
def test_script_writes_the_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten chapters of eight sub-tasks for 28 countries."""
    main([str(tmp_path / "large")])
    assert str(tmp_path / "large") in capsys.readouterr().out
    project = open_project(tmp_path / "large")
    assert sum(s.sub_task is not None for s in project.outline.sections) == 2240
