"""Configuration: defaults, wrong values, assignments, the environment."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from factbook.config.load import load_config, make_config, parse_assignment
from factbook.config.project_config import (
    ProjectConfig,
    project_slug,
)
from factbook.config.settings import Settings
from factbook.errors import ConfigError, Finding

DEFAULTS: dict[str, Any] = {
    "project_name": None,
    "main_context": None,
    "prompt_sheet": "prompt_sheet.xlsx",
    "run_objectives_concurrent": False,
    "run_task_concurrent": False,
    "objective_list": (),
    "sub_task_list": (),
    "outputs": ("csv", "md", "docx", "html", "pdf"),
    "run.engine": "prefect",
    "provider": "offline",
    "base_model": "gpt-5-mini",
    "writer_model": "gpt-5",
    "sota_model": "gpt-5",
    "search_model": "gpt-5-mini",
    "openai.token_parameter": "max_completion_tokens",
    "openai.temperature": None,
    "openai.context_tokens": None,
    "openai.reasoning_effort": None,
    "local.gguf": None,
    "prices": {},
    "runner": "thread",
    "dask_address": None,
    "guideline_level": "standard",
    "checks": "mark",
    "run_main_report": True,
    "conclude_report": True,
    "test_mode": False,
    "local_mode": False,
    "skip_internet_search": False,
    "add_summary": False,
    "add_feedback": False,
    "add_final_polish": False,
    "add_sub_task_summary": False,
    "add_introduction_to_task": False,
    "draft_report_conclusion": False,
    "review": False,
    "compare_to": None,
    "report_date": None,
    "keep_runs": 0,
    "only_if_changed": False,
    "show_edits": False,
    "region.name": "EU",
    "region.members": "EU27",
    "region.row": None,
    "regions": {},
    "countries": {},
    "places.kind": "countries",
    "places.file": None,
    "places.level": 2,
    "places.drop": (),
    "places.rename": {},
    "groups": {},
    "labels.file": None,
    "labels.SECTOR": {},
    "labels.PROPERTY": {},
    "labels.UNIT": {},
    "tone_and_feel": {},
    "data.etm": None,
    "data.plexos": None,
    "data.plexos_model": None,
    "data.plexos_year": None,
    "data.nodes": None,
    "data.node_patterns": {},
    "data.borders": None,
    "data.base_year": None,
    "data.target_year": None,
    "data.bad_cells": "error",
    "data.origins": {},
    "data.vintages": {},
    "data.tables": {},
    "categories.drop": (),
    "categories.zero_if_absent": (),
    "measures": {},
    "flags": {},
    "limits.max_workers": 64,
    "limits.max_in_flight": 64,
    "limits.requests_per_minute": 500,
    "limits.tokens_per_minute": 200_000,
    "limits.deadline_seconds": 300,
    "limits.outage_patience_seconds": 300,
    "limits.max_repairs": 2,
    "limits.max_facts": 120,
    "limits.evidence_facts": 400,
    "limits.budget_usd": None,
    "limits.shared": None,
    "limits.max_data_mb": 250,
    "limits.max_data_cells": 40_000_000,
    "limits.max_data_figures": 10_000_000,
    "limits.max_data_files": 10_000,
    "limits.max_data_labels": 1_000_000,
    "limits.max_data_series": 20_000,
    "limits.max_tables": 100,
    "limits.max_sections": 20_000,
    "limits.max_memory_mb": None,
    "findings.rarity": 0.2,
    "findings.recency": 0.2,
    "findings.request": 0.2,
    "findings.headline": 30.0,
    "findings.least": 8.0,
    "findings.kinds": {},
    "plausibility.off": False,
    "plausibility.jump": 5.0,
    "plausibility.deviations": 3.5,
    "plausibility.repeated": 5,
    "plausibility.tolerance_percent": 2.0,
    "plausibility.revised_percent": 20.0,
    "style": {},
    "publish.to": None,
    "publish.url": None,
}
"""Every key of the table of keys, with its default."""


def problems(values: dict[str, Any]) -> list[Finding]:
    """All findings with which values are refused."""
    with pytest.raises(ConfigError) as raised:
        make_config(values, file="project.toml")
    return list(raised.value.findings)


@pytest.mark.parametrize("key", DEFAULTS)
def test_key_has_its_default(key: str) -> None:
    """An empty project.toml is a whole configuration."""
    value: object = ProjectConfig()
    for part in key.split("."):
        value = getattr(value, part)
    assert value == DEFAULTS[key]


def test_no_key_is_without_a_documented_default() -> None:
    """The table above is complete."""
    top = {key.split(".")[0] for key in DEFAULTS}
    assert set(ProjectConfig.model_fields) == top
    tables = ("data", "limits", "openai", "region", "places", "publish", "local", "run")
    for name in (*tables, "findings", "plausibility", "categories", "labels"):
        part = type(getattr(ProjectConfig(), name))
        documented = {key.split(".")[1] for key in DEFAULTS if key.startswith(f"{name}.")}
        assert set(part.model_fields) == documented


def test_configuration_is_frozen() -> None:
    """Nothing changes it while a run goes on."""
    with pytest.raises(ValidationError):
        ProjectConfig().provider = "openai"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "key", "near"),
    [
        ({"prvider": "x"}, "prvider", "provider"),
        ({"limits": {"max_worker": 3}}, "limits.max_worker", "limits.max_workers"),
        ({"data": {"etms": "x"}}, "data.etms", "data.etm"),
        (
            {"data": {"tables": {"prices": {"file": "x", "columnz": {}}}}},
            "data.tables.prices.columnz",
            "data.tables.prices.columns",
        ),
        ({"Provider": "x"}, "Provider", "provider"),
        (
            {"prices": {"m": {"input": 1, "output": 1, "outputz": 1}}},
            "prices.m.outputz",
            "prices.m.output",
        ),
    ],
)
def test_unknown_key_is_an_error_with_the_nearest(
    values: dict[str, Any], key: str, near: str
) -> None:
    """A misspelt key is never passed over."""
    [finding] = problems(values)
    assert finding.code == "config.unknown-key"
    assert f"'{key}'" in finding.message
    assert finding.remedy == f"Did you mean '{near}'?"
    assert finding.file == "project.toml"


def test_unknown_key_like_nothing_lists_the_known_ones() -> None:
    """Its writer sees what there is."""
    [finding] = problems({"xyzzy": 1})
    assert "provider" in finding.allowed
    assert "outputs" in finding.allowed


@pytest.mark.parametrize(
    ("values", "key", "value", "allowed"),
    [
        ({"provider": "azure"}, "provider", "'azure'", "'offline', 'openai' or 'local'"),
        ({"outputs": ["csv", "xls"]}, "outputs.1", "'xls'", "'docx'"),
        ({"limits": {"max_workers": 0}}, "limits.max_workers", "0", "greater than or equal to 1"),
        ({"limits": {"budget_usd": -1}}, "limits.budget_usd", "-1", "greater than 0"),
        ({"keep_runs": "many"}, "keep_runs", "'many'", "a whole number"),
        ({"review": "maybe"}, "review", "'maybe'", "true or false"),
        ({"project_name": 2025}, "project_name", "2025", "text in quotes"),
        ({"region": "EU"}, "region", "'EU'", "a table of keys"),
        ({"region": {"members": 5}}, "region.members", "5", "a list"),
        ({"region": {"members": ["AT", 1]}}, "region.members.1", "1", "text in quotes"),
        ({"region": {"name": ""}}, "region.name", "''", "at least 1 character"),
        ({"data": {"bad_cells": "zero"}}, "data.bad_cells", "'zero'", "'error' or 'gap'"),
        ({"data": {"base_year": 20155}}, "data.base_year", "20155", "less than or equal to 2200"),
        ({"countries": ["AT"]}, "countries", "['AT']", "a table of keys"),
        ({"guideline_level": "expert"}, "guideline_level", "'expert'", "'standard' or 'advanced'"),
        ({"checks": True}, "checks", "True", "'off', 'mark' or 'strict'"),
    ],
)
def test_wrong_value_names_key_value_and_what_is_allowed(
    values: dict[str, Any], key: str, value: str, allowed: str
) -> None:
    """One finding a key, in the words of project.toml."""
    [finding] = problems(values)
    assert finding.severity == "error"
    assert finding.message == f"'{key}' is {value}"
    assert allowed in finding.allowed


def test_all_problems_come_at_once() -> None:
    """Unknown keys, wrong values and missing ones together."""
    found = problems(
        {"prvider": "x", "keep_runs": -1, "data": {"tables": {"t": {}}}, "region": {"namee": "x"}}
    )
    assert sorted(finding.code for finding in found) == [
        "config.missing-key",
        "config.unknown-key",
        "config.unknown-key",
        "config.value",
    ]
    missing = next(f for f in found if f.code == "config.missing-key")
    assert missing.message == "'data.tables.t.file' is missing"
    assert missing.remedy == "Add file to [data.tables.t]"


def test_base_year_must_be_before_target_year() -> None:
    """A change from a year to itself, or back, is no change."""
    for base, target in ((2021, 2015), (2021, 2021)):
        [finding] = problems({"data": {"base_year": base, "target_year": target}})
        assert finding.message == "[data] is inconsistent"
        assert f"base_year {base} must be before target_year {target}" in finding.allowed


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ([1, 2], ("1", "2")),
        (["1.10", 2], ("1.10", "2")),
        (3, ("3",)),
        ("1, 2.1", ("1", "2.1")),
        ((), ()),
    ],
)
def test_ids_become_text(given: object, ids: tuple[str, ...]) -> None:
    """Whole numbers are ids as they are written."""
    for key in ("objective_list", "sub_task_list"):
        assert getattr(make_config({key: given}), key) == ids


@pytest.mark.parametrize("given", [[1.1], 1.10, [1, 2.0], [True], float("nan")])
def test_ids_as_floats_are_refused(given: object) -> None:
    """1.10 and 1.1 are one float, but two ids."""
    for key in ("objective_list", "sub_task_list"):
        [finding] = problems({key: given})
        assert finding.message.startswith(f"'{key}' is ")
        assert "in quotes" in finding.allowed


def test_python_constructor_takes_the_earlier_systems_arguments() -> None:
    """As its users wrote it."""
    config = ProjectConfig(
        project_name="Energy Report 2025",
        run_objectives_concurrent=True,
        run_task_concurrent=True,
        objective_list=[1, 2, 3, 4, 5],
    )
    assert config.objective_list == ("1", "2", "3", "4", "5")
    with pytest.raises(ValidationError):
        ProjectConfig(objective_list=[1.1])


def test_region_members_may_be_a_list() -> None:
    """Names of countries, or a group's name."""
    assert make_config({"region": {"members": ["AT", "IT"]}}).region.members == ("AT", "IT")
    assert make_config({"region": {"members": "all"}}).region.members == "all"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("limits.max_workers=8", {"limits": {"max_workers": 8}}),
        ("review=true", {"review": True}),
        ("provider=openai", {"provider": "openai"}),
        ("project_name=Energy report", {"project_name": "Energy report"}),
        ("outputs=csv,md", {"outputs": "csv,md"}),
        ('outputs=["csv"]', {"outputs": ["csv"]}),
        ('objective_list="1.10"', {"objective_list": "1.10"}),
        ("sub_task_list=1.1.2", {"sub_task_list": "1.1.2"}),
        ("data.tables.p.file=a b.csv", {"data": {"tables": {"p": {"file": "a b.csv"}}}}),
        ('main_context=C:\\new "x"', {"main_context": 'C:\\new "x"'}),
        ("main_context=two\nlines\x7f", {"main_context": "two\nlines\x7f"}),
        ("main_context=a=b", {"main_context": "a=b"}),
        ("main_context=", {"main_context": ""}),
        (" keep_runs = 3 ", {"keep_runs": 3}),
    ],
)
def test_assignment_is_toml_or_plain_text(text: str, values: dict[str, Any]) -> None:
    """What a shell gives is taken as it is meant."""
    assert parse_assignment(text) == values


