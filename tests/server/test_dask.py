"""Reports whose sections Dask workers write: real processes, killed and cancelled."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.conftest import copy_example
from tests.crash.runs import files
from tests.server import dask
from tests.server.dask import KEY, THREADS, Cluster, Run, end_of, wait_until
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server

QUICK = "[limits]\nrequests_per_minute = 60000\ntokens_per_minute = 1000000000\n"
EDGES = "add_introduction_to_task = true\nadd_sub_task_summary = true\nadd_summary = true\n"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, model_server: Serve) -> Iterator[Cluster]:
    """A scheduler whose workers see the runs of several tests."""
    access = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": model_server().base_url}
    with dask.cluster(tmp_path_factory.mktemp("dask"), **access) as started:
        yield started


@pytest.fixture
def crew(cluster: Cluster) -> Cluster:
    """The cluster with its two workers, whatever a test before this has done to it."""
    if "scheduler" not in cluster.services:
        cluster.start_scheduler()
    for name in ("one", "two"):
        if name not in cluster.services:
            cluster.start_worker(name, "--no-nanny")
    return cluster


def make_run(tmp_path: Path, cluster: Cluster, *settings: str, name: str = "out") -> Run:
    """A run of a small project by a model."""
    project = tmp_path / "project"
    if not project.exists():
        copy_example(project, before=EDGES, after=QUICK)
    usual = ("provider=openai", "outputs=csv,md", 'objective_list=["1"]')
    return Run(project, tmp_path / name, cluster.environment, (*usual, *settings))


def records(run: Run) -> dict[str, Any]:
    """Section id → its record, without what tells when and how it was made."""
    found = {}
    for path in sorted((run.folder / "records").glob("*.json")):
        body = orjson.loads(path.read_bytes())
        for varying in ("seconds", "checksum", "calls"):
            body.pop(varying)
        found[body["section_id"]] = body
    return found


def test_the_report_is_that_of_threads_and_the_account_is_right(
    tmp_path: Path, crew: Cluster, model_server: Serve
) -> None:
    """Files, records and keys are the same, byte for byte; limits and journal are shared."""
    server = model_server({"key": KEY})
    threads = make_run(tmp_path, crew, name="threads")
    code, said = threads.to_end()
    assert code == 0, said
    calls = len(server.ledger())

    server.clear_ledger()
    spread = make_run(tmp_path, crew, *crew.settings, name="dask")
    code, said = spread.to_end()
    assert code == 0, said
    assert files(spread.out) == files(threads.out)
    assert records(spread) == records(threads)
    assert len(server.ledger()) == calls
    spread.check_account(server)
    for section in records(spread):
        assert said.count(f" {section} written") == 1  # one line a section, from its worker
    assert spread.manifest()["calls"]["made"] == calls
    assert not (spread.folder / ".work-order").exists()

    server.clear_ledger()
    code, said = spread.to_end()
    assert (code, server.ledger()) == (0, []), said
    assert said.count(" unchanged") >= len(records(spread))


def test_a_worker_that_is_killed_once_costs_no_answer(
    tmp_path: Path, crew: Cluster, model_server: Serve
) -> None:
    """The other worker does its work; only calls that were in flight are made again."""
    server = model_server({"key": KEY, "latency_seconds": 0.5})
    run = make_run(tmp_path, crew, *crew.settings)
    with run.started() as process:
        wait_until(lambda: len(server.ledger()) >= 8, "eight calls are made")
        crew.services.pop("one").stop(signal.SIGKILL)
        hits = server.ledger()
        code, said = end_of(process)
    assert code == 0, said
    open_at_kill = [hit for hit in hits if hit.ended_seconds is None]
    assert len(open_at_kill) <= 2 * THREADS
    run.check_account(server, lost=THREADS)
    sent, _ = run.events()
    assert len(server.ledger()) <= len({event.key for event in sent}) + THREADS


def test_a_section_that_kills_its_workers_fails_alone(
    tmp_path: Path, cluster: Cluster, model_server: Serve
) -> None:
    """It is named with the reason; all others are written; the next run completes the report."""
    server = model_server({"key": KEY})
    for name in [name for name in cluster.services if name != "scheduler"]:
        cluster.services.pop(name).stop(signal.SIGKILL)
    preload = str(Path(__file__).with_name("deadly_section.py"))
    cluster.start_worker("deadly", "--preload", preload)  # with a nanny, which starts it again
    run = make_run(tmp_path, cluster, *cluster.settings)
    code, said = run.to_end()
    cluster.services.pop("deadly").stop(signal.SIGKILL)
    assert code == 1, said
    sections = run.manifest()["sections"]
    failed = {name: body for name, body in sections.items() if body["status"] == "failed"}
    assert list(failed) == ["1.1.1@FR"]
    assert sum(body["status"] == "written" for body in sections.values()) == 19
    assert failed["1.1.1@FR"]["reason"].startswith("the worker processes that worked on it have")
    run.check_account(server, lost=0)

    for name in ("one", "two"):
        cluster.start_worker(name, "--no-nanny")
    code, said = run.to_end()
    assert code == 0, said
    run.check_account(server, lost=0)


def test_a_scheduler_that_dies_stops_the_run(
    tmp_path: Path, crew: Cluster, model_server: Serve
) -> None:
    """The run ends at once as resumable and says which scheduler; the same command completes it."""
    server = model_server({"key": KEY, "latency_seconds": 0.5})
    run = make_run(tmp_path, crew, *crew.settings)
    with run.started() as process:
        wait_until(lambda: len(server.ledger()) >= 8, "eight calls are made")
        crew.services.pop("scheduler").stop(signal.SIGKILL)
        code, said = end_of(process)
    assert code == 3, said
    assert "Dask scheduler" in said
    assert crew.address in said
    for name in ("one", "two"):
        crew.services.pop(name).stop(signal.SIGKILL)

    code, said = run.to_end()
    assert code == 3, said
    assert "dask_address" in said

    crew.start_scheduler()
    crew.start_worker("one", "--no-nanny")
    code, said = run.to_end()
    assert code == 0, said
    run.check_account(server, lost=2 * THREADS)


def test_a_run_without_workers_stops(tmp_path: Path, crew: Cluster, model_server: Serve) -> None:
    """When none comes back for as long as a call may take; the same command completes it."""
    server = model_server({"key": KEY, "latency_seconds": 0.5})
    run = make_run(tmp_path, crew, *crew.settings, "limits.deadline_seconds=5")
    with run.started() as process:
        wait_until(lambda: len(server.ledger()) >= 4, "four calls are made")
        for name in ("one", "two"):
            crew.services.pop(name).stop(signal.SIGKILL)
        code, said = end_of(process)
    assert code == 3, said
    assert f"{crew.address} has had no workers" in " ".join(said.split())

    crew.start_worker("one", "--no-nanny")
    code, said = run.to_end()
    assert code == 0, said
    run.check_account(server, lost=2 * THREADS)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_make_no_call_for_a_run_that_has_ended(
    tmp_path: Path, crew: Cluster, model_server: Serve, sign: signal.Signals
) -> None:
    """Interrupted or killed: workers go on living, and let the run's calls go within seconds."""
    server = model_server({"key": KEY, "latency_seconds": 0.5})
    run = make_run(tmp_path, crew, *crew.settings)
    with run.started() as process:
        wait_until(lambda: len(server.ledger()) >= 6, "six calls are made")
        before = sorted(crew.workers())
        process.send_signal(sign)
        code, said = end_of(process)
        ended = time.monotonic()
    assert code == (130 if sign != signal.SIGKILL else -signal.SIGKILL), said
    wait_until(
        lambda: all(hit.ended_seconds is not None for hit in server.ledger()),
        "all calls have come back",
    )
    hits = server.ledger()
    last = max(hit.arrived_seconds for hit in hits)
    assert last < ended + (0 if sign != signal.SIGKILL else 5)
    assert sorted(crew.workers()) == before

    server.set_scenario({"key": KEY})
    code, said = run.to_end()
    assert code == 0, said
    run.check_account(server, lost=2 * THREADS)
