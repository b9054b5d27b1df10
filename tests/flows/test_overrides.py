"""The form: what it offers, what it sets, what it refuses before it is stored."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any, get_args

import pytest
from prefect.utilities.callables import parameter_schema

from factbook.config.load import load_config, make_config, parse_assignment
from factbook.config.project_config import ProjectConfig
from factbook.errors import ConfigError
from factbook.runs.begin import begun
from factbook.runs.ref import RunRef
from flows.approval_form import Approval
from flows.check import check_project
from flows.form_patterns import LONGEST_SETTING, NO_SECRET
from flows.overrides import Overrides
from flows.report import generate_report
from tests.hostile.projects import make_project


@pytest.fixture(scope="module")
def form() -> dict[str, Any]:
    """The form as a server stores it with a deployment."""
    return parameter_schema(generate_report).model_dump()


@pytest.fixture(scope="module")
def fields(form: dict[str, Any]) -> dict[str, Any]:
    """Its fields."""
    body: dict[str, Any] = form["definitions"]["Overrides"]["properties"]
    return body


def refusals(form: dict[str, Any], **overrides: object) -> list[str]:
    """What a server says of a form that is sent."""
    from prefect.utilities.schema_tools import validate

    sent = {"project": "p", "overrides": {**form["properties"]["overrides"]["default"]}}
    sent["overrides"] |= overrides
    return [str(error) for error in validate(sent, form, raise_on_error=False)]


def test_untouched_form_changes_nothing(form: dict[str, Any]) -> None:
    """Its defaults, sent back as they are, give the run of the project."""
    sent = form["properties"]["overrides"]["default"]
    assert refusals(form) == []
    assert Overrides.model_validate(sent).run_of("p") == RunRef(project="p")


def test_fields_are_one_level_deep_with_title_description_and_position(
    fields: dict[str, Any],
) -> None:
    """What the UI can show as a form: no type pickers, no nested models, a fixed order."""
    assert [body["position"] for body in fields.values()] == list(range(len(fields)))
    for name, body in fields.items():
        assert body["title"], name
        assert body["description"].endswith("."), name
        assert body["type"] in {"string", "array", "boolean", "number"}, name
        if "enum" in body:
            assert body["enum"][0] == body["default"] == "as in project", name
        elif body["type"] == "string":
            assert (body["default"], "Empty: " in body["description"]) == ("", True), name


def test_form_shows_titles_and_says_what_to_fill_in(form: dict[str, Any]) -> None:
    """The two parameters as well: their names are for programs."""
    project, overrides = form["properties"]["project"], form["properties"]["overrides"]
    assert (project["title"], project["position"]) == ("Project", 0)
    assert "project.toml" in project["description"]
    assert (overrides["title"], overrides["position"]) == ("Changes for this run alone", 1)
    assert "as in the project" in overrides["description"]
    check = parameter_schema(check_project).model_dump()["properties"]
    assert [body["title"] for body in check.values()] == ["Project", "Strict"]


def test_form_knows_which_of_its_fields_were_touched() -> None:
    """Blank lines of a list touch nothing."""
    sent = {"sub_task_list": ["1.1.1"], "objective_list": [" "], "strict": True, "out": ""}
    assert Overrides.model_validate(sent).touched == ("Sub-tasks", "Strict")


def test_choices_are_those_of_the_configuration(fields: dict[str, Any]) -> None:
    """Each is a value that the key takes; each value is a choice."""
    for name, body in fields.items():
        choices = body.get("enum", body.get("items", {}).get("enum"))
        if choices is None or name not in ProjectConfig.model_fields:
            continue
        if choices == ["as in project", "yes", "no"]:
            assert ProjectConfig.model_fields[name].annotation is bool, name
        else:
            allowed = get_args(ProjectConfig.model_fields[name].annotation)
            allowed = get_args(allowed[0]) or allowed
            assert [choice for choice in choices if choice != "as in project"] == list(allowed)


TOUCHED: dict[str, tuple[object, object]] = {
    "provider": ("openai", "openai"),
    "objective_list": (["1", "1.10"], ("1", "1.10")),
    "sub_task_list": (["1.1.2", " "], ("1.1.2",)),
    "outputs": (["csv", "md"], ("csv", "md")),
    "test_mode": ("yes", True),
    "conclude_report": ("no", False),
    "add_summary": ("yes", True),
    "add_feedback": ("yes", True),
    "add_final_polish": ("yes", True),
    "guideline_level": ("advanced", "advanced"),
    "run_objectives_concurrent": ("yes", True),
    "run_task_concurrent": ("yes", True),
    "runner": ("dask", "dask"),
    "limits.budget_usd": (2.5, 2.5),
    "report_date": ("2026-01-31", "2026-01-31"),
    "review": ("yes", True),
    "only_if_changed": ("yes", True),
    "show_edits": ("yes", True),
}
"""Key → what is filled in, and what the configuration then says."""


@pytest.mark.parametrize("key", TOUCHED)
def test_touched_field_sets_its_key(key: str) -> None:
    """And that key alone."""
    filled, value = TOUCHED[key]
    [assignment] = Overrides.model_validate({key.rpartition(".")[2]: filled}).assignments
    assert assignment.startswith(f"{key}=")
    found: object = make_config(parse_assignment(assignment))
    for part in key.split("."):
        found = getattr(found, part)
    assert found == value


def test_every_field_that_sets_a_key_is_tried_above(fields: dict[str, Any]) -> None:
    """The others are no keys of project.toml."""
    others = {"rewrite", "note", "strict", "fail_on_change", "settings", "out"}
    assert {key.rpartition(".")[2] for key in TOUCHED} == set(fields) - others


def test_further_settings_come_last_and_blank_lines_count_for_nothing() -> None:
    """So that who writes them out is sure of them."""
    overrides = Overrides(test_mode="no", settings=("test_mode=true", "  ", ""), out=None)
    assert overrides.assignments == ("test_mode=false", "test_mode=true")
    assert overrides.run_of("p").out is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"provider": "azure"},
        {"outputs": ["xls"]},
        {"budget_usd": -1},
        {"budget_usd": "much"},
        {"report_date": "31 January"},
        {"rewrite": ["1.1.2"]},
        {"strict": "maybe"},
        {"objective_list": "1"},
        {"colour": "blue"},
        {"settings": ["OPENAI_API_KEY=sk-secret"]},
        {"settings": ["redis-password: secret"]},
        {"settings": ["openai.api_key = sk-secret"]},
        {"settings": ["Api_Key=sk-secret"]},
        {"settings": ["openAI.apiKey=sk-secret"]},
        {"settings": ["checks=mark\nmore=less\nPassWord=secret"]},
        {"settings": ["OPENAI_API_KEY\n=sk-secret"]},
        {"settings": ["x=postgres://user:secret@host"]},
        {"settings": ["publish.url=https://host/?a=1&Token=secret"]},
        {"settings": ["limits.shared = redis://:se/cret@host/0"]},
        {"settings": ["checks=mark\npostgres://user:secret@host"]},
        {"settings": ['openai={ api_key="secret"}']},
        {"settings": ['openai={temperature=1, "Api_Key" = "secret"}']},
    ],
)
def test_form_refuses_what_is_wrong(form: dict[str, Any], wrong: dict[str, object]) -> None:
    """A server then stores nothing, a secret least of all."""
    assert refusals(form, **wrong)


@pytest.mark.parametrize(
    "text",
    ["://", "://:", "://a:", "://a:1", "://a:80/", "://[", "a:", "secret", "secret\n", "\n"]
    + ["{", ",secret", "{secret ", "?", "?a", "&sig"],
)
def test_form_is_not_kept_busy_by_a_long_text(form: dict[str, Any], text: str) -> None:
    """A server reads it while others wait; without a bound this would take hours."""
    refusals(form, settings=[text * 20_000 + "."])


def test_every_text_of_the_form_has_a_bound(form: dict[str, Any], fields: dict[str, Any]) -> None:
    """Nobody makes a server read and keep megabytes."""
    approval = Approval.model_json_schema()["properties"]
    schemas = [form["properties"]["project"], *fields.values(), *approval.values()]
    texts = [schema.get("items", schema) for schema in schemas]
    texts = [text for text in texts if text.get("type") == "string" and "enum" not in text]
    assert len(texts) > 8
    assert all(0 < text["maxLength"] <= 32_767 for text in texts)


def test_secrets_are_looked_for_in_what_is_short_enough() -> None:
    """A validator applies the pattern to a text that is too long as well."""
    setting = "main_context=" + "a" * (LONGEST_SETTING - 13)
    assert re.search(NO_SECRET, setting)
    assert not re.search(NO_SECRET, setting + "a")


@pytest.mark.parametrize(
    "right",
    [
        {"settings": ["limits.tokens_per_minute=5", "openai.token_parameter=max_tokens"]},
        {"settings": ["data.tables.secretariat.file=a.csv", "main_context=my password=none"]},
        {"settings": ["publish.to=sftp://someone@host/reports", "a=https://host:80/b\nme@host"]},
        {"rewrite": ["1.1#introduction@AT", "conclusion@Latin America"], "note": "Shorter"},
        {"report_date": "2026-02-30", "settings": ["no assignment"]},  # left to the run
    ],
)
def test_form_takes_what_the_run_can_tell_better(
    form: dict[str, Any], right: dict[str, object]
) -> None:
    """It is no second configuration."""
    assert refusals(form, **right) == []


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("https://me:secret@host/weekly", True),
        ("https://me:80@host/weekly", True),
        ("https://me:se/cret@host:80/@weekly", True),
        ("tcp://me:secret@[::1]:8786", True),
        ("redis://:80/0@host", True),
        ("redis://host?password=secret", True),
        ("https://host:80/@weekly", False),
        ("https://host:8080?by=@me", False),
        ("https://[::1]:80/@weekly", False),
        ("https://[::1]/@weekly", False),
        ("https://host/a:b@weekly", False),
    ],
)
def test_form_and_run_judge_addresses_alike(
    form: dict[str, Any], tmp_path: Path, address: str, opens: bool
) -> None:
    """A password is refused under whatever key; a port is none, and nor is a path with an @."""
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    for key in ("publish.url", "publish.to", "limits.shared", "dask_address"):
        setting = f"{key}={address}"
        assert bool(refusals(form, settings=[setting])) is opens
        with pytest.raises(ConfigError) if opens else nullcontext():
            load_config(tmp_path, [setting])


def test_server_stores_no_run_with_a_secret(form: dict[str, Any], server: str) -> None:
    """Who pastes a key into the form is refused, and no flow run has it as a parameter."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from prefect.exceptions import PrefectHTTPStatusError

    parameters = {
        "project": "p",
        "overrides": {"settings": ["OPENAI_API_KEY=sk-secret"]},
    }
    with get_client(sync_client=True) as client:
        deployment = client.create_deployment(
            flow_id=client.create_flow(generate_report),
            name="form",
            parameter_openapi_schema=form,
            enforce_parameter_schema=True,
        )
        with pytest.raises(PrefectHTTPStatusError) as refused:
            client.create_flow_run_from_deployment(deployment, parameters=parameters)
        assert refused.value.response.status_code == 409
        of_form = DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
        assert not client.read_flow_runs(deployment_filter=of_form)