@pytest.mark.parametrize("text", ["", "provider", "=3", "a b=3", "a..b=3"])
def test_assignment_without_a_key_is_refused(text: str) -> None:
    """It is never taken for something else."""
    with pytest.raises(ValueError, match="key"):
        parse_assignment(text)


def test_file_and_assignments_are_merged(tmp_path: Path) -> None:
    """An assignment changes its key and leaves its neighbours."""
    (tmp_path / "project.toml").write_text(
        "keep_runs = 2\n[limits]\nmax_workers = 4\nmax_facts = 50\n", encoding="utf-8-sig"
    )
    config = load_config(tmp_path, ["limits.max_workers=8", "report_date=2025-01-31"])
    assert (config.limits.max_workers, config.limits.max_facts, config.keep_runs) == (8, 50, 2)
    assert config.report_date == "2025-01-31"


def test_wrong_assignments_come_at_once(tmp_path: Path) -> None:
    """Each names itself and a right one."""
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, ["provider", "=x"])
    assert [f.file for f in raised.value.findings] == ["--set", "--set"]
    assert "'provider' is not an assignment" in raised.value.findings[0].message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such file"),
        (b"a = ", "it is not TOML"),
        (b"\xff\xfe", "it is not TOML"),
        (b"x = " + b"[" * 100_000, "it is not TOML: tables or lists are more than 32 deep"),
        (b"x = " + b"[" * 500 + b"]" * 500, "it is not TOML: tables or lists are more than 32"),
        (b"x = " + b"{a = " * 5_000, "it is not TOML: tables or lists are more than 32 deep"),
        (b"[style]\n" + b".".join([b"x"] * 40) + b" = 1", "it is not TOML: a key has more than 32"),
        (b".".join([b"x"] * 100_000) + b" = 1", "it is not TOML: a key has more than 32 parts"),
        (b".".join([b'"\\""'] * 50_000) + b" = 1", "it is not TOML: a key has more than 32 parts"),
        (b"x = " + b"9" * 5_000, "it is not TOML: a whole number has more than 64 bits"),
        (b"[style]\nx = " + b"9" * 50, "it is not TOML: a whole number has more than 64 bits"),
        (b'prompt_sheet = "a\\u0000b"', "it is not TOML: a text contains a zero byte"),
        (b"[style]\n" + b"x" * 600_000, "it cannot be read: it has 0.6 MB, and at most 0.5 MB"),
    ],
)
def test_file_that_cannot_be_read_is_one_finding(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    """It names the file and what to do."""
    if content is not None:
        (tmp_path / "project.toml").write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path)
    [finding] = raised.value.findings
    assert finding.message.startswith(message)
    assert finding.file == str(tmp_path / "project.toml")
    assert finding.remedy


