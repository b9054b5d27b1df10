"""Runs of a deployment, in this process: what a person reads, and what is done once only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from flows.report import generate_report
from tests.flows.deployed import Deployed
from tests.servers import fixtures
from tests.servers.fixtures import Serve

MakeProject = Callable[..., Path]
SMALL = {"sub_task_list": ["1.1.1"], "outputs": ["md"], "conclude_report": "no"}
KEY = "the-right-key"
QUICK = "[limits]\nrequests_per_minute = 60000\ntokens_per_minute = 1000000000\n"

pytestmark = pytest.mark.usefixtures("kept")
model_server = fixtures.model_server


def deployed(project: Path, **overrides: Any) -> Deployed:
    """A flow run of the small report of a project, with what else is filled in."""
    return Deployed(generate_report, project=str(project), overrides={**SMALL, **overrides})


@pytest.fixture
def errors() -> Iterator[list[logging.LogRecord]]:
    """What Prefect's engine has logged of runs as errors."""
    from prefect.logging import get_logger

    kept: list[logging.LogRecord] = []
    handler = logging.Handler("ERROR")
    handler.emit = kept.append  # type: ignore[method-assign]
    logger = get_logger("flow_runs")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel("ERROR")
    yield kept
    logger.removeHandler(handler)
    logger.setLevel(level)


def summary_of(run: Deployed) -> str:
    """What its summary says."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

    own = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=own)
    [text] = [str(one.data) for one in found if str(one.key).endswith("-summary")]
    return text


@pytest.mark.slow
def test_wishes_of_the_form_are_followed_once(
    make_project: MakeProject, model_server: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that goes on after an approval neither pays again nor puts its old note back."""
    provider = model_server({"key": KEY})
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url)
    project = make_project(after=QUICK)
    asking = {"provider": "openai"}
    assert deployed(project, **asking).go().name == "Completed"
    note = project / "notes" / "1.1.1@AT.md"
    run = deployed(project, **asking, review="yes", rewrite=["1.1.1@AT"], note="shorter")
    assert run.go().name == "Suspended"
    assert "shorter" in note.read_text(encoding="utf-8")
    run.decide(decision="rewrite", sections=["1.1.1@AT"], note="mention hydro")
    assert run.go().name == "Suspended"
    asked, told = len(provider.ledger()), note.read_text(encoding="utf-8")
    assert "mention hydro" in told
    run.decide(decision="approve")
    assert run.go().name == "Completed"
    assert len(provider.ledger()) == asked
    assert note.read_text(encoding="utf-8") == told


@pytest.mark.slow
def test_decision_that_cannot_be_followed_is_told_in_words_of_the_form(
    make_project: MakeProject,
) -> None:
    """The next form says which of its fields is wrong, however often."""
    from flows.waiting import waiting_run

    project = make_project()
    run = deployed(project, review="yes")
    assert run.go().name == "Suspended"
    for sections, told in (
        (["9.9.9@AT"], "'Sections to rewrite' names '9.9.9@AT'"),
        ([], "'rewrite' names no section"),
    ):
        run.decide(decision="rewrite", sections=sections)
        assert run.go().name == "Suspended"
        waiting = waiting_run(str(run.id), project)
        assert waiting is not None
        assert told in waiting.description


@pytest.mark.parametrize(
    ("filled_in", "named"),
    [
        ({"note": "shorter"}, ["'Note to the writer' says", "'Sections to rewrite'"]),
        (
            {"rewrite": ["1.1.1@AT"]},
            ["'Sections to rewrite' names '1.1.1@AT'", "'Provider' openai"],
        ),
        ({"settings": ["no assignment"]}, ["'Further settings': 'no assignment'"]),
        ({"objective_list": ["2"]}, ["no section", "changed: 'Chapters', 'Sub-tasks',"]),
    ],
)
def test_wrong_form_is_told_in_its_own_words(
    make_project: MakeProject,
    filled_in: Mapping[str, Any],
    named: list[str],
    errors: Sequence[logging.LogRecord],
) -> None:
    """Fields are named as the form names them; options belong to a command, tracebacks nowhere."""
    state = deployed(make_project(), **filled_in).go()
    message = str(state.message)
    assert state.name == "BadInput"
    assert [words for words in named if words not in message] == []
    assert "--" not in message
    assert errors == []


@pytest.mark.slow
def test_stopped_run_is_started_again_and_no_command_given(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """State and summary alike."""
    place = tmp_path / "public"
    place.mkdir()
    monkeypatch.setenv("FACTBOOK_PUBLISH_TO", str(place))
    project = make_project(after=f'[publish]\nto = "{place}"')
    run = deployed(project)
    (place / "electricity-in-europe").mkdir()
    (place / "electricity-in-europe" / "run.json").mkdir()  # in the way of a file
    state = run.go()
    assert state.name == "Stopped"
    assert "A run with the same fields copies what is missing" in str(state.message)
    assert "A run with the same fields copies" in summary_of(run)