@pytest.mark.parametrize(
    "setting", ["limits.max_data_mb=251", "limits.max_sections=20001", "limits={max_data_mb=999}"]
)
def test_form_does_not_raise_what_a_run_may_cost(tmp_path: Path, setting: str) -> None:
    """Only who types on the command line of the machine answers for it; the run is not begun."""
    project = make_project(tmp_path / "p")
    ref = Overrides(settings=(setting,)).run_of(str(project))
    with pytest.raises(ConfigError, match="neither a project nor"), begun(ref):
        pytest.fail("it has begun")
    typed = ref.model_copy(update={"may_raise_limits": True})
    with begun(typed) as run:
        assert run.inputs.config.limits


def test_form_does_not_raise_the_budget(tmp_path: Path) -> None:
    """Neither its own field nor a further setting goes above that of the project."""
    project = make_project(tmp_path / "p")
    with (project / "project.toml").open("a", encoding="utf-8") as file:
        file.write("[limits]\nbudget_usd = 5\n")
    for more in (Overrides(budget_usd=6), Overrides(settings=("limits.budget_usd=6",))):
        with pytest.raises(ConfigError, match="budget_usd"), begun(more.run_of(str(project))):
            pytest.fail("it has begun")


def test_results_outside_the_root_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form names no folder for them that is not in the root, with links and dots resolved."""
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(tmp_path / "root"))
    (tmp_path / "root").mkdir()
    project = make_project(tmp_path / "root" / "p")
    (project / "link").symlink_to(tmp_path)
    outside = tmp_path / "elsewhere"
    for out in (str(outside), f"{tmp_path}/root/../elsewhere", f"{project}/link/elsewhere"):
        ref = Overrides(out=out).run_of(str(project))
        with pytest.raises(ConfigError, match="the folder for results"), begun(ref):
            pytest.fail("it has begun")
    assert not outside.exists()
