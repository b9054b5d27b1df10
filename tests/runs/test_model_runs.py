"""Runs that ask a model: a real provider on loopback, through all layers."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factbook.config.settings import Settings
from factbook.errors import UserError
from factbook.project.project import open_project
from factbook.runs.forecast import Forecast
from factbook.runs.outcome import Outcome
from factbook.runs.plan import forecast
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.servers.running import RunningServer

model_server = fixtures.model_server

MakeProject = Callable[..., Path]
KEY = "sk-canary-7be2c90d"
ALL_PASSES = """
add_introduction_to_task = true
add_sub_task_summary = true
add_summary = true
add_feedback = true
add_final_polish = true
"""
ONE_UNKNOWN_MODEL = (
    "writer_model=own",
    "base_model=own",
    "sota_model=own",
    "skip_internet_search=true",
)
FAULTS_WITH_KEY = [
    {"kind": "status", "status": 500, "times": 2},
    {"kind": "truncated_json", "times": 1, "first": 1, "section": "1.2.1@*"},
    {"kind": "bad_key", "section": "3.*"},
]
"""After good calls some that fail, and at last a key that is refused."""
QUICK = """
[limits]
requests_per_minute = 60000
tokens_per_minute = 1000000000
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, model_server: Serve) -> Serve:
    """The provider that runs of this test ask, with the right key in the environment."""

    def serve(scenario: dict[str, Any] | None = None) -> RunningServer:
        server = model_server({"key": KEY, **(scenario or {})})
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        return server

    return serve


def run(project: Path, out: Path, *settings: str) -> Outcome:
    """Run a project in this process, by a model unless a setting says otherwise."""
    assignments = ("provider=openai", "outputs=csv,md", *settings)
    return start_run(RunRef(project=str(project), out=str(out), assignments=assignments))


def forecast_of(project: Path, out: Path) -> Forecast:
    """What a run by a model would ask."""
    run_ref = RunRef(project=str(project), out=str(out), assignments=("provider=openai",))
    return forecast(run_ref, open_project(project, run_ref.assignments), Settings())


def manifest(end: Outcome) -> dict[str, Any]:
    """The run's manifest."""
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_text(encoding="utf-8"))
    return body


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def texts(end: Outcome) -> dict[str, dict[str, str]]:
    """Rows of the report's CSV by sub-task and country."""
    found = rows(end.folder / "electricity-in-europe.csv")
    return {f"{row['sub_task_id']}@{row['country']}": row for row in found}


@pytest.mark.slow
def test_all_passes_stand_in_their_places(
    make_project: MakeProject, tmp_path: Path, asked: Serve
) -> None:
    """Introductions, summaries, conclusions, sources, feedback; a second run makes no call."""
    server = asked()
    project = make_project(before=ALL_PASSES, after=QUICK)
    expected = forecast_of(project, tmp_path / "out")
    assert server.ledger() == []
    assert list((tmp_path / "out").rglob("*")) == []
    end = run(project, tmp_path / "out")
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    assert {one.pass_: one.calls for one in expected.passes} == Counter(
        hit.call_id.split("/")[1] for hit in server.ledger()
    )
    low, high = expected.cost_usd or (0.0, 0.0)
    # The server counts four characters a token, which is fewer tokens than a model's own count.
    assert low / 2 < manifest(end)["calls"]["cost_usd"] < high

    passes = Counter(hit.call_id.split("/")[1] for hit in server.ledger())
    found = texts(end)
    kinds = Counter(
        name.partition("@")[0].partition("#")[2] or name.partition("@")[0].rstrip("0123456789.")
        for name in found
    )
    assert passes["introduction"] == kinds["introduction"] > 0
    assert passes["task_summary"] == kinds["summary"] > 0
    assert passes["conclusion"] == kinds["conclusion"] == 3
    assert passes["draft"] == kinds[""] > 0
    assert passes["summary"] == passes["sense_check"] == len(found)
    assert all(row["status"] == "written" for row in found.values())
    assert all(row["summary"] and row["feedback"] for row in found.values())

    markdown = (end.folder / "electricity-in-europe.md").read_text(encoding="utf-8")
    assert passes["search"] > 0
    assert "https://example.org/" in markdown
    assert markdown.index("# Internet sources") > markdown.index("# Conclusion")
    assert any(" [1]" in row["final_copy"] for row in found.values())
    assert "{S1}" not in markdown
    assert "{F" not in markdown

    calls = rows(end.folder / "calls.csv")
    assert len(calls) == len(server.ledger())
    assert manifest(end)["calls"]["made"] == len(calls)
    assert manifest(end)["calls"]["cost_usd"] > 0

    server.clear_ledger()
    after = forecast_of(project, tmp_path / "out")
    assert (after.calls, after.sections, after.unchanged) == (0, 0, len(found))
    again = run(project, tmp_path / "out")
    assert (again.state, again.exit_code) == ("Completed", 0), again.message
    assert server.ledger() == []
    assert texts(again) == found