@pytest.mark.parametrize(
    ("assignment", "problem"),
    [
        ("x=" + "[" * 5_000, "tables or lists are more than 32 deep"),
        (".".join(["style", *["x"] * 5_000]) + "=1", "a key has more than 32 parts"),
        ("style.x=" + "9" * 5_000, "a whole number has more than 64 bits"),
        ("prompt_sheet=a\udcffb", "a text contains a zero byte or half a character"),
    ],
)
def test_assignment_out_of_all_proportion_is_one_finding(
    tmp_path: Path, assignment: str, problem: str
) -> None:
    """What a shell or a form hands over is held to the same as the file."""
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, [assignment])
    [finding] = raised.value.findings
    assert f"is not an assignment: {problem}" in finding.message


def test_project_file_that_never_ends_is_one_finding(tmp_path: Path) -> None:
    """A pipe that nobody writes to, and a device."""
    os.mkfifo(tmp_path / "project.toml")
    with pytest.raises(ConfigError, match="it is a pipe, a socket or a device"):
        load_config(tmp_path)
    (tmp_path / "project.toml").unlink()
    (tmp_path / "project.toml").symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match="it is a link to /dev/zero"):
        load_config(tmp_path)


def test_project_that_is_a_file_is_said(tmp_path: Path) -> None:
    """Not the folder, but its project.toml was given."""
    path = tmp_path / "project.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="the project is a file"):
        load_config(path)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Europe's electricity", "europe-s-electricity"),
        ("../../etc/passwd", "etc-passwd"),
        ("Ελλάδα", "ellada"),
        ("", "report"),
        ("///", "report"),
    ],
)
def test_slug_leads_nowhere_else(name: str, slug: str) -> None:
    """Lower-case ASCII letters, digits and hyphens."""
    assert project_slug(name) == slug


