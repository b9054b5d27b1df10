"""Reports whose sections Dask workers write: real processes, killed and cancelled."""

from __future__ import annotations

import base64
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest

from tests.conftest import copy_example
from tests.crash.runs import files
from tests.on_server import dask
from tests.on_server.dask import (
    ALLOWED_FAILURES,
    KEY,
    RUN_SECONDS,
    THREADS,
    Cluster,
    Run,
    end_of,
    wait_until,
)
from tests.on_server.prefect_server import PrefectServer
from tests.on_server.services import Service, processes_of
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.servers.running import RunningServer

model_server = fixtures.model_server

QUICK = "[limits]\nrequests_per_minute = 60000\ntokens_per_minute = 1000000000\n"
SECONDS_TO_CANCEL = 35.0
SECONDS_TO_NOTICE = 60.0
"""That workers or their scheduler are gone, and to end; on a busy machine."""
SECONDS_OF_A_CALL = 4.0
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

    server.set_scenario({"key": KEY, "latency_seconds": 0.05})
    server.clear_ledger()
    spread = make_run(tmp_path, crew, *crew.settings, "limits.max_in_flight=2", name="dask")
    code, said = spread.to_end()
    assert code == 0, said
    assert max(hit.in_flight for hit in server.ledger()) <= 2  # of both workers together
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
    caught = (ALLOWED_FAILURES + 1) * (THREADS - 1)  # calls of those that worked beside it
    run.check_account(server, lost=caught)

    for name in ("one", "two"):
        cluster.start_worker(name, "--no-nanny")
    code, said = run.to_end()
    assert code == 0, said
    run.check_account(server, lost=caught)


def test_a_scheduler_that_dies_stops_the_run(
    tmp_path: Path, crew: Cluster, model_server: Serve
) -> None:
    """The run ends at once as resumable and says which scheduler; the same command completes it."""
    server = model_server({"key": KEY, "latency_seconds": 0.5})
    run = make_run(tmp_path, crew, *crew.settings)
    with run.started() as process:
        wait_until(lambda: len(server.ledger()) >= 8, "eight calls are made")
        killed = time.monotonic()
        crew.services.pop("scheduler").stop(signal.SIGKILL)
        code, said = end_of(process)
    assert time.monotonic() - killed < SECONDS_TO_NOTICE
    assert code == 3, said
    assert "Dask scheduler" in said
    assert crew.address in said
    for name in ("one", "two"):
        crew.services.pop(name).stop(signal.SIGKILL)

    code, said = run.to_end()
    assert code == 3, said
    assert "dask_address" in said

    crew.start_scheduler()
    for name in ("one", "two"):
        crew.start_worker(name, "--no-nanny")
    code, said = run.to_end()
    assert code == 0, said
    run.check_account(server, lost=2 * THREADS)


def test_a_run_without_workers_stops(tmp_path: Path, crew: Cluster, model_server: Serve) -> None:
    """When none comes back for as long as a call may take; the same command completes it."""
    server = model_server({"key": KEY, "latency_seconds": 0.5})
    run = make_run(tmp_path, crew, *crew.settings, "limits.deadline_seconds=5")
    with run.started() as process:
        wait_until(lambda: len(server.ledger()) >= 4, "four calls are made")
        killed = time.monotonic()
        for name in ("one", "two"):
            crew.services.pop(name).stop(signal.SIGKILL)
        code, said = end_of(process)
    assert time.monotonic() - killed < 5 + SECONDS_TO_NOTICE
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


class Deployed:
    """Deployed runs of a small project by a model, on the worker that all tests share.

    Args:
        server: The server, which asks for an authentication string.
        project: The project.
        redis: Address of a Redis for limits and journal.
    """

    def __init__(self, server: PrefectServer, project: Path, redis: str) -> None:
        self.server = server
        self.project = project
        self._settings = [f"limits.shared={redis}", "limits.max_workers=4"]

    def start(self, out: Path, *settings: str, runner: str = "dask") -> str:
        """Start a run; its id."""
        overrides = {
            "provider": "openai",
            "runner": runner,
            "out": str(out),
            "settings": [*self._settings, *settings],
        }
        return self.server.start_run("report", project=str(self.project), overrides=overrides)

    def to_end(self, out: Path, *, runner: str = "dask") -> str:
        """Run to the end, which is a good one; its id."""
        run_id = self.start(out, runner=runner)
        run = self.server.wait_for(run_id, seconds=RUN_SECONDS)
        assert run["state"]["name"] == "Completed", run["state"]["message"]
        return run_id

    def names(self, run_id: str) -> dict[str, list[str]]:
        """Chapters, as the pages show them → their sections, once all are told to have ended."""
        chapters = self.server.chapters(run_id)
        found = {chapter["name"]: self.server.task_runs(chapter["id"]) for chapter in chapters}
        wait_until(
            lambda: all(
                task["state_type"] == "COMPLETED"
                for chapter in chapters
                for task in self.server.task_runs(chapter["id"])
            ),
            "all sections are told to have ended",
            60,
        )
        return {name: sorted(task["name"] for task in tasks) for name, tasks in found.items()}