@pytest.mark.parametrize("refused", [(), ("response_format",)])
def test_sections_have_the_models_headlines(
    make_project: MakeProject, tmp_path: Path, asked: Serve, refused: tuple[str, ...]
) -> None:
    """Also of a server that takes no schema, which is found out with the first calls."""
    server = asked({"refused_parameters": refused})
    project = make_project(after=QUICK)
    settings = ("sub_task_list=1.1.1", "run_objectives_concurrent=false")
    end = run(project, tmp_path / "out", *settings, "run_task_concurrent=false")
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    files = sorted((end.folder / "records").glob("1.1.1@*.json"))
    found = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    assert len(found) == 2
    for record in found:
        assert re.fullmatch(r"\w.* of .* reaches \{F\d+\}", record["headline"]), record["headline"]
        standfirst, _, text = record["source_text"].partition("\n\n")
        assert standfirst
        assert text
    statuses = Counter(hit.status for hit in server.ledger() if "1.1.1@" in hit.call_id)
    assert statuses == ({200: 2, 400: 1} if refused else {200: 2})


@pytest.mark.slow
def test_each_distinct_call_is_made_once_over_two_runs(
    make_project: MakeProject, tmp_path: Path, asked: Serve
) -> None:
    """Another run folder beside the first shares its store: nothing is paid again."""
    server = asked()
    project = make_project(after=QUICK)
    first = run(project, tmp_path / "out", 'project_name="One"', "objective_list=1")
    second = run(project, tmp_path / "out", 'project_name="Two"', "objective_list=1")

    assert first.exit_code == second.exit_code == 0
    bodies = [hit.body_sha256 for hit in server.ledger()]
    assert len(bodies) == len(set(bodies)) > 0
    made = manifest(second)["calls"]
    assert (made["made"], made["cached"]) == (0, len(bodies))


@pytest.mark.slow
def test_what_the_model_could_not_write_is_marked_and_written_by_the_next_run(
    make_project: MakeProject, tmp_path: Path, asked: Serve
) -> None:
    """A provider that is away: offline texts, marked; then a healthy run, and no mark remains."""
    fault = {"kind": "status", "status": 503, "section": "1.1.1@*"}
    server = asked({"faults": [fault]})
    limits = QUICK + "outage_patience_seconds = 0\ndeadline_seconds = 1\n"
    project = make_project(after=limits)

    end = run(project, tmp_path / "out", "sub_task_list=1.1.1", "run_task_concurrent=false")
    assert (end.state, end.exit_code) == ("Incomplete", 1)
    found = texts_of_selection(end)
    degraded = [row for row in found if row["status"] == "degraded"]
    assert degraded
    assert all(row["final_copy"].startswith("[") for row in degraded)
    assert manifest(end)["sections_by_status"]["degraded"] == len(degraded)

    server.set_scenario({"key": KEY})
    end = run(project, tmp_path / "out", "sub_task_list=1.1.1")
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    assert {row["status"] for row in texts_of_selection(end)} == {"written"}
    assert not any(row["final_copy"].startswith("[") for row in texts_of_selection(end))


def texts_of_selection(end: Outcome) -> list[dict[str, str]]:
    """Rows of the CSV of a selection."""
    return rows(end.folder / "electricity-in-europe-selection.csv")


def test_a_refused_section_has_its_own_status(
    make_project: MakeProject, tmp_path: Path, asked: Serve
) -> None:
    """It is not asked for again, leaves a placeholder, and the run is no success."""
    server = asked({"faults": [{"kind": "content_filter", "section": "1.1.1@AT"}]})
    project = make_project(after=QUICK)
    end = run(project, tmp_path / "out", "sub_task_list=1.1.1")

    assert (end.state, end.exit_code) == ("Incomplete", 1)
    assert manifest(end)["sections"]["1.1.1@AT"]["status"] == "refused"
    hits = Counter(hit.call_id for hit in server.ledger())
    assert hits["1.1.1@AT/draft/1"] == 1
    assert "1.1.1@AT/draft/2" not in hits
    markdown = (end.folder / "electricity-in-europe-selection.md").read_text(encoding="utf-8")
    assert "refused" in markdown