def test_slug_is_bounded() -> None:
    """A title of a thousand letters is a file name as well."""
    assert len(project_slug("very long " * 100)) <= 80


def test_settings_come_from_the_environment_and_hide_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The key is never shown."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    settings = Settings()
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-secret"
    assert settings.openai_base_url == "http://127.0.0.1:1/v1"
    assert "sk-secret" not in repr(settings)
    assert "sk-secret" not in settings.model_dump_json()


def test_keys_of_providers_are_no_keys_of_the_project() -> None:
    """A secret in project.toml is refused, and not repeated in the message."""
    [finding] = problems({"openai": {"api_key": "sk-secret"}})
    assert finding.code == "config.unknown-key"
    assert "sk-secret" not in str(finding)


@pytest.mark.parametrize("value", ["May 2024", "2024-13-01", 2024])
def test_report_date_that_is_no_date_is_refused(value: object) -> None:
    """It is a day of the calendar, written as in project.toml."""
    [finding] = problems({"report_date": value})
    assert "report_date" in finding.message


PASTED = "sk-abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("assignment", "name"),
    [
        (f"OPENAI_API_KEY={PASTED}", "OPENAI_API_KEY"),
        (f"OPENAI_API_KEY: {PASTED}", "OPENAI_API_KEY"),
        (f"openai.api_key = {PASTED}", "openai.api_key"),
        (f"Redis-Password={PASTED}", "Redis-Password"),
        (f"checks=mark\nOpenAI_Api_Key={PASTED}", "OpenAI_Api_Key"),
    ],
)
def test_secret_as_a_setting_is_refused_and_not_repeated(
    tmp_path: Path, assignment: str, name: str
) -> None:
    """Its writer learns where secrets belong, and to revoke this one."""
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, [assignment])
    [finding] = raised.value.findings
    assert (finding.code, finding.message.split()[0]) == ("config.secret", f"'{name}'")
    assert "environment" in finding.remedy
    assert PASTED not in str(finding)