@pytest.fixture
def deployed(
    server: PrefectServer, working: Service, small_project: Callable[..., Path], redis_url: str
) -> Deployed:
    """Starts deployed runs of a small project."""
    return Deployed(server, small_project(), redis_url)


def command_lines() -> str:
    """What the list of processes shows."""
    return "\n".join(
        " ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])
    )


def test_a_deployed_run_is_that_of_threads_and_tells_no_secret(
    deployed: Deployed, provider: RunningServer, tmp_path: Path
) -> None:
    """Files, chapters and sections are the same; the authentication string stands nowhere."""
    server = deployed.server
    threads = deployed.to_end(tmp_path / "threads", runner="thread")
    provider.set_scenario({"key": KEY, "latency_seconds": 1.0})
    provider.clear_ledger()
    spread = deployed.start(tmp_path / "dask")
    wait_until(lambda: bool(provider.ledger()), "sections are written")
    assert len(processes_of(spread)) > 2  # the flow's and those of its cluster
    listed = command_lines()
    run = server.wait_for(spread, seconds=RUN_SECONDS)
    assert run["state"]["name"] == "Completed", run["state"]["message"]
    assert all(hit.is_key_right for hit in provider.ledger())

    assert files(tmp_path / "dask") == files(tmp_path / "threads")
    assert deployed.names(spread) == deployed.names(threads)
    flow_runs = [spread, *(chapter["id"] for chapter in server.chapters(spread))]
    told = [server.logs(one) + repr(server.artifacts(one)) for one in flow_runs]
    told += [listed, repr(server.ask("GET", f"flow_runs/{spread}"))]
    scratch = Path(tempfile.gettempdir()).glob("dask-scratch-space*")
    kept = [path for folder in (tmp_path, *scratch) for path in folder.rglob("*")]
    kept += server.folder.glob("*.log")
    said = [text.encode() for text in told]
    for path in kept:
        with suppress(FileNotFoundError, PermissionError):  # of clusters that end, or of others
            said += [path.read_bytes()] if path.is_file() else []
    secrets = (server.auth, server.auth.partition(":")[2], KEY)
    encoded = [base64.b64encode(server.auth.encode()), *(secret.encode() for secret in secrets)]
    assert not any(secret in text for text in said for secret in encoded)


def test_a_deployed_run_that_is_cancelled_ends_with_its_cluster(
    deployed: Deployed, provider: RunningServer, tmp_path: Path
) -> None:
    """All its processes go within 35 s, no call comes after, and the next run makes the rest."""
    server = deployed.server
    provider.set_scenario({"key": KEY, "latency_seconds": SECONDS_OF_A_CALL})
    # A call that dies with its process is in flight, for the runs that share limits, until then.
    one_by_one = ("limits.max_in_flight=1", "limits.deadline_seconds=20")
    run_id = deployed.start(tmp_path / "out", *one_by_one)
    wait_until(
        lambda: any(hit.status == 200 for hit in provider.ledger()), "a call is answered", 120
    )
    family = processes_of(run_id)
    assert len(family) > 2
    cancelling = {"type": "CANCELLING", "name": "Cancelling"}
    server.ask("POST", f"flow_runs/{run_id}/set_state", {"state": cancelling})
    began = time.monotonic()
    server.wait_for(run_id, names=("Cancelled",), seconds=SECONDS_TO_CANCEL)
    left = SECONDS_TO_CANCEL - (time.monotonic() - began)
    wait_until(lambda: not any(one.is_running() for one in family), "all are gone", left)
    hits = provider.ledger()
    time.sleep(2 * SECONDS_OF_A_CALL)  # one that still worked would make its next call
    assert len(provider.ledger()) == len(hits)

    provider.set_scenario({"key": KEY})
    answered = {h.body_sha256 for h in hits if h.status == 200 and not h.has_client_left}
    assert answered
    provider.clear_ledger()
    deployed.to_end(tmp_path / "out")
    assert not answered & {hit.body_sha256 for hit in provider.ledger()}
