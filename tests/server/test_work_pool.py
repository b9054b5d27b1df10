"""What whoever starts a run may say about its process, to the server and to a worker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.workers.process import ProcessJobConfiguration, ProcessWorker

from factbook.errors import ConfigError
from server.names import POOL
from server.work_pool import TEMPLATE, make_work_pool

HOSTILE: list[dict[str, Any]] = [
    {"command": "touch canary"},
    {"working_dir": "/"},
    {"env": {"FACTBOOK_PROJECTS_ROOT": ""}},
    {"env.FACTBOOK_PROJECTS_ROOT": ""},
    {"name": "run"},
    {"labels": {"key": "{{ prefect.blocks.secret.openai-api-key }}"}},
    {"stream_output": "{{ prefect.blocks.secret.openai-api-key }}"},
    {"stream_output": True, "command": "touch canary"},
]


@pytest.fixture
def client(server: str) -> Iterator[SyncPrefectClient]:
    """A client of a server that has no work pool of the name."""

    def remove() -> None:
        try:
            client.delete_work_pool(POOL)
        except ObjectNotFound:
            return

    with get_client(sync_client=True) as client:
        remove()
        yield client
        remove()


def status(client: SyncPrefectClient, method: str, path: str, body: dict[str, Any]) -> int:
    """Status of the server's answer."""
    try:
        return client.request(method, path, json=body).status_code
    except PrefectHTTPStatusError as error:
        return error.response.status_code


@pytest.mark.parametrize("variables", HOSTILE, ids=str)
def test_server_refuses_what_a_start_says(
    client: SyncPrefectClient, variables: dict[str, Any]
) -> None:
    """At the start of a deployment, and of a run that was made already."""
    assert make_work_pool(client).change == "created"
    flow = str(client.create_flow_from_name("of-test"))
    body = {"name": "of-test", "flow_id": flow, "work_pool_name": POOL}
    made = client.request("POST", "/deployments/", json=body).json()["id"]
    start = f"/deployments/{made}/create_flow_run"
    assert status(client, "POST", start, {"job_variables": variables}) == 422
    run = client.request("POST", start, json={"job_variables": {"stream_output": False}}).json()
    assert status(client, "PATCH", f"/flow_runs/{run['id']}", {"job_variables": variables}) == 422
    assert status(client, "POST", "/deployments/", {**body, "job_variables": variables}) == 422


@pytest.mark.parametrize("variables", HOSTILE, ids=str)
def test_worker_knows_no_such_variables(variables: dict[str, Any]) -> None:
    """Even from a server that has let them through."""
    values = {key: value for key, value in variables.items() if key != "stream_output"}
    made = asyncio.run(ProcessJobConfiguration.from_template_and_values(TEMPLATE, values))
    assert made == ProcessJobConfiguration(stream_output=True)
    assert made.command is None
    assert made.working_dir is None
    assert made.env == {}


def test_pool_with_prefects_template_is_given_ours(client: SyncPrefectClient) -> None:
    """Of a version that took it, or made in the web pages; what is as wanted stays."""
    theirs = ProcessWorker.get_default_base_job_template()
    wanted = WorkPoolCreate(name=POOL, type="process", base_job_template=theirs)
    client.create_work_pool(wanted)
    client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=3))
    step = make_work_pool(client)
    assert step.change == "updated"
    assert "neither command, environment nor folder" in step.remark
    pool = client.read_work_pool(POOL)
    assert pool.base_job_template == TEMPLATE
    assert pool.concurrency_limit == 3
    assert make_work_pool(client).change == "unchanged"


def test_pool_of_another_type_is_left_alone(client: SyncPrefectClient) -> None:
    """With how to remove it."""
    client.create_work_pool(WorkPoolCreate(name=POOL, type="docker", base_job_template={}))
    with pytest.raises(ConfigError, match="has the type docker"):
        make_work_pool(client)