@pytest.mark.parametrize(
    ("assignment", "what"),
    [
        (f"x=postgres://user:{PASTED}@host", "the password in the address of 'x'"),
        (
            f"limits.shared = redis://:{PASTED}@h/0",
            "the password in the address of 'limits.shared'",
        ),
        (f"postgres://user:{PASTED}@host/name?sslmode=off", "a password"),
        (f'openai={{api_key="{PASTED}"}}', "a value of 'openai'"),
        (f"limits.shared='redis://:{PASTED} and more@h/0'", "the password in the address"),
        (f"publish.to=https://h/a?passphrase={PASTED}", "the password in the address"),
        (f'a={{b=1, "REDIS_PASSWORD" = "{PASTED}"}}', "a value of 'a'"),
        (f'a=[{{client_secret = "{PASTED}"}}]', "a value of 'a'"),
    ],
)
def test_secret_inside_a_value_is_refused_and_not_repeated(
    tmp_path: Path, assignment: str, what: str
) -> None:
    """As a setting on top of the project's: parameters and histories keep it."""
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, [assignment])
    [finding] = raised.value.findings
    assert finding.code == "config.secret"
    assert finding.message.startswith(what)
    assert PASTED not in str(finding)


def test_long_text_that_is_no_assignment_is_not_repeated(tmp_path: Path) -> None:
    """It may be a key that was pasted alone."""
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, [PASTED])
    assert "is not an assignment" in str(raised.value)
    assert PASTED not in str(raised.value)


