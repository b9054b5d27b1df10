"""A run from a shell on a permanent server: what it waits for, and its errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_CLIENT_RETRY_EXTRA_CODES,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    temporary_settings,
)

from factbook.errors import ConfigError, StoppedError
from factbook.lease.lease import Lease
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from flows.engines import prefect_engine
from server.client import AS_DEPLOYED, use_server, without_retries
from server.processes import _RUNS

MakeProject = Callable[..., Path]


def run_on_prefect(run: RunRef) -> Outcome:
    """Run a project's report as a shell does."""
    with prefect_engine() as engine:
        return start_run(run, engine)


def in_use() -> list[Any]:
    """The settings that deployed runs have, as they are now."""
    retries, codes = PREFECT_CLIENT_MAX_RETRIES.value(), PREFECT_CLIENT_RETRY_EXTRA_CODES.value()
    return [PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value(), retries, codes]


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_run_without_its_server_calls_nothing(
    make_project: MakeProject, tmp_path: Path, free: int
) -> None:
    """Its address, the setting, and how to start a server; the next run has the project."""
    project, out = make_project(), tmp_path / "out"
    run = RunRef(project=str(project), out=str(out), assignments=("objective_list=1", "outputs=md"))
    url = f"http://127.0.0.1:{free}/api"
    with temporary_settings({PREFECT_API_URL: url}), pytest.raises(StoppedError) as raised:
        run_on_prefect(run)
    assert f"No Prefect server answers at {url}" in str(raised.value)
    assert "set PREFECT_API_URL to the address of your server" in str(raised.value)
    assert not out.exists()  # nobody waits for the inputs to be read, to be told that
    assert run_on_prefect(run).exit_code == 0


@pytest.mark.slow
@pytest.mark.usefixtures("kept")
def test_run_that_cannot_name_its_flow_run_lets_the_project_go(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong is told; the next run has the project."""
    run = RunRef(project=str(make_project()), assignments=("objective_list=1", "outputs=md"))

    def full(*_: object) -> None:
        raise StoppedError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Lease, "held_by", full)
        with pytest.raises(StoppedError, match="the disk is full"):
            run_on_prefect(run)
    assert run_on_prefect(run).exit_code == 0


def test_run_that_its_server_does_not_let_in_calls_nothing(
    make_project: MakeProject, tmp_path: Path, strict_server: str
) -> None:
    """The setting is named, and the string is not; nothing is written."""
    run = RunRef(project=str(make_project()), out=str(tmp_path / "out"))
    known = {PREFECT_API_URL: strict_server, PREFECT_API_AUTH_STRING: "factbook:canary-5c"}
    with temporary_settings(known), pytest.raises(ConfigError) as raised:
        run_on_prefect(run)
    assert "rejects the authentication string of PREFECT_API_AUTH_STRING" in str(raised.value)
    assert "canary" not in str(raised.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("server")
def test_run_waits_as_deployed_ones_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeat and patience are those of prefect.yaml; the environment wins.

    Work that a person waits for does not wait for a server that is unwell.
    """
    for key in AS_DEPLOYED:
        monkeypatch.delenv(key, raising=False)
    before = in_use()
    with use_server():
        assert in_use() == [30, 8, {500}]
    assert in_use() == before
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "1")
    with use_server():
        assert in_use() == [30, 1, {500}]
        with without_retries():
            assert in_use() == [30, 0, {500}]


def test_deployments_have_the_same_patience() -> None:
    """Both ways say the same."""
    for key, value in AS_DEPLOYED.items():
        text = ",".join(map(str, value)) if isinstance(value, set) else str(value)
        assert _RUNS[key] == text


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("reason", ["All connection attempts failed", ""])
def test_server_that_stays_unavailable_is_named(reason: str) -> None:
    """The address, what is kept, and what to do."""
    with pytest.raises(StoppedError) as raised, use_server():
        raise httpx.ConnectError(reason)
    assert f"The Prefect server at {PREFECT_API_URL.value()} is unavailable or fails" in str(
        raised.value
    )
    assert f"({reason or 'ConnectError'})" in str(raised.value)
    assert "What is written is kept" in str(raised.value)


@pytest.mark.usefixtures("server")
def test_rejected_request_is_not_an_outage() -> None:
    """Such as one of another version of Prefect."""
    url = f"{PREFECT_API_URL.value()}/flow_runs/"
    answer = httpx.Response(422, request=httpx.Request("POST", url))
    with pytest.raises(httpx.HTTPStatusError) as refused:
        answer.raise_for_status()
    with pytest.raises(StoppedError) as raised, use_server():
        raise PrefectHTTPStatusError.from_httpx_error(refused.value)
    assert "rejects a request: Client error '422" in str(raised.value)
    assert "What is written is kept" in str(raised.value)
    assert "away" not in str(raised.value)
