"""Limits on reading a project, which the project cannot raise."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.load import load_config
from factbook.config.project_config import BOUNDED_LIMITS, Limits
from factbook.errors import ConfigError, Finding

KEYS = sorted(BOUNDED_LIMITS)


def project(folder: Path, key: str, value: object) -> Path:
    """A project with a limit."""
    (folder / "project.toml").write_text(f"[limits]\n{key} = {value}\n", encoding="utf-8")
    return folder


def default(key: str) -> int:
    """The default of a limit."""
    return int(getattr(Limits(), key))


def refused(folder: Path, *settings: str) -> Finding:
    """The one finding with which a project is refused."""
    with pytest.raises(ConfigError) as raised:
        load_config(folder, settings, may_raise_limits=True)
    [finding] = raised.value.findings
    return finding


@pytest.mark.parametrize("key", KEYS)
def test_every_bounded_limit_has_a_number_as_its_default(key: str) -> None:
    """A limit without one would bound nothing."""
    assert default(key) > 0


@pytest.mark.parametrize("form", ["{}", "{}.0", '"{}"', "0x{:x}"])
@pytest.mark.parametrize("key", KEYS)
def test_project_cannot_raise_its_limits(tmp_path: Path, key: str, form: str) -> None:
    """However the number is written; the finding has both ways to allow it."""
    more = default(key) + 1
    finding = refused(project(tmp_path, key, form.format(more)))
    assert finding.code == "config.raised-limit"
    assert finding.message == f"limits.{key} is {more}, which a project cannot allow itself"
    assert finding.allowed == f"at most {more - 1}"
    assert f'FACTBOOK_LIMITS="{key}={more}"' in finding.remedy
    assert f"--set limits.{key}={more}" in finding.remedy


@pytest.mark.parametrize("key", KEYS)
def test_project_may_lower_its_limits(tmp_path: Path, key: str) -> None:
    """Its default is what it may have without being asked."""
    for value in (1, default(key)):
        assert getattr(load_config(project(tmp_path, key, value)).limits, key) == value


@pytest.mark.parametrize("key", KEYS)
def test_person_raises_a_limit_for_one_run(tmp_path: Path, key: str) -> None:
    """What is typed counts, whatever the project says; other keys raise none."""
    more = default(key) + 2
    project(tmp_path, key, default(key) + 1)
    for assignment in (f"limits.{key}={more}", f"limits={{{key} = {more}}}"):
        typed = load_config(tmp_path, [assignment], may_raise_limits=True)
        assert getattr(typed.limits, key) == more
    assert refused(tmp_path, "limits.max_workers=3").code == "config.raised-limit"


@pytest.mark.parametrize("key", KEYS)
def test_form_raises_no_limit(tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its settings are no word of whoever answers for the machine, and it has no command line."""
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("FACTBOOK_LIMITS", f"{key}=7")
    assert getattr(load_config(tmp_path, [f"limits.{key}=6"]).limits, key) == 6
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, [f"limits.{key}=8"])
    [finding] = raised.value.findings
    assert (finding.code, finding.allowed) == ("config.raised-limit", "at most 7")
    assert "--set" not in finding.remedy


def test_form_spends_no_more_than_the_project_allows(tmp_path: Path) -> None:
    """Who answers for the project has set its budget; whoever starts it may set a lower one."""
    project(tmp_path, "budget_usd", 5)
    assert load_config(tmp_path, ["limits.budget_usd=4.5"]).limits.budget_usd == 4.5
    for more in ("limits.budget_usd=5.01", "limits={budget_usd = 1e300}"):
        with pytest.raises(ConfigError, match="more than the project's own"):
            load_config(tmp_path, [more])
        assert load_config(tmp_path, [more], may_raise_limits=True).limits.budget_usd
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    assert load_config(tmp_path, ["limits.budget_usd=5.01"]).limits.budget_usd == 5.01


def test_environment_raises_limits_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It replaces the defaults: a project may have less, and no more."""
    monkeypatch.setenv("FACTBOOK_LIMITS", " max_data_mb=2_000 , max_data_cells = 100000000,")
    (tmp_path / "project.toml").write_text("")
    limits = load_config(tmp_path).limits
    assert (limits.max_data_mb, limits.max_data_cells) == (2000, 100_000_000)
    assert limits.max_data_files == default("max_data_files")
    assert load_config(project(tmp_path, "max_data_mb", 1999)).limits.max_data_mb == 1999
    assert refused(project(tmp_path, "max_data_mb", 2001)).allowed == "at most 2000"
    typed = load_config(tmp_path, ["limits.max_data_mb=2002"], may_raise_limits=True)
    assert typed.limits.max_data_mb == 2002


def test_environment_lowers_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small machine may allow less than the defaults."""
    monkeypatch.setenv("FACTBOOK_LIMITS", "max_data_mb=10")
    assert refused(project(tmp_path, "max_data_mb", 11)).allowed == "at most 10"


@pytest.mark.parametrize(
    "text",
    ["max_data_mb", "max_data_mb=", "max_data_mb=0", "max_data_mb=-1", "max_data_mb=1e9",
     "max_workers=3", "max_data_mb=1;max_data_cells=2", "=3", "max_data_mb=" + "9" * 5000],
)  # fmt: skip
def test_environment_that_says_something_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """With the keys that can be set there."""
    monkeypatch.setenv("FACTBOOK_LIMITS", text)
    (tmp_path / "project.toml").write_text("")
    finding = refused(tmp_path)
    assert (finding.code, finding.file) == ("config.environment-limits", "FACTBOOK_LIMITS")
    assert "max_data_cells, max_data_figures, max_data_files, max_data_labels" in finding.allowed


def test_limits_that_are_no_table_are_refused_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment adds nothing to them."""
    monkeypatch.setenv("FACTBOOK_LIMITS", "max_data_mb=10")
    (tmp_path / "project.toml").write_text("limits = 3")
    assert refused(tmp_path).code == "config.value"


def test_program_may_set_any_limit(tmp_path: Path) -> None:
    """What code has handed in is that code's own choice."""
    project(tmp_path, "max_data_mb", 9999)
    assert load_config(tmp_path, is_trusted=True).limits.max_data_mb == 9999
