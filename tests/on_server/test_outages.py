"""Faults 21 and 22: the Prefect server, or its PostgreSQL, is away for a minute while runs work."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from model_server.ledger import Hit
from tests.conftest import copy_example
from tests.on_server.conftest import KEY, QUICK
from tests.on_server.database import POSTGRES
from tests.on_server.forwarder import Forwarder, forwarder
from tests.on_server.prefect_server import PrefectServer, prefect_server, worker
from tests.on_server.services import Service, answers
from tests.servers import running
from tests.servers.running import RunningServer

OUTAGE_SECONDS = 60.0
LATENCY_SECONDS = 4.0
LONG_SECONDS = 40.0
WAIT_SECONDS = 300.0

OUTPUTS = 'outputs = ["csv", "md", "html"]\n'
PASSES = "add_summary = true\nadd_feedback = true\nadd_final_polish = true\n"
MORE = '"1.1.1", "1.2.1", "1.2.2"'


@dataclass(frozen=True)
class Site:
    """A server that the tests may break, and what belongs to it.

    Attributes:
        server: The server.
        database: The way from it to PostgreSQL.
        worker: Its worker.
        provider: The provider that the runs ask.
    """

    server: PrefectServer
    database: Forwarder
    worker: Service
    provider: RunningServer

    @contextmanager
    def without_server(self) -> Iterator[None]:
        """The server is killed, and started again on the same database and port."""
        service = self.server.service
        service.stop(signal.SIGKILL)
        try:
            yield
        finally:
            service.start()
            service.wait_for(self.is_well)

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """PostgreSQL drops the server's connections and takes no new ones."""
        self.database.cut()
        try:
            yield
        finally:
            self.database.mend()

    def is_well(self) -> bool:
        """Whether the server answers."""
        return answers(f"{self.server.url}/api/health")

    def slow_down(self, seconds: float) -> None:
        """The provider takes so long for each answer from now on."""
        self.provider.set_scenario({"key": KEY, "latency_seconds": seconds})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of these tests' own, with worker and deployments."""
    folder = tmp_path_factory.mktemp("outages")
    name = f"factbook_test_{os.getpid()}_outages"
    postgres = urlsplit(POSTGRES)
    with (
        running.model_server({"key": KEY, "latency_seconds": LATENCY_SECONDS}) as provider,
        forwarder(postgres.hostname or "127.0.0.1", postgres.port or 5432) as way,
    ):
        user = f"{postgres.netloc.rpartition('@')[0]}@".lstrip("@")
        address = f"postgresql+asyncpg://{user}127.0.0.1:{way.port}/{name}"
        values = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": address}
        with prefect_server(folder, name, **values) as server:
            server.make("deploy", OPENAI_API_KEY=KEY)
            with worker(server, OPENAI_BASE_URL=provider.base_url) as service:
                yield Site(server, way, service, provider)


class Runs:
    """Runs of projects of these tests, told apart by the model that each project names.

    Args:
        site: Where they run.
        folder: Where their projects are made.
    """

    def __init__(self, site: Site, folder: Path) -> None:
        self._site = site
        self._folder = folder
        self._ids: dict[str, str] = {}

    def start(self, name: str, sub_tasks: str = '"1.1.1"', **overrides: object) -> None:
        """Make a project and start its report."""
        kinds = ("base", "writer", "sota", "search")
        models = "".join(f'{kind}_model = "{name}"\n' for kind in kinds)
        before = f"sub_task_list = [{sub_tasks}]\n{OUTPUTS}{PASSES}{models}"
        project = copy_example(self._folder / name, before=before, after=QUICK)
        chosen = {"provider": "openai", **overrides}
        run = self._site.server.start_run("report", project=str(project), overrides=chosen)
        self._ids[name] = run

    def hits(self, name: str) -> list[Hit]:
        """What a run has asked."""
        return [hit for hit in self._site.provider.ledger() if hit.model == name]

    def has_concluded(self, name: str) -> bool:
        """Whether the last chapter of a run has begun."""
        return any(hit.call_id.startswith("conclusion") for hit in self.hits(name))

    def state(self, name: str) -> str:
        """Name of the state of a run."""
        return str(self._site.server.flow_run(self._ids[name])["state"]["name"])

    def sections(self, name: str) -> set[str]:
        """Names of the states of a run's sections, as the server shows them."""
        server = self._site.server
        chapters = server.chapters(self._ids[name])
        tasks = [task for chapter in chapters for task in server.task_runs(chapter["id"])]
        return {task["state"]["name"] for task in tasks}

    def id(self, name: str) -> str:
        """Id of a run."""
        return self._ids[name]

    def until(self, name: str, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; fail with what a run has logged."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, self._site.server.logs(self._ids[name])
            time.sleep(0.1)

    def reaches(self, name: str, state: str, message: str) -> None:
        """Wait until a run has the state, with all sections and each call made once."""
        run = self._site.server.wait_for(self._ids[name], names=(state,), seconds=WAIT_SECONDS)
        assert message in (run["state"]["message"] or "")
        bodies = Counter(hit.body_sha256 for hit in self.hits(name))
        assert set(bodies.values()) == {1}


@pytest.fixture(scope="module")
def runs(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The runs of these tests; one of them waits from the first to the last."""
    return Runs(site, tmp_path_factory.mktemp("projects"))


def test_server_away_for_a_minute(site: Site, runs: Runs) -> None:
    """Killed as a run begins, another writes and a third is about to export: all reach the end."""
    runs.start("ending")
    runs.start("writing", MORE, review="yes", settings=["limits.max_in_flight=1"])
    runs.until("ending", lambda: runs.has_concluded("ending"))
    site.slow_down(LONG_SECONDS)
    runs.start("starting")
    runs.until("starting", lambda: runs.state("starting") == "Running")
    with site.without_server():
        before = {name: len(runs.hits(name)) for name in ("ending", "writing", "starting")}
        site.slow_down(LATENCY_SECONDS)
        time.sleep(OUTAGE_SECONDS)
        during = {name: len(runs.hits(name)) for name in before}
    assert before["starting"] == during["starting"] == 0
    assert 0 < before["writing"] < during["writing"] < 32
    assert 0 < before["ending"] < during["ending"] == 16
    runs.reaches("ending", "Completed", "4 sections written")
    runs.reaches("writing", "Suspended", "")
    runs.reaches("starting", "Completed", "4 sections written")


def test_database_away_for_a_minute(site: Site, runs: Runs) -> None:
    """The worker takes up a run, whose chapter ends while the server has no PostgreSQL."""
    runs.start("next", settings=["limits.max_in_flight=1"])
    runs.until("next", lambda: len(runs.hits("next")) > 2)
    with site.without_database():
        before = len(runs.hits("next"))
        time.sleep(OUTAGE_SECONDS)
        during = len(runs.hits("next"))
    assert before < during == 8  # the last chapter cannot begin without the server
    runs.reaches("next", "Completed", "4 sections written")
    runs.until("next", lambda: runs.sections("next") == {"Completed"})


def test_run_that_waits_is_not_crashed(site: Site, runs: Runs) -> None:
    """A report that was written while the server was away is approved later."""
    assert runs.state("writing") == "Suspended"
    calls = len(runs.hits("writing"))
    site.server.ask(
        "POST", f"flow_runs/{runs.id('writing')}/resume", {"run_input": {"decision": "approve"}}
    )
    runs.reaches("writing", "Completed", "8 sections")
    assert len(runs.hits("writing")) == calls == 32