@pytest.mark.parametrize(
    ("fault", "named"), [("bad_key", "OPENAI_API_KEY"), ("unknown_model", "gpt-5")]
)
def test_a_run_that_cannot_go_on_stops(
    make_project: MakeProject, tmp_path: Path, asked: Serve, fault: str, named: str
) -> None:
    """Exit 3, one clear sentence, hits at most the workers."""
    server = asked({"faults": [{"kind": fault}]})
    project = make_project(after=QUICK + "max_workers = 6\n")
    end = run(project, tmp_path / "out")

    assert (end.state, end.exit_code) == ("Stopped", 3)
    assert named in end.message
    assert 0 < len(server.ledger()) <= 6


@pytest.mark.slow
def test_a_budget_is_kept_and_a_larger_one_goes_on(
    make_project: MakeProject, tmp_path: Path, asked: Serve
) -> None:
    """What does not fit is written offline; the next run pays for the rest alone."""
    server = asked()
    project = make_project(after=QUICK + "budget_usd = 0.1\n")
    end = run(project, tmp_path / "out")
    assert (end.state, end.exit_code) == ("Incomplete", 1)
    spent = manifest(end)["calls"]["cost_usd"]
    assert 0 < spent <= 0.1
    assert manifest(end)["sections_by_status"]["degraded"] > 0
    assert "budget" in manifest(end)["sections"]["conclusion@EU"]["reason"]
    degraded = manifest(end)["sections_by_status"]["degraded"]
    assert " of 23 sections are written without the model: " in end.message
    # The budget may end between two passes of a section.
    assert sum(map(int, re.findall(r"(\d+) of 23 sections? (?:is|are) w", end.message))) == degraded
    assert "not written" not in end.message

    settings = ("provider=openai", "outputs=csv,md", "limits.budget_usd=100")
    of_shell = RunRef(
        project=str(project), out=str(tmp_path / "out"), assignments=settings, may_raise_limits=True
    )
    end = start_run(of_shell)
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    bodies = [hit.body_sha256 for hit in server.ledger()]
    assert len(bodies) == len(set(bodies))


@pytest.mark.parametrize(
    ("settings", "environment", "named"),
    [
        ((), {}, "OPENAI_API_KEY"),
        ((), {"OPENAI_BASE_URL": "nonsense"}, "OPENAI_BASE_URL"),
        (("limits.requests_per_minute=0",), {"OPENAI_API_KEY": KEY}, "requests_per_minute"),
        (("limits.budget_usd=-1",), {"OPENAI_API_KEY": KEY}, "budget_usd"),
        (("limits.budget_usd=1", "writer_model=nobody-s"), {"OPENAI_API_KEY": KEY}, "[prices]"),
        (("limits.budget_usd=1", *ONE_UNKNOWN_MODEL), {"OPENAI_API_KEY": KEY}, "[prices]"),
        (("limits.budget_usd=0.0001",), {"OPENAI_API_KEY": KEY}, "a single call to 'gpt-5' may"),
        ((), {"OPENAI_BASE_URL": "http://user:hunter2@x/v1"}, "password"),
        ((), {"OPENAI_API_KEY": "two words"}, "key"),
        (("run_main_report=false",), {"OPENAI_API_KEY": KEY}, "no earlier run"),
        (("limits.shared=http://x",), {"OPENAI_API_KEY": KEY}, "redis://"),
        (("limits.shared=redis://:hunter2@x",), {"OPENAI_API_KEY": KEY}, "REDIS_PASSWORD"),
        (("runner=dask",), {"OPENAI_API_KEY": KEY}, "Set limits.shared"),
        (("provider=local", "local.gguf=no.gguf"), {}, "no.gguf"),
    ],
)
def test_what_cannot_be_asked_is_told_before_the_first_call(
    make_project: MakeProject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: tuple[str, ...],
    environment: dict[str, str],
    named: str,
) -> None:
    """One sentence each, exit 2, nothing called."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    project = make_project()
    with pytest.raises(UserError) as caught:
        run(project, tmp_path / "out", *settings)
    assert named in str(caught.value)
    assert KEY not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.slow
def test_the_key_is_found_nowhere(
    make_project: MakeProject,
    tmp_path: Path,
    asked: Serve,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """In no file, log, record or result, after good and bad calls."""
    asked({"faults": FAULTS_WITH_KEY, "echo_key": True})
    project = make_project(after=QUICK)
    end = run(project, tmp_path / "out", "run_objectives_concurrent=false")
    assert end.state == "Stopped"
    searched = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(searched) > 30
    for path in searched:
        assert KEY.encode() not in path.read_bytes(), path
    said = capfd.readouterr()
    assert KEY not in said.out + said.err + caplog.text + end.message