@pytest.mark.parametrize(
    "assignment",
    [
        "data.tables.secretariat.file=a secret",
        "data.tables.password-resets.file=a.csv",
        "main_context=my password: none, see https://example.org:8080/a or ask me@example.org",
        "publish.to=sftp://someone@example.org/reports",
        'tone_and_feel={plain="no secret=here, please"}',
        'groups={"Secretariat"=["a"]}',
        "main_context=Notes, secret = none",
    ],
)
def test_settings_that_sound_like_a_secret_are_taken(tmp_path: Path, assignment: str) -> None:
    """Names of tables are free, and so is what a value says; a name alone opens no address."""
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    load_config(tmp_path, [assignment])


def test_project_outside_the_root_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dots and links lead nowhere else; the setting is named. Empty, it is not set."""
    root, outside = tmp_path / "root", tmp_path / "root-2"
    for folder in (root / "mine", outside):
        folder.mkdir(parents=True)
        (folder / "project.toml").write_text("keep_runs = 3", encoding="utf-8")
    (root / "link").symlink_to(outside)
    (tmp_path / "way").symlink_to(root)
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(tmp_path / "way"))
    monkeypatch.chdir(root)
    for allowed in (root / "mine", tmp_path / "way" / "mine", Path("mine"), Path("../root/mine")):
        assert load_config(allowed).keep_runs == 3
    for refused in (outside, root / "link", root / "mine" / "../../root-2", Path("../root-2")):
        with pytest.raises(ConfigError) as raised:
            load_config(refused)
        [finding] = raised.value.findings
        assert finding.code == "config.outside-root"
        assert f"the project {refused} is outside {tmp_path / 'way'}" in finding.message
        assert "FACTBOOK_PROJECTS_ROOT" in finding.message
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", "")
    assert load_config(outside).keep_runs == 3


def test_report_date_is_a_day() -> None:
    """Text and dates of TOML are the same."""
    for value in ("2024-05-31", date(2024, 5, 31), datetime(2024, 5, 31, 12)):
        assert make_config({"report_date": value}).report_date == "2024-05-31"


def test_countries_of_one_name_are_refused() -> None:
    """Readers could not tell their sections apart."""
    [finding] = problems({"countries": {"GB": "Britain", "FR": "France", "IE": "britain "}})
    assert "[countries]" in finding.message
    assert "GB and IE are both called 'Britain'" in finding.allowed


def test_outputs_may_be_empty() -> None:
    """The chapters' files are written all the same."""
    assert make_config({"outputs": []}).outputs == ()


@pytest.mark.parametrize("name", ["temperature", "n", "max_tokens_", ""])
def test_bound_on_tokens_has_one_of_two_names(name: str) -> None:
    """Under another one no server would bound its completions."""
    with pytest.raises(ValidationError, match=r"(?s)'max_completion_tokens' or 'max_tokens'"):
        ProjectConfig.model_validate({"openai": {"token_parameter": name}})
    for known in ("max_completion_tokens", "max_tokens"):
        config = ProjectConfig.model_validate({"openai": {"token_parameter": known}})
        assert config.openai.token_parameter == known
